import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { splitIds } from '../items/ids.ts';
import { notFound } from '../work/create.ts';

export interface Selection {
  /** Goals with all their tasks, tasks with all below them. */
  ids?: readonly string[] | undefined;
  project?: string | undefined;
  /** Deleted items too. */
  deleted?: boolean | undefined;
}

/** What an export holds, without its contents. */
export interface Outline {
  /** In the order of the export: tasks of goals that are not selected, then each goal followed by its tasks, parents first. */
  ids: string[];
  /** Levels of sub-tasks above each task, of those that are selected. */
  depths: ReadonlyMap<string, number>;
  goals: ReadonlySet<string>;
}

interface Place {
  id: string;
  goal_id: string;
  parent_task_id: string | null;
}

const selectGoals = statement(
  'export_goals',
  `SELECT id FROM goals WHERE ($3 OR deleted_at IS NULL)
     AND CASE WHEN $1::text[] IS NOT NULL THEN id = ANY ($1::text[]) WHEN $2::text IS NOT NULL THEN project = $2 ELSE project <> 'demo' END
   ORDER BY seq`,
);

const selectTasks = statement(
  'export_tasks',
  `WITH RECURSIVE branch AS (
     SELECT id, goal_id, parent_task_id, position, seq FROM tasks WHERE id = ANY ($2::text[]) AND ($3 OR deleted_at IS NULL)
     UNION
     SELECT t.id, t.goal_id, t.parent_task_id, t.position, t.seq FROM tasks t JOIN branch b ON t.parent_task_id = b.id
     WHERE $3 OR t.deleted_at IS NULL
   )
   SELECT id, goal_id, parent_task_id FROM (
     SELECT id, goal_id, parent_task_id, position, seq FROM tasks WHERE goal_id = ANY ($1::text[]) AND ($3 OR deleted_at IS NULL)
     UNION SELECT * FROM branch
   ) every ORDER BY position, seq`,
);

/** Which goals and tasks are selected, without their contents. Throws NotFoundError for an id that is not there. */
export async function readOutline(at: Queryable, { ids, project, deleted = false }: Selection): Promise<Outline> {
  const named = ids && splitIds(ids);
  const goals = await at.query<{ id: string }>(selectGoals, [named?.goals ?? null, project ?? null, deleted]);
  const goalIds = goals.map(({ id }) => id);
  const places = await at.query<Place>(selectTasks, [goalIds, named?.tasks ?? [], deleted]);
  const depths = parentsFirst(places);
  const known = new Set([...goalIds, ...depths.keys()]);
  const missing = (ids ?? []).filter((id) => !known.has(id));
  if (missing.length > 0) throw notFound(missing);

  const goalOf = new Map(places.map(({ id, goal_id }) => [id, goal_id]));
  const byGoal = Map.groupBy(depths.keys(), (id) => {
    const goal = goalOf.get(id) ?? '';
    return known.has(goal) ? goal : '';
  });
  return {
    ids: [...(byGoal.get('') ?? []), ...goalIds.flatMap((id) => [id, ...(byGoal.get(id) ?? [])])],
    depths,
    goals: new Set(goalIds),
  };
}

/** Depth-first, without recursion. */
function parentsFirst(places: readonly Place[]): Map<string, number> {
  const known = new Set(places.map(({ id }) => id));
  const children = Map.groupBy(places, ({ parent_task_id: parent }) =>
    parent !== null && known.has(parent) ? parent : '',
  );
  const depths = new Map<string, number>();
  const under = (id: string, depth: number) => (children.get(id) ?? []).toReversed().map((place) => ({ place, depth }));
  const rest = under('', 0);
  for (let entry = rest.pop(); entry !== undefined; entry = rest.pop()) {
    depths.set(entry.place.id, entry.depth);
    rest.push(...under(entry.place.id, entry.depth + 1));
  }
  return depths;
}
