import { getItems, TaskId, updateItems } from '@mcp-servers/goals/work';
import { z } from 'zod';
import { DeleteQuery, DetailQuery, TaskPatch, TaskQuery } from '../contract/requests.ts';
import { ChangedTask, Deleted, type Link, type Task, TaskDetail, TaskPage, type TaskRow } from '../contract.ts';
import { defineRoute } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { deleteItem } from './delete.ts';
import { asPrecondition, eventOf, getItem, listItems, readTree, unbounded } from './items.ts';

const tag = 'Tasks';
const params = z.object({ id: TaskId });

export const taskRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/tasks', tag, summary: 'List tasks' },
    query: TaskQuery,
    answer: TaskPage,
    async run({ query }, { store }) {
      const page = await listItems(store, { ...query, kind: 'task' });
      return { ...page, items: page.items as TaskRow[] };
    },
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/tasks/:id', tag, summary: 'A task with its sub-tasks, links, blockers and notes' },
    params,
    query: DetailQuery,
    answer: TaskDetail,
    also: [404],
    run: ({ params: { id }, query }, { store }) => readTask(store, id, query.tasks),
    version: ({ task }) => task.version,
  }),
  defineRoute({
    ...{ method: 'patch', path: '/api/tasks/:id', tag, summary: 'Change a task' },
    params,
    body: TaskPatch,
    answer: ChangedTask,
    also: [404, 409, 412],
    async run({ params: { id }, body }, { store, caller }, request) {
      const expected_version = request.ifMatch ?? body.expected_version;
      const input = { items: [{ ...body, id, expected_version }], open_tasks: 'refuse' as const, all_or_nothing: true };
      const { items } = await updateItems(store, input, { caller, signal: request.signal }).catch((error) =>
        asPrecondition(error, request),
      );
      const { changed = [], version } = items[0] ?? {};
      const [{ notes: _, progress: __, ...task }, undo] = await Promise.all([
        getItem<Task>(store, id),
        changed.length > 0 ? eventOf(store, id, (event) => event.version === version) : {},
      ]);
      return { task, changed, ...undo };
    },
    version: ({ task }) => task.version,
  }),
  defineRoute({
    ...{
      method: 'delete',
      path: '/api/tasks/:id',
      tag,
      summary: 'Delete a task and what is below it; undo brings it back',
    },
    params,
    query: DeleteQuery,
    answer: Deleted,
    also: [404, 409, 412],
    run: ({ params: { id }, query }, parts, request) => deleteItem(id, { query, parts, request }),
  }),
];

type Shown = Task & { links?: Seen[]; blockers?: { id: string; title: string }[]; notes?: TaskDetail['notes'] };
interface Seen {
  type: Link['type'];
  direction: 'in' | 'out';
  id: string;
  title: string;
  status: Task['status'];
}

async function readTask(store: Parts['store'], id: string, limit: number): Promise<TaskDetail> {
  const [{ items }, { tasks, tasks_total }] = await Promise.all([
    getItems(store, { ids: [id], include: ['links', 'blockers', 'notes'], maxChars: unbounded }),
    readTree(store, { goals: [], tasks: [id] }, limit),
  ]);
  const { links = [], blockers = [], notes = [], ...task } = items[0] as unknown as Shown;
  const [goal] = await store.goals.get([task.goal_id]);
  if (!goal) throw new Error(`the goal of ${id} is not there`);
  return {
    task,
    goal: { id: goal.id, title: goal.title, status: goal.status },
    ...{ tasks, tasks_total, blockers, notes },
    links: links.map(({ type, direction, id: other_id, title: other_title, status: other_status }) => ({
      ...(direction === 'in' ? { from: other_id, to: id } : { from: id, to: other_id }),
      ...{ type, other_id, other_title, other_status },
    })),
  };
}
