import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createLog } from '@mcp-servers/core';
import { statement } from '@mcp-servers/core/postgres';
import { withDatabase } from '@mcp-servers/core/testing';
import { openStore } from '@mcp-servers/goals';
import { expect, test } from 'vitest';
import { withCliHome } from './cli.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });
const caller = { actor: 'test', client: undefined, instance: '00000000-0000-4000-8000-000000000000' };

test('with DATABASE_URL the commands work on that database and nothing embedded is made', async () => {
  await using given = await withDatabase();
  await using empty = await withDatabase({ empty: true });
  await using cli = withCliHome({ DATABASE_URL: given.url });
  await using target = withCliHome({ DATABASE_URL: empty.url });
  await openStore(given.database, log).write(caller, async (unit) => {
    const { goals } = await unit.tasks.allocate({ goals: 1, tasks: 0 });
    await unit.goals.insert({ seq: goals[0] ?? 0, title: 'moved' }, 'test');
  });
  expect(await cli.run('db', 'psql-url')).toMatchObject({ status: 0, out: `${given.url}\n` });
  const shown = await cli.run('db', 'status', '--json');
  expect(shown.status).toBe(0);
  expect(JSON.parse(shown.out)).toMatchObject({
    kind: 'given',
    state: 'running',
    store: { database: given.name },
    rows: { goals: 1, tasks: 0 },
    clients: { test: expect.any(Number) },
  });
  expect(JSON.parse((await target.run('db', 'status', '--json')).out)).toMatchObject({
    schema: { applied: [], pending: expect.arrayContaining([expect.stringContaining('0001')]) },
  });

  const file = (await cli.run('db', 'export')).out.trim();
  expect(await target.run('db', 'import', file)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Imported 1 goal/),
  });
  expect((await openStore(empty.database, log).goals.get(['GOAL-0001'])).map(({ title }) => title)).toEqual(['moved']);
  expect(await target.run('db', 'migrate')).toMatchObject({ status: 0, out: expect.stringMatching(/^Nothing to do/) });
  for (const { home } of [cli, target]) expect(existsSync(`${home}/pg17`)).toBe(false);
});

test('a replacing import leaves no write unsaved, and touches no table of another program', async () => {
  await using given = await withDatabase();
  await using cli = withCliHome({ DATABASE_URL: given.url });
  const store = openStore(given.database, log);
  const add = (title: string) =>
    store.write(caller, async (unit) => {
      const { goals } = await unit.tasks.allocate({ goals: 1, tasks: 0 });
      return (await unit.goals.insert({ seq: goals[0] ?? 0, title }, 'test')).id;
    });
  await add('first');
  const file = (await cli.run('db', 'export')).out.trim();

  // Another writer goes on during the import: what it was told is saved must be in the safety copy or in the result.
  const written: string[] = [];
  let stop = false;
  const writing = (async () => {
    while (!stop) written.push(await add('during').catch(() => 'refused'));
  })();
  const replaced = await cli.run('db', 'import', file, '--replace');
  stop = true;
  await writing;
  expect(replaced).toMatchObject({ status: 0 });
  const after = (await store.goals.get(written)).map(({ id }) => id);
  const [copy = ''] = /\S+before-import\.jsonl\.gz/.exec(replaced.err) ?? [];
  const saved = gunzipSync(readFileSync(copy)).toString();
  // Ids are taken again after the import sets the sequence back, so only their number counts.
  const kept = (saved.match(/"during"/g) ?? []).length;
  expect(kept + after.length).toBeGreaterThanOrEqual(written.filter((id) => id !== 'refused').length);

  await given.database.query(statement('foreign', 'CREATE TABLE theirs AS SELECT 1 AS one'));
  const refused = await cli.run('db', 'import', file, '--replace');
  expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('theirs has rows') });
  expect(await given.database.query(statement('foreign_read', 'SELECT one FROM theirs'))).toEqual([{ one: 1 }]);
});

test('a database that cannot be reached is a status with a reason, and failure for the rest', async () => {
  await using cli = withCliHome({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d' });
  const shown = await cli.run('db', 'status', '--json');
  expect(shown.status).toBe(1);
  expect(JSON.parse(shown.out)).toMatchObject({
    kind: 'given',
    state: 'unreachable',
    reason: expect.stringContaining('127.0.0.1:1'),
    store: { host: '127.0.0.1', port: 1, database: 'd', user: 'u' },
  });
  const { status, err } = await cli.run('db', 'export');
  expect(status).toBe(1);
  expect(err).toContain('cannot be reached');
  expect(shown.out + err).not.toContain('hunter2');
});
