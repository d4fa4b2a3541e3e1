import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLog } from '../packages/core/src/index.ts';
import { type Connection, connect, withDatabase } from '../packages/core/src/testing/index.ts';
import { createGoalsServer, openStore } from '../packages/goals/src/index.ts';
import { codeBlocks } from './markdown.ts';

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
  const text = readFileSync(document, 'utf8');
  const blocks = codeBlocks(text);
  const lines = text.split('\n');
  const answers: { from: number; lines: number; answer: string }[] = [];
  for (const [index, { info, body, line }] of blocks.entries()) {
    const [language, who, tool] = info;
    if (language !== 'json' || who === undefined || tool === undefined) continue;
    const { text: answer } = await (await examples.session(who)).call(tool, JSON.parse(body));
    const shown = blocks[index + 1];
    if (shown?.info[0] !== 'text') throw new Error(`line ${line}: no text block follows the call of ${tool}`);
    answers.push({ from: shown.line, lines: shown.body === '' ? 0 : shown.body.split('\n').length, answer });
  }
  expect(answers.length).toBeGreaterThan(15);
  for (const { from, lines: count, answer } of answers.reverse()) lines.splice(from, count, settled(answer));
  await expect(lines.join('\n')).toMatchFileSnapshot(document);
});
