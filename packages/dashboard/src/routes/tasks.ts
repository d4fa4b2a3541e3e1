import { TaskId } from '@mcp-servers/goals/work';
import * as z from 'zod';
import { DetailQuery, TaskPatch, TaskQuery } from '../contract/requests.ts';
import { ChangedTask, type Link, type Task, TaskDetail, TaskPage, type TaskRow } from '../contract.ts';
import { defineRoute } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { also, changeItem, deletion } from './change.ts';
import { getItem, listItems, readTree } from './items.ts';

const tag = 'Tasks';
const params = z.object({ id: TaskId });
const path = '/api/tasks/:id';

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
    ...{ method: 'get', path, tag, summary: 'A task with its sub-tasks, links, blockers and notes' },
    params,
    query: DetailQuery,
    answer: TaskDetail,
    also: [404],
    run: ({ params: { id }, query }, { store }) => readTask(store, id, query.tasks),
    version: ({ task }) => task.version,
  }),
  defineRoute({
    ...{ method: 'patch', path, tag, summary: 'Change a task' },
    params,
    body: TaskPatch,
    answer: ChangedTask,
    also,
    async run({ params: { id }, body }, parts, request) {
      const { item: task, written } = await changeItem<Task>(id, { body, parts, request });
      return { task, ...written };
    },
    version: ({ task }) => task.version,
  }),
  deletion(path, params, tag),
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
  const [shown, { tasks, tasks_total }] = await Promise.all([
    getItem<Shown>(store, id, ['links', 'blockers', 'notes']),
    readTree(store, { goals: [], tasks: [id] }, limit),
  ]);
  const { links = [], blockers = [], notes = [], ...task } = shown;
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
