import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as storeTest, type TestStore } from '../work/store.fixture.ts';
import { type ExportInput, exportItems } from './export.ts';
import { type ImportInput, importItems } from './import.ts';

/** A folder of its own for files, beside the empty store. */
export const test = storeTest.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'transfer-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

/** Export and import of a store as the tools call them, with their defaults. */
export function transfers(here: TestStore, { folders = [], name = 'ann' }: { folders?: string[]; name?: string } = {}) {
  const { caller } = here.as(name);
  const options = { folders, maxChars: 90_000, signal: new AbortController().signal };
  return {
    caller,
    export: (input: Partial<ExportInput> = {}, given: Partial<typeof options> = {}) =>
      exportItems(here.store, { format: 'json', ...input }, { ...options, ...given }),
    import: (input: Partial<ImportInput>, given: Partial<typeof options> = {}) =>
      importItems(here.store, { dry_run: false, ...input }, { ...options, ...given, caller }),
    /** Everything but the ids of notes and events. */
    async all() {
      const of = (table: string, order: string, without: string) =>
        here.sql(`SELECT to_jsonb(x) - '{${without}}'::text[] AS row FROM ${table} x ORDER BY ${order}`);
      return {
        goals: await of('goals', 'seq', 'updated_at,version'),
        tasks: await of('tasks', 'seq', 'updated_at,version,lease_holder,lease_instance,lease_token,lease_until'),
        goal_tags: await of('goal_tags', 'goal_id, tag', ''),
        task_tags: await of('task_tags', 'task_id, tag', ''),
        links: await of('task_links', 'from_task_id, to_task_id, type', ''),
        notes: await of('notes', 'id', 'id'),
      };
    },
    async count(table: string) {
      const [row] = await here.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
      return row?.n ?? 0;
    },
    versions: () => here.sql('SELECT id, version FROM goals UNION ALL SELECT id, version FROM tasks ORDER BY id'),
  };
}
