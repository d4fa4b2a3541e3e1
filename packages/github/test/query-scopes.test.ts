import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadSchema } from '../sandbox/graphql/schema.ts';
import { scopeErrors } from '../sandbox/graphql/static-scopes.ts';
import { withSandbox } from '../sandbox/index.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import type { Query } from '../src/client/index.ts';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(client|read|write)\b.*(?<!\.test|\.fixture)\.ts$/.test(file),
);
const loaded = await loadSchema();

const isQuery = (value: unknown): value is Query<unknown> =>
  typeof value === 'object' && value !== null && 'text' in value && 'names' in value;

async function shipped(): Promise<{ file: string; query: Query<unknown> }[]> {
  const found = await Promise.all(
    files.map(async (file) => Object.values(await import(/* @vite-ignore */ `${root}${file}`)).filter(isQuery)),
  );
  return found.flatMap((queries, index) => queries.map((query) => ({ file: files[index] ?? '', query })));
}

test('no query but those of projects asks for a field that takes more of a classic token than repo', async () => {
  await using sandbox = await withSandbox({ seed: 'empty' });
  const user = [...sandbox.state.accounts.values()][0];
  if (!user) throw new Error('the sandbox has no user');
  const refused = (scopes: readonly string[], text: string) => {
    const token = addToken(sandbox.state, { value: 'ghp_some', user, scopes });
    return scopeErrors(loaded, loaded.graphql.parse(text), { token, settings: 'x' }).map(({ message }) => message);
  };
  const queries = await shipped();
  expect(queries.length).toBeGreaterThan(40);
  for (const { file, query } of queries) {
    const scopes = /project|places/i.test(file) ? ['repo', 'read:project'] : ['repo'];
    expect.soft(refused(scopes, query.text), `${file} ${query.name}`).toEqual([]);
  }
});
