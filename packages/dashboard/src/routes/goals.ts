import { createGoal, createTasks, GoalId, planGoal } from '@mcp-servers/goals/work';
import * as z from 'zod';
import { DetailQuery, GoalPatch, GoalQuery, NewGoal, NewTasks, PlanQuery } from '../contract/requests.ts';
import { ChangedGoal, CreatedGoal, CreatedTasks, type Goal, GoalDetail, GoalPage } from '../contract.ts';
import { defineRoute } from '../http/route.ts';
import { also, changeItem, deletion } from './change.ts';
import { countCreation, eventOf, getItem, listGoals, noProgress, readTree, unbounded } from './items.ts';

const tag = 'Goals';
const params = z.object({ id: GoalId });
const path = '/api/goals/:id';
type Shown = Goal & Partial<Pick<GoalDetail, 'notes' | 'progress'>>;

export const goalRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/goals', tag, summary: 'List goals' },
    query: GoalQuery,
    answer: GoalPage,
    run: ({ query }, { store }) => listGoals(store, query),
  }),
  defineRoute({
    ...{ method: 'get', path, tag, summary: 'A goal with its tasks, links and notes' },
    params,
    query: DetailQuery,
    answer: GoalDetail,
    also: [404],
    async run({ params: { id }, query }, { store }) {
      const [{ notes = [], progress, ...goal }, tree] = await Promise.all([
        getItem<Shown>(store, id, ['notes', 'progress']),
        readTree(store, { goals: [id], tasks: [] }, query.tasks),
      ]);
      return { goal, progress: { ...noProgress, ...progress }, ...tree, notes };
    },
    version: ({ goal }) => goal.version,
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/goals/:id/plan', tag, summary: 'Phases, critical path, bottlenecks, forecast' },
    params,
    query: PlanQuery,
    answer: z.looseObject({ phases: z.array(z.record(z.string(), z.unknown())) }),
    also: [404],
    run: ({ params: { id }, query }, { store }) =>
      planGoal(store, { goal_id: id, ...query }, { maxChars: unbounded }) as Promise<{
        phases: Record<string, unknown>[];
      }>,
  }),
  defineRoute({
    ...{ method: 'post', path: '/api/goals', tag, summary: 'Create a goal, with its plan' },
    body: NewGoal,
    answer: CreatedGoal,
    status: 201,
    also: [429],
    async run({ body }, parts, request) {
      await countCreation(parts, request);
      const { store, caller } = parts;
      const { goal, tasks } = await createGoal(store, body, { caller, signal: request.signal });
      const [full, undo] = await Promise.all([
        getItem<Goal>(store, goal.id),
        eventOf(store, goal.id, ({ type }) => type === 'goal_created'),
      ]);
      return { goal: full, tasks, ...undo };
    },
    version: ({ goal }) => goal.version,
    location: ({ goal }) => `/api/goals/${goal.id}`,
  }),
  defineRoute({
    ...{ method: 'post', path: '/api/goals/:id/tasks', tag, summary: 'Add tasks to a goal' },
    params,
    body: NewTasks,
    answer: CreatedTasks,
    status: 201,
    also: [404, 409, 429],
    async run({ params: { id }, body }, parts, request) {
      await countCreation(parts, request);
      const { store, caller } = parts;
      const created = await createTasks(store, { ...body, goal_id: id }, { caller, signal: request.signal });
      const [first] = created.tasks;
      const undo = first ? await eventOf(store, first.id, ({ type }) => type === 'task_created') : {};
      return { ...created, ...undo };
    },
    location: ({ goal_id }) => `/api/goals/${goal_id}`,
  }),
  defineRoute({
    ...{ method: 'patch', path, tag, summary: 'Change a goal' },
    params,
    body: GoalPatch,
    answer: ChangedGoal,
    also,
    async run({ params: { id }, body }, parts, request) {
      const { item: goal, written } = await changeItem<Goal>(id, { body, parts, request });
      return { goal, ...written };
    },
    version: ({ goal }) => goal.version,
  }),
  deletion(path, params, tag),
];
