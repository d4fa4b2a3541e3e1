import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { postgresGoals } from '../goals/postgres-repository.ts';
import type { Goal } from '../goals/types.ts';
import type { Status } from '../items/fields.ts';
import { postgresTasks } from '../tasks/postgres-repository.ts';
import type { Link, Task } from '../tasks/types.ts';
import { inPortions } from '../work/portions.ts';
import type { Entry } from './entries.ts';

/** A stored goal or task as far as an import must know it. */
export interface StoredItem {
  id: string;
  /** Of a goal its own id. */
  goal_id: string;
  parent_task_id: string | null;
  title: string;
  status: Status;
  project: string;
  created_at: Date;
  deleted_at: Date | null;
  /** Who holds it now. */
  held_by: string | null;
  held_in: string | null;
}

/** What earlier imports of a source made of an entry. */
export interface Imported {
  id: string;
  fields: Record<string, string>;
}

/** What an import of a source meets. */
export interface ImportState {
  /** By name of the entry. */
  imported: Map<string, Imported>;
  /** Everything of the goals concerned, and what has the ids that shall be kept. */
  items: Map<string, StoredItem>;
  /** Whole rows of those whose entries say something new. */
  rows: Map<string, Goal | Task>;
  /** Live tasks by project and external reference. */
  refs: Map<string, string>;
  /** Links among imported tasks. */
  links: Set<string>;
  /** Notes of items with kept ids that no import made. */
  notes: Set<string>;
}

const readImported = statement(
  'import_read',
  'SELECT key, coalesce(task_id, goal_id) AS id, fields FROM import_entries WHERE source = $1',
);
const readGoals = statement(
  'import_goals',
  `SELECT id, id AS goal_id, NULL AS parent_task_id, title, status, project, created_at, deleted_at, NULL AS held_by, NULL AS held_in
   FROM goals WHERE id = ANY ($1::text[])`,
);
const readTasks = statement(
  'import_tasks',
  `SELECT id, goal_id, parent_task_id, title, status, project, created_at, deleted_at,
     CASE WHEN lease_until > now() THEN lease_holder END AS held_by, CASE WHEN lease_until > now() THEN lease_instance END AS held_in
   FROM tasks WHERE goal_id = ANY ($1::text[]) OR id = ANY ($2::text[])`,
);
const goalsOf = statement('import_goals_of', 'SELECT DISTINCT goal_id FROM tasks WHERE id = ANY ($1::text[])');
const readRefs = statement(
  'import_refs',
  `SELECT id, project, external_ref FROM tasks WHERE external_ref = ANY ($1::text[]) AND deleted_at IS NULL`,
);
const readNotes = statement(
  'import_notes',
  `SELECT coalesce(task_id, goal_id) AS item_id, author, kind, body, created_at FROM notes
   WHERE task_id = ANY ($1::text[]) OR goal_id = ANY ($1::text[])`,
);

export const refKey = (project: string, ref: string): string => JSON.stringify([project, ref]);
export const linkKey = ({ from_task_id: from, to_task_id: to, type }: Link): string =>
  [type, ...(type === 'related' ? [from, to].sort() : [from, to])].join(' ');
export const noteKey = (note: { item_id: string; author: string; kind: string; body: string; created_at: number }) =>
  JSON.stringify([note.item_id, note.author, note.kind, note.created_at, note.body]);

/** `ids` are those that shall be kept. */
export async function readState(
  at: Queryable,
  {
    source,
    entries,
    ids,
    goal_id,
  }: { source: string; entries: readonly Entry[]; ids: string[]; goal_id: string | undefined },
): Promise<ImportState> {
  const found = await at.query<Imported & { key: string }>(readImported, [source]);
  const imported = new Map(found.map(({ key, id, fields }) => [key, { id, fields }]));
  const known = [...new Set([...found.map(({ id }) => id), ...ids])];
  const isGoalId = (id: string) => id.startsWith('GOAL-');
  const tasks = known.filter((id) => !isGoalId(id));
  const among = tasks.length > 0 ? await at.query<{ goal_id: string }>(goalsOf, [tasks]) : [];
  const goals = [
    ...new Set([...known.filter(isGoalId), ...among.map((row) => row.goal_id), ...(goal_id ? [goal_id] : [])]),
  ];
  const rows = [
    ...(await at.query<StoredItem>(readGoals, [goals])),
    ...(await at.query<StoredItem>(readTasks, [goals, tasks])),
  ];
  const items = new Map(rows.map((row) => [row.id, row]));
  const refs = entries.flatMap(({ values }) => (typeof values.external_ref === 'string' ? [values.external_ref] : []));
  const taken =
    refs.length > 0 ? await at.query<{ id: string; project: string; external_ref: string }>(readRefs, [refs]) : [];
  const state: ImportState = {
    ...{ imported, items },
    rows: new Map(),
    refs: new Map(taken.map((row) => [refKey(row.project, row.external_ref), row.id])),
    links: new Set(),
    notes: new Set(),
  };
  const there = tasks.filter((id) => items.has(id));
  if (there.length > 0) for (const link of await postgresTasks(at).linksAmong(there)) state.links.add(linkKey(link));
  for (const some of inPortions(ids.filter((id) => items.has(id)))) {
    for (const note of await at.query<Parameters<typeof noteKey>[0] & { created_at: Date }>(readNotes, [some]))
      state.notes.add(noteKey({ ...note, created_at: note.created_at.getTime() }));
  }
  return state;
}

/** Whole rows, for entries that differ from what an import of them made, or that none made. */
export async function readRows(at: Queryable, ids: readonly string[]): Promise<Map<string, Goal | Task>> {
  const rows = new Map<string, Goal | Task>();
  for (const some of inPortions(ids)) {
    const goals = some.filter((id) => id.startsWith('GOAL-'));
    const tasks = some.filter((id) => !id.startsWith('GOAL-'));
    const found = [
      ...(goals.length > 0 ? await postgresGoals(at).get(goals) : []),
      ...(tasks.length > 0 ? await postgresTasks(at).get(tasks) : []),
    ];
    for (const row of found) rows.set(row.id, row);
  }
  return rows;
}
