import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { statement } from '@mcp-servers/core/postgres';
import { expect } from 'vitest';
import { errorOf, openSql, spawnServer, test, textOf } from './spawn.fixture.ts';

const importing = statement(
  'test_importing',
  "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE '%x(seq bigint, goal_id text%' AND pid <> pg_backend_pid()) AS now",
);
const left = statement(
  'test_left',
  `SELECT (SELECT count(*) FROM goals) AS goals, (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM events) AS events,
     (SELECT count(*) FROM import_entries) AS entries, (SELECT count(*) FROM search_documents) AS documents`,
);

const list = (count: number): string =>
  Array.from({ length: count }, (_, index) => `- [${index % 3 ? ' ' : 'x'}] task ${index} #tag`).join('\n');

test('a server killed in the middle of an import leaves nothing; the next one does it all, by file', {
  timeout: 120_000,
}, async ({ shared }) => {
  const { home } = shared;
  const folder = path.join(home, 'transfer');
  await using sql = openSql(home);
  {
    await using server = await spawnServer(home);
    await server.ask('find_items', {});
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'TODO.md'), list(5_000));
    let answered = false;
    const answer = server.call('import_items', { file: 'TODO.md', dry_run: false }).then(
      () => (answered = true),
      () => false, // The server process is gone.
    );
    while (!answered && !(await sql.query<{ now: boolean }>(importing))[0]?.now);
    await server.kill();
    expect(await answer).toBe(false);
  }
  expect(await sql.query(left)).toEqual([{ goals: 0, tasks: 0, events: 0, entries: 0, documents: 0 }]);

  await using server = await spawnServer(home);
  const again = { file: 'TODO.md', dry_run: false };
  expect(await server.ask('import_items', again)).toMatchObject({ goals: { created: 1 }, tasks: { created: 5_000 } });
  expect(await server.ask('import_items', again)).toMatchObject({ tasks: { created: 0, unchanged: 5_000 } });
  const saved = await server.ask<{ file: string; bytes: number }>('export_items', {});
  expect(path.dirname(saved.file)).toBe(folder);
  expect((await readFile(saved.file)).length).toBe(saved.bytes);
});

test('a server that only reads exports and does not import; other folders need the setting', async ({ shared }) => {
  const { home } = shared;
  const other = path.join(home, 'other');
  await mkdir(other, { recursive: true });
  const file = path.join(other, 'plan.csv');
  await using closed = await spawnServer(home);
  expect(errorOf(await closed.call('export_items', { format: 'csv', file })).code).toBe('validation');
  await using open = await spawnServer(home, { env: { GOALS_READ_ONLY: 'true', GOALS_TRANSFER_DIRS: other } });
  const { tools } = await open.client.listTools();
  expect(tools.map(({ name }) => name)).toContain('export_items');
  expect(tools.map(({ name }) => name)).not.toContain('import_items');
  expect(await open.ask('export_items', { format: 'csv', file })).toMatchObject({ file });
  expect(textOf(await open.call('export_items', { format: 'csv', file }))).toContain('exists already');
});
