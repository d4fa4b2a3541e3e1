import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type TestStore, test } from './work/store.fixture.ts';

const migration = new URL('../../../migrations/0001_goals.sql', import.meta.url);

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

test('the migration can be taken back and made again', async ({ here }) => {
  const [, up = '', down = ''] = (await readFile(migration, 'utf8')).split(/^-- (?:Up|Down) Migration$/m);
  const run = (text: string) => here.sql(`DO $migration$ BEGIN EXECUTE $text$${text}$text$; END $migration$`);
  const before = await shapeOf(here);
  await here.as('ann').goal({ title: 'g', tasks: [{ title: 'a', tags: ['x'] }] });
  await run(down);
  expect(
    await here.sql("SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('goals', 'tasks', 'events')"),
  ).toEqual([]);
  expect(await shapeOf(here)).toEqual(before.filter((name) => /pgmigrations/.test(name)));
  await run(up);
  expect(await shapeOf(here)).toEqual(before);
  expect((await here.as('ann').goal({ title: 'g' })).id).toBe('GOAL-0001');
});
