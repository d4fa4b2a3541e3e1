import type { TestStore } from './store.fixture.ts';

/**
 * All that is stored of goals, tasks, tags, links and notes, but what an undoing may change: versions, times of change and leases.
 * Work in progress under a lease counts as pending, because a lease does not come back.
 */
export async function stored(here: TestStore): Promise<unknown> {
  const aside = "'version', 'updated_at', 'lease_holder', 'lease_instance', 'lease_token', 'lease_until'";
  const [row] = await here.sql<{ all: unknown }>(
    `SELECT json_build_object(
       'goals', (SELECT json_agg(to_jsonb(g) - ARRAY[${aside}] ORDER BY g.seq) FROM goals g WHERE deleted_at IS NULL),
       'tasks', (SELECT json_agg((to_jsonb(t) - ARRAY[${aside}]) || CASE WHEN lease_token IS NULL THEN '{}'::jsonb ELSE '{"status": "pending"}'::jsonb END ORDER BY t.seq)
                 FROM tasks t WHERE deleted_at IS NULL),
       'deleted', (SELECT json_agg(x ORDER BY id) FROM (
          SELECT id, deleted_at FROM goals WHERE deleted_at IS NOT NULL UNION ALL SELECT id, deleted_at FROM tasks WHERE deleted_at IS NOT NULL) x),
       'goal_tags', (SELECT json_agg(x ORDER BY x.goal_id, x.tag) FROM goal_tags x),
       'task_tags', (SELECT json_agg(x ORDER BY x.task_id, x.tag) FROM task_tags x),
       'links', (SELECT json_agg(l ORDER BY l.from_task_id, l.to_task_id, l.type) FROM task_links l),
       'notes', (SELECT json_agg(n ORDER BY n.id) FROM notes n),
       'search', (SELECT json_agg(json_build_array(d.item_id, d.note_id, d.goal_id, d.title, d.body) ORDER BY d.item_id, d.note_id)
                  FROM search_documents d)) AS "all"`,
  );
  return row?.all;
}

/** The same without what was never there for anybody: items that are deleted, with their tags, links and search documents. */
export async function storedAndLive(here: TestStore): Promise<unknown> {
  const [row] = await here.sql<{ dead: string[] }>(
    `SELECT array_agg(id) AS dead FROM (
       SELECT id FROM goals WHERE deleted_at IS NOT NULL UNION ALL SELECT id FROM tasks WHERE deleted_at IS NOT NULL) x`,
  );
  const dead = new Set(row?.dead ?? []);
  const all = (await stored(here)) as Record<string, unknown[] | null>;
  const names = (entry: unknown): string[] =>
    Array.isArray(entry)
      ? [String(entry[0])]
      : ['goal_id', 'task_id', 'from_task_id', 'to_task_id'].map((key) =>
          String((entry as Record<string, unknown>)[key]),
        );
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => name !== 'deleted')
      .map(([name, entries]) => [name, (entries ?? []).filter((entry) => !names(entry).some((id) => dead.has(id)))]),
  );
}
