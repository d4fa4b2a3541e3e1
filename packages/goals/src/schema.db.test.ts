import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type TestStore, test } from './work/store.fixture.ts';

const folder = new URL('../../../migrations/', import.meta.url);

/** Everything of ours in the schema, as names. */
async function shapeOf(here: TestStore): Promise<string[]> {
  const rows = await here.sql<{ name: string }>(`
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type AS name FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || p.oid::regprocedure::text FROM pg_proc p
      WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')`);
  return rows.map(({ name }) => name).sort();
}

test('the migrations can be taken back and made again', async ({ here }) => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  const parts = texts.map((text) => text.split(/^-- (?:Up|Down) Migration$/m));
  const run = (text: string) => here.sql(`DO $migration$ BEGIN EXECUTE $text$${text}$text$; END $migration$`);
  const before = await shapeOf(here);
  await here.as('ann').goal({ title: 'g', tasks: [{ title: 'a', tags: ['x'] }] });
  for (const [, , down = ''] of parts.toReversed()) await run(down);
  expect(
    await here.sql("SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('goals', 'tasks', 'events')"),
  ).toEqual([]);
  expect(await shapeOf(here)).toEqual(before.filter((name) => /pgmigrations/.test(name)));
  for (const [, up = ''] of parts) await run(up);
  expect(await shapeOf(here)).toEqual(before);
  expect((await here.as('ann').goal({ title: 'g' })).id).toBe('GOAL-0001');
});

test('an update does not wait for a transaction that only refers to the row', async ({ here }) => {
  const { id, ids } = await here.as('ann').goal({ title: 'g', tasks: [{ title: 'a' }] });
  const [task = ''] = ids;
  const referred = Promise.withResolvers<void>();
  const updated = Promise.withResolvers<void>();
  const referring = here.store.write(here.as('bob').caller, async (unit) => {
    await unit.notes.add([{ item_id: id, kind: 'note', body: 'on the goal' }], 'bob');
    await unit.notes.add([{ item_id: task, kind: 'note', body: 'on the task' }], 'bob');
    referred.resolve();
    await updated.promise;
  });
  await referred.promise;
  await here.as('ann').update([
    { id, title: 'renamed' },
    { id: task, title: 'renamed' },
  ]);
  updated.resolve();
  await referring;
});

test('an id follows from its number, whatever an insert says, and cannot be changed', async ({ here }) => {
  await here.sql("INSERT INTO goals (id, title, created_by) VALUES ('GOAL-0099', 'g', 'ann')");
  expect(await here.sql('SELECT id FROM goals')).toEqual([{ id: 'GOAL-0001' }]);
  await expect(here.sql("UPDATE goals SET id = 'GOAL-0002'")).rejects.toThrow();
  await here.sql("INSERT INTO goals (seq, title, created_by) OVERRIDING SYSTEM VALUE VALUES (10000, 'g', 'ann')");
  expect(await here.sql('SELECT id FROM goals ORDER BY seq DESC LIMIT 1')).toEqual([{ id: 'GOAL-10000' }]);
});
