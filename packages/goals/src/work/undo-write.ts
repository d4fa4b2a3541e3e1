import type { Event } from '../events/repository.ts';
import type { Goal } from '../goals/types.ts';
import { splitIds, toSeq } from '../items/ids.ts';
import type { Link, StoredLink, Task } from '../tasks/types.ts';
import { saveTasks } from './external-refs.ts';
import { inPortions } from './portions.ts';
import { recordLink } from './record-link.ts';
import type { Unit } from './store.ts';
import { itemsOf } from './undo-change.ts';
import { type Findings, isDeletedSince, type Rows, type Undone } from './undo-rows.ts';

/** The items of the events, ends of links, and what is above them now and would be then: locked in the order of every other call. */
export async function lockRows(unit: Unit, events: readonly Event[]): Promise<Rows> {
  const named = splitIds(itemsOf(events));
  const of = (field: string): string[] =>
    events.flatMap(({ before, after }) =>
      [before?.[field], after?.[field]].filter((value): value is string => typeof value === 'string'),
    );
  const links = events.flatMap(({ before, after }) => {
    const link = (before?.link ?? after?.link) as { from: string; to: string } | undefined;
    return link ? [link.from, link.to] : [];
  });
  const taskIds = [...new Set([...named.tasks, ...links, ...of('parent_task_id')])];
  await unit.tasks.lockGraph();
  const unlocked = await getTasks(unit, taskIds);
  const goalIds = [...events.flatMap(({ goal_id }) => goal_id ?? []), ...of('goal_id')];
  const goals = new Map<string, Goal>();
  const tasks = new Map<string, Task>();
  const lockGoals = async (ids: readonly string[]): Promise<void> => {
    const missing = [...new Set(ids)].filter((id) => !goals.has(id));
    for (const goal of missing.length > 0 ? await unit.goals.lock(missing) : []) goals.set(goal.id, goal);
  };
  const lockTasks = async (ids: readonly string[]): Promise<void> => {
    const missing = [...new Set(ids)].filter((id) => !tasks.has(id));
    // All in the order of their numbers, also across portions.
    missing.sort((one, other) => toSeq(one) - toSeq(other));
    for (const some of inPortions(missing, 500))
      for (const task of await unit.tasks.lock(some)) tasks.set(task.id, task);
  };
  await lockGoals([...goalIds, ...unlocked.map(({ goal_id }) => goal_id)]);
  await lockTasks([...taskIds, ...unlocked.flatMap(({ parent_task_id }) => parent_task_id ?? [])]);
  // A task may have been moved before it was locked: then its goal and parent of now are locked too.
  await lockGoals([...tasks.values()].map(({ goal_id }) => goal_id));
  await lockTasks([...tasks.values()].flatMap(({ parent_task_id }) => parent_task_id ?? []));
  return { goals, tasks };
}

async function getTasks(unit: Unit, ids: readonly string[]): Promise<Task[]> {
  const found: Task[] = [];
  for (const some of inPortions(ids, 500)) found.push(...(await unit.tasks.get(some)));
  return found;
}

interface Work {
  was: Rows;
  rows: Rows;
  done: readonly Undone[];
  /** Tasks that went along with their goal -> the event that says so. */
  followers: ReadonlyMap<string, number>;
  findings: Findings;
}

/** Fields that are part of a search document. */
const searched = ['title', 'description', 'tags', 'goal_id'];

/** Writes rows, tags, links, notes and events. Answers the tasks that links begin at which came back. */
export async function writeUndone(unit: Unit, work: Work): Promise<string[]> {
  const { was, rows, done, followers } = work;
  const unlinked = await unlink(unit, work);
  await undoNotes(unit, work);
  const goals = [...rows.goals.values()].filter((goal) => was.goals.get(goal.id) !== goal);
  const tasks = [...rows.tasks.values()].filter((task) => was.tasks.get(task.id) !== task);
  const versions = new Map<string, number>();
  for (const some of inPortions(goals, 500))
    for (const { id, version } of await unit.goals.save(some)) versions.set(id, version);
  for (const { id, version } of await saveTasks(unit, tasks, was.tasks)) versions.set(id, version);
  const retagged = new Set(done.filter(({ after }) => 'tags' in after).map(({ id }) => id));
  await unit.tags.replace(
    [...goals, ...tasks].filter(({ id }) => retagged.has(id)).map(({ id, tags }) => ({ id, tags })),
  );
  const linked = await linkAgain(unit, work);
  for (const { id, after } of done) if (searched.some((field) => field in after)) unit.reindex(id);
  const ends = [...unlinked.keys(), ...linked].map(({ inverse }) => inverse.event.task_id ?? '');
  const now = new Map((await getTasks(unit, [...new Set(ends)])).map((task) => [task.id, task]));
  for (const entry of done) {
    const { inverse, id, before, after } = entry;
    const { event, type } = inverse;
    const undo_of = event.id;
    const task = rows.tasks.get(id);
    const link = unlinked.get(entry) ?? inverse.link;
    if (link && (type === 'task_linked' || type === 'task_unlinked')) {
      recordLink(unit, link, { type, task: now.get(id), undo_of });
      continue;
    }
    const version = inverse.fields && versions.get(id);
    unit.record({
      ...{ type, goal_id: task?.goal_id ?? id, task_id: task && id, undo_of },
      ...(type === 'note_added' ? {} : { before }),
      ...(type === 'note_removed' ? {} : { after: { ...after, version } }),
    });
  }
  await bringTasksAlong(unit, { goals, was, followers });
  return linked.map(({ inverse }) => inverse.link?.from_task_id ?? '');
}

/** A link that is not there any more was removed together with a task. */
async function unlink(unit: Unit, { done, findings }: Work): Promise<Map<Undone, StoredLink>> {
  const wanted = done.filter(({ inverse }) => inverse.unlink);
  const links = wanted.flatMap(({ inverse }) => inverse.unlink ?? []);
  const removed = new Map((links.length > 0 ? await unit.tasks.unlink(links) : []).map((row) => [nameOf(row), row]));
  return new Map(
    wanted.flatMap((entry): [Undone, StoredLink][] => {
      const link = entry.inverse.unlink as Link;
      const stored = removed.get(nameOf(link));
      if (!stored) findings.problems.push(`the link ${nameOf(link)} is not there any more`);
      return stored ? [[entry, stored]] : [];
    }),
  );
}

const nameOf = ({ from_task_id, to_task_id, type }: Link): string => `${from_task_id} ${type} ${to_task_id}`;

async function linkAgain(unit: Unit, { rows, done, findings }: Work): Promise<Undone[]> {
  const wanted = done.filter(({ inverse }) => inverse.link);
  const links = wanted.flatMap(({ inverse }) => inverse.link ?? []);
  if (links.length === 0) return [];
  const ends = [...new Set(links.flatMap((link) => [link.from_task_id, link.to_task_id]))];
  for (const { inverse } of wanted) {
    for (const id of [inverse.link?.from_task_id ?? '', inverse.link?.to_task_id ?? '']) {
      const task = rows.tasks.get(id);
      if (!task) findings.problems.push(`${id} was removed for ever`);
      else if (isDeletedSince(task, inverse.event)) findings.problems.push(`${id} was deleted since`);
    }
  }
  const stored = new Set((await unit.tasks.linksAmong(ends)).map(nameOf));
  for (const link of links) if (stored.has(nameOf(link))) findings.problems.push(`${nameOf(link)} is linked already`);
  if (findings.problems.length === 0) await unit.tasks.link(links, unit.caller.actor);
  return wanted;
}

async function undoNotes(unit: Unit, { done, findings }: Work): Promise<void> {
  const removing = done.filter(({ inverse }) => inverse.removeNote !== undefined);
  const ids = removing.map(({ inverse }) => inverse.removeNote ?? 0).filter(Number.isSafeInteger);
  const removed = new Map((ids.length > 0 ? await unit.notes.remove(ids) : []).map((note) => [note.id, note]));
  for (const entry of removing) {
    const note = removed.get(entry.inverse.removeNote ?? 0);
    if (!note) findings.problems.push(`the note of event ${entry.inverse.event.id} is not there any more`);
    else {
      const { id: note_id, item_id: _, ...rest } = note;
      entry.before = { note_id, ...rest };
    }
  }
  const back = done.filter(({ inverse }) => inverse.putBackNote);
  const notes = back.flatMap(({ inverse }) => inverse.putBackNote ?? []);
  for (const some of inPortions(notes, 500)) await unit.notes.putBack(some);
  for (const entry of back) entry.after = { ...entry.inverse.event.before };
}

/** The tasks of a goal follow it to its former project, those that came since too. */
async function bringTasksAlong(
  unit: Unit,
  { goals, was, followers }: { goals: readonly Goal[] } & Pick<Work, 'was' | 'followers'>,
): Promise<void> {
  for (const goal of goals) {
    const from = was.goals.get(goal.id)?.project;
    if (from === goal.project) continue;
    for (const { id, version } of await unit.tasks.moveToProject(goal.id, goal.project)) {
      const undo_of = followers.get(id);
      const change = { before: { project: from }, after: { project: goal.project, version } };
      unit.record({ type: 'task_updated', goal_id: goal.id, task_id: id, undo_of, ...change });
    }
  }
}
