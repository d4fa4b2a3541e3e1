import { ConflictError, DatabaseError, ValidationError } from '@mcp-servers/core';
import type { Queryable } from '@mcp-servers/core/postgres';
import { isOpen, type Status } from '../items/fields.ts';
import { formatId, toSeq } from '../items/ids.ts';
import type { Task } from '../tasks/types.ts';
import { startGoals } from '../work/claim.ts';
import { compact } from '../work/output.ts';
import { inPortions } from '../work/portions.ts';
import type { Unit } from '../work/store.ts';
import type { PlannedLink, PlannedNote } from './import-links.ts';
import { isPlanned, type PlannedItem, statusOf } from './import-plan.ts';
import type { ImportState, StoredItem } from './import-state.ts';
import { importStatements as sql } from './import-statements.ts';
import { updateStored } from './import-update.ts';

export type ImportUnit = Unit & Queryable;

export interface ImportPlan {
  items: ReadonlyMap<string, PlannedItem>;
  links: readonly PlannedLink[];
  notes: readonly PlannedNote[];
  state: ImportState;
  source: string;
}

/** How far kept ids may lie ahead of the numbers of this store. */
const furthest = 1_000_000;

/** Writes what a plan says: a few statements for each 200 rows, events and search documents with them. */
export async function applyPlan(unit: ImportUnit, plan: ImportPlan): Promise<void> {
  const items = [...plan.items.values()];
  await numberItems(unit, items);
  const created = items.filter(({ outcome }) => outcome === 'created');
  await addGoals(
    unit,
    created.filter(({ entry }) => entry.kind === 'goal'),
  );
  // Changed goals and tasks come before the new tasks, which may need a reopened goal or a freed external_ref.
  await updateStored(
    unit,
    items.filter(({ outcome }) => outcome === 'updated'),
  );
  const links = plan.links.filter(({ outcome }) => outcome === 'created');
  await addTasks(
    unit,
    created.filter(({ entry }) => entry.kind === 'task'),
    links,
  );
  await addLinks(unit, links);
  await addNotes(
    unit,
    plan.notes.filter(({ outcome }) => outcome === 'created'),
  );
  await startGoals(unit, startedTasks(items));
  await remember(unit, plan);
}

const idOf = (place: PlannedItem | StoredItem | undefined): string | null => place?.id ?? null;

/** Every new item gets its number; kept ones are the caller's. */
async function numberItems(unit: ImportUnit, items: readonly PlannedItem[]): Promise<void> {
  const created = items.filter(({ outcome }) => outcome === 'created');
  const kept = created.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (kept.length > 0) await advance(unit, kept);
  const needed = created.filter(({ id }) => id === undefined);
  const goals = needed.filter(({ entry }) => entry.kind === 'goal');
  const tasks = needed.filter(({ entry }) => entry.kind === 'task');
  if (needed.length === 0) return;
  const numbers = await unit.tasks.allocate({ goals: goals.length, tasks: tasks.length });
  for (const [index, goal] of goals.entries()) goal.id = formatId('GOAL', numbers.goals[index] ?? 0);
  for (const [index, task] of tasks.entries()) task.id = formatId('TASK', numbers.tasks[index] ?? 0);
}

async function advance(unit: ImportUnit, ids: readonly string[]): Promise<void> {
  const [next = { goals: 1, tasks: 1 }] = await unit.query<{ goals: number; tasks: number }>(sql.sequences);
  for (const [kind, from, to] of [
    ['GOAL', next.goals, sql.advanceGoals],
    ['TASK', next.tasks, sql.advanceTasks],
  ] as const) {
    const last = ids.filter((id) => id.startsWith(kind)).reduce((most, id) => Math.max(most, toSeq(id)), 0);
    if (last - from > furthest) {
      throw new ValidationError(
        `${formatId(kind, last)} lies too far ahead of the last id here; ids can be kept up to ${formatId(kind, from + furthest)}.`,
        {
          hint: 'Import without keep_ids.',
        },
      );
    }
    if (last >= from) await unit.query(to, [from, last]);
  }
}

async function addGoals(unit: ImportUnit, goals: readonly PlannedItem[]): Promise<void> {
  for (const some of inPortions(goals)) {
    const rows = some.map((item) => ({
      ...item.changes,
      ...provenance(item),
      project: item.project,
      seq: toSeq(item.id ?? ''),
    }));
    await inserting(unit.query(sql.goals, [JSON.stringify(rows), unit.caller.actor]));
    for (const { id = '', changes, project } of some) {
      unit.record({ type: 'goal_created', goal_id: id, after: { ...compact({ ...changes, project }), version: 1 } });
      unit.reindex(id);
    }
  }
}

const provenance = ({ entry: { created_at, created_by } }: PlannedItem) => ({ created_at, created_by });

async function addTasks(unit: ImportUnit, tasks: readonly PlannedItem[], links: readonly PlannedLink[]): Promise<void> {
  const goals = [...new Set(tasks.flatMap(({ goal }) => idOf(goal) ?? []))];
  const places = goals.length > 0 ? await unit.query<{ goal_id: string; next: number }>(sql.positions, [goals]) : [];
  const next = new Map(places.map((row) => [row.goal_id, row.next]));
  const linksTo = Map.groupBy(links, ({ to }) => to);
  for (const some of inPortions(tasks)) {
    const rows = some.map((item) => {
      const goal_id = idOf(item.goal) ?? '';
      const place = next.get(goal_id) ?? 0;
      next.set(goal_id, place + 1);
      const { changes, id = '', project } = item;
      const done = changes.status === 'completed';
      return {
        ...{
          position: place,
          percent: done ? 100 : 0,
          ...changes,
          goal_id,
          parent_task_id: idOf(item.parent),
          project,
        },
        ...{ ...provenance(item), seq: toSeq(id), blocked_by: countOpen(linksTo.get(item)) },
      };
    });
    await inserting(unit.query(sql.tasks, [JSON.stringify(rows), unit.caller.actor]));
    for (const [index, item] of some.entries()) {
      const { id = '', changes } = item;
      const {
        seq: _,
        blocked_by: __,
        created_at: ___,
        created_by: ____,
        goal_id,
        ...row
      } = rows[index] ?? { goal_id: '' };
      const waitsFor = (linksTo.get(item) ?? []).map(({ from, type }) => ({ from: from?.id, type }));
      // Also an empty list or object is a result.
      const result = changes.result === undefined ? {} : { result: changes.result };
      const after = { ...compact({ ...row, links: waitsFor }), ...result, version: 1 };
      unit.record({ type: 'task_created', goal_id, task_id: id, after });
      unit.reindex(id);
    }
  }
}

const countOpen = (links: readonly PlannedLink[] = []): number =>
  links.filter(({ type, from }) => type === 'blocks' && from && isOpen(statusOf(from)) && !isDeleted(from)).length;
const isDeleted = ({ stored, changes }: PlannedItem): boolean =>
  Boolean(stored ? stored.deleted_at : changes.deleted_at);

/** All links to a task go in one statement, so that its blockers are counted once; a new task has that count already. */
async function addLinks(unit: ImportUnit, links: readonly PlannedLink[]): Promise<void> {
  const byTask = [...Map.groupBy(links, ({ to }) => to).values()];
  for (const some of inPortions(byTask)) {
    const rows = some.flat().map(({ from, to, type, created_by, created_at }) => ({
      ...{ from_task_id: from?.id ?? '', to_task_id: to?.id ?? '', type, created_by, created_at },
    }));
    await unit.tasks.link(rows, unit.caller.actor);
    const known = some.flat().filter(({ to }) => to?.stored);
    const ids = [...new Set(known.flatMap(({ to }) => to?.id ?? []))];
    const after = new Map((ids.length > 0 ? await unit.tasks.get(ids) : []).map((task) => [task.id, task]));
    for (const { from, to, type } of known) {
      const task = after.get(to?.id ?? '');
      const link = { from: from?.id, to: to?.id, type };
      unit.record({
        type: 'task_linked',
        goal_id: task?.goal_id ?? '',
        task_id: to?.id,
        after: { link, version: task?.version },
      });
    }
  }
}

async function addNotes(unit: ImportUnit, notes: readonly PlannedNote[]): Promise<void> {
  for (const some of inPortions(notes)) {
    const rows = some.map(({ note, item }) => {
      const { author = unit.caller.actor, kind, body, created_at } = note;
      return { ...ids(item), author, kind, body, created_at };
    });
    const added = await unit.query<{ id: number }>(sql.notes, [JSON.stringify(rows)]);
    added.sort((a, b) => a.id - b.id);
    for (const [index, { note, item }] of some.entries()) {
      const goal = item && isPlanned(item) && item.entry.kind === 'task' ? idOf(item.goal) : idOf(item);
      const { kind, body, author } = note;
      unit.record({
        ...{ type: 'note_added', goal_id: goal ?? '', task_id: ids(item).task_id },
        after: { note_id: added[index]?.id, kind, body, ...(author !== undefined && { author }) },
      });
    }
  }
}

function ids(place: PlannedItem | StoredItem | undefined): { goal_id?: string; task_id?: string } {
  const id = place?.id ?? '';
  return id.startsWith('GOAL-') ? { goal_id: id } : { task_id: id };
}

/** Tasks that this import made begin. */
function startedTasks(items: readonly PlannedItem[]): Pick<Task, 'goal_id'>[] {
  return items.flatMap(({ outcome, entry, changes, goal }) => {
    const begins =
      (changes.status as Status | undefined) === 'in_progress' && outcome !== 'refused' && !changes.deleted_at;
    const stands = goal && (!isPlanned(goal) || goal.stored !== undefined);
    return entry.kind === 'task' && begins && stands ? [{ goal_id: goal.id ?? '' }] : [];
  });
}

/** So that the next import of this source knows. */
async function remember(unit: ImportUnit, { items, links, notes, state, source }: ImportPlan): Promise<void> {
  const rows = [
    ...[...items.values()]
      .filter(
        ({ outcome, entry }) => outcome !== 'refused' && isNews(state.imported.get(entry.name)?.fields, entry.hashes),
      )
      .map((item) => ({ key: item.entry.name, ...ids(item), fields: item.entry.hashes })),
    ...links.filter(isNew).map(({ name, to }) => ({ key: name, ...ids(to) })),
    ...notes.filter(isNew).map(({ name, item }) => ({ key: name, ...ids(item) })),
  ];
  function isNew({ name, outcome }: PlannedLink | PlannedNote): boolean {
    return outcome !== 'refused' && !state.imported.has(name);
  }
  for (const some of inPortions(rows, 500)) await unit.query(sql.entries, [JSON.stringify(some), source]);
}

const isNews = (was: Record<string, string> | undefined, is: Record<string, string>): boolean =>
  was === undefined ||
  Object.keys(was).length !== Object.keys(is).length ||
  Object.entries(is).some(([field, hash]) => was[field] !== hash);

/** An id or reference that somebody else took between the plan and the insert. */
async function inserting(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DatabaseError || error instanceof ConflictError) || !error.details?.constraint) throw error;
    throw new ConflictError(
      'An id or external_ref of the source was taken here in the meantime; nothing was imported.',
      {
        cause: error,
        hint: 'Repeat the call: a dry run shows which.',
        retryable: true,
      },
    );
  }
}
