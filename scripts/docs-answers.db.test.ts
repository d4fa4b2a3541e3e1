import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLog } from '../packages/core/src/index.ts';
import { type Connection, connect, withDatabase } from '../packages/core/src/testing/index.ts';
import { createGoalsServer, openStore } from '../packages/goals/src/index.ts';
import { fillAnswers } from './worked-examples.ts';

const document = fileURLToPath(new URL('../docs/goals.md', import.meta.url));
const log = createLog({ name: 'test', level: 'silent' });

/** A server for each session that the examples speak of: `ann`, and `ann/next` for the same person later. */
async function withSessions() {
  const db = await withDatabase();
  const store = openStore(db.database, log);
  const sessions = new Map<string, Promise<Connection>>();
  const open = (name: string): Promise<Connection> => {
    const caller = { actor: name.split('/')[0] ?? name, client: 'docs', instance: randomUUID() };
    return connect(createGoalsServer({ deps: { store, database: db.database, identify: () => caller }, log }));
  };
  return {
    session(name: string): Promise<Connection> {
      const known = sessions.get(name) ?? open(name);
      sessions.set(name, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      for (const connection of sessions.values()) await (await connection)[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

const settled = (answer: string): string =>
  answer
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\d\d:\d\d UTC/g, '<time>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<token>')
    .trimEnd();

/** Blocks `json <session> <tool>` are calls, in order on one store; the `text` block behind each is the answer. */
test('the worked examples of docs/goals.md answer as they say (vitest --update writes the answers)', async () => {
  await using examples = await withSessions();
  const { text, calls } = await fillAnswers(readFileSync(document, 'utf8'), {
    words: 2,
    async answer({ words: [who = '', tool = ''], body }) {
      const { text: answer } = await (await examples.session(who)).call(tool, JSON.parse(body));
      return settled(answer);
    },
  });
  expect(calls).toBeGreaterThan(15);
  await expect(text).toMatchFileSnapshot(document);
});
