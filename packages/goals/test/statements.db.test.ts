import { randomUUID } from 'node:crypto';
import type { AnyTool, Call } from '@mcp-servers/core';
import type { Statement } from '@mcp-servers/core/postgres';
import { withDatabase } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { createGoal } from '../src/tools/create-goal.ts';
import { createTasks } from '../src/tools/create-tasks.ts';
import { deleteItems } from '../src/tools/delete-items.ts';
import type { GoalsDeps } from '../src/tools/deps.ts';
import { findItems } from '../src/tools/find-items.ts';
import { getHistory } from '../src/tools/get-history.ts';
import { getItems } from '../src/tools/get-items.ts';
import { getStats } from '../src/tools/get-stats.ts';
import { linkTasks } from '../src/tools/link-tasks.ts';
import { nextTasks } from '../src/tools/next-tasks.ts';
import { planGoal } from '../src/tools/plan-goal.ts';
import { renameTag } from '../src/tools/rename-tag.ts';
import { includes } from '../src/work/get.ts';
import { openStore } from '../src/work/store.ts';
import { silent } from './spawn.fixture.ts';

interface Counted extends AsyncDisposable {
  /** Runs a tool; answers its output and the names of the statements it took (BEGIN, COMMIT and the wake-up of followers aside). */
  count(
    tool: AnyTool<GoalsDeps>,
    input: Record<string, unknown>,
  ): Promise<{ output: Record<string, unknown>; statements: string[] }>;
}

async function withCounting(): Promise<Counted> {
  const seen: Statement[] = [];
  const db = await withDatabase({ onQuery: (statement) => seen.push(statement) });
  const caller = { actor: 'counter', client: 'test', instance: randomUUID() };
  const deps: GoalsDeps = { store: openStore(db.database, silent), database: db.database, identify: () => caller };
  const call: Call = {
    signal: new AbortController().signal,
    requestId: '1',
    client: undefined,
    maxChars: 90_000,
    log: silent,
    annotate: () => undefined,
    progress: () => undefined,
  };
  await db.database.ready();
  return {
    async count(tool, input) {
      seen.length = 0;
      const output = await tool.run(tool.input.parse(input), deps, call);
      return { output, statements: seen.map(({ name }) => name).filter((name) => name !== 'events_notify') };
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

const plan = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    title: `Step ${index + 1}`,
    ref: `s${index + 1}`,
    tags: ['Alpha', `t${index % 3}`],
    ...(index > 0 && { blocked_by: [`s${index}`] }),
  }));

const ids = (output: Record<string, unknown>): string[] => (output.tasks as { id: string }[]).map(({ id }) => id);

test('reading takes one statement, however many items', async () => {
  await using counted = await withCounting();
  const { output } = await counted.count(createGoal, { title: 'Read', tags: ['x'], tasks: plan(100) });
  const goal = (output.goal as { id: string }).id;
  const tasks = ids(output);
  expect((await counted.count(getItems, { ids: [goal] })).statements).toHaveLength(1);
  expect((await counted.count(getItems, { ids: [tasks[0]] })).statements).toHaveLength(1);
  const batch = await counted.count(getItems, { ids: tasks });
  expect(batch.statements).toHaveLength(1);
  expect((await counted.count(findItems, { where: { goal_id: goal }, limit: 100 })).statements).toHaveLength(1);
  expect((await counted.count(findItems, { where: { kind: 'goal' } })).statements).toHaveLength(1);
  expect((await counted.count(findItems, { text: 'step' })).statements).toHaveLength(1);
  expect((await counted.count(nextTasks, { goal_id: goal })).statements).toHaveLength(1);
  expect((await counted.count(nextTasks, {})).statements).toHaveLength(1);
});

test('the second page takes one statement, like the first', async () => {
  await using counted = await withCounting();
  await counted.count(createGoal, { title: 'Pages', tasks: plan(30) });
  const { output } = await counted.count(findItems, { where: { kind: 'task' } });
  const next = await counted.count(findItems, { where: { kind: 'task' }, cursor: output.next_cursor });
  expect(next.output.items).toHaveLength(10);
  expect(next.statements).toHaveLength(1);
});

test('each include takes at most one statement more', async () => {
  await using counted = await withCounting();
  const { output } = await counted.count(createGoal, { title: 'Include', tasks: plan(20) });
  const goal = (output.goal as { id: string }).id;
  const tasks = ids(output);
  for (const include of includes) {
    expect((await counted.count(getItems, { ids: [goal], include: [include] })).statements.length).toBeLessThanOrEqual(
      2,
    );
    expect((await counted.count(getItems, { ids: tasks, include: [include] })).statements.length).toBeLessThanOrEqual(
      2,
    );
  }
  const all = await counted.count(getItems, { ids: [goal, ...tasks], include: [...includes] });
  expect(all.statements.length).toBeLessThanOrEqual(2 + includes.length);
});

test('creating takes the same statements for 1, 2, 50 and 100 tasks', async () => {
  await using counted = await withCounting();
  const none = await counted.count(createGoal, { title: 'Bare', tags: ['a', 'b'], tasks: [] });
  const one = await counted.count(createGoal, { title: 'One', tags: ['a', 'b'], tasks: plan(1) });
  const two = await counted.count(createGoal, { title: 'Two', tags: ['a', 'b'], tasks: plan(2) });
  expect(none.statements.length).toBeLessThanOrEqual(one.statements.length);
  // Links add one statement, for any number of them.
  expect(two.statements.length).toBe(one.statements.length + 1);
  const goal = (none.output.goal as { id: string }).id;
  const added = await counted.count(createTasks, { goal_id: goal, tasks: plan(2) });
  for (const size of [50, 100]) {
    const created = await counted.count(createGoal, { title: `With ${size}`, tags: ['a', 'b'], tasks: plan(size) });
    expect(created.statements).toEqual(two.statements);
    const more = await counted.count(createTasks, { goal_id: goal, tasks: plan(size) });
    expect(more.statements).toEqual(added.statements);
  }
});

test('linking, deleting, restoring and renaming a tag take the same statements for 2 and 100 tasks', async () => {
  await using counted = await withCounting();
  const taken: Record<string, string[]>[] = [];
  for (const size of [2, 100]) {
    const { output } = await counted.count(createGoal, { title: `With ${size}`, tags: ['Alpha'], tasks: plan(size) });
    const goal = (output.goal as { id: string }).id;
    const [first, ...others] = ids(output);
    const add = others.map((to) => ({ from: first, to, type: 'related' }));
    taken.push({
      link: (await counted.count(linkTasks, { add })).statements,
      unlink: (await counted.count(linkTasks, { remove: add })).statements,
      rename: (await counted.count(renameTag, { from: 'alpha', to: `beta ${size}` })).statements,
      preview: (await counted.count(deleteItems, { ids: [goal], preview: true })).statements,
      remove: (await counted.count(deleteItems, { ids: [goal] })).statements,
      restore: (await counted.count(deleteItems, { ids: [goal], restore: true })).statements,
    });
  }
  expect(taken[1]).toEqual(taken[0]);
  for (const [what, statements] of Object.entries(taken[0] ?? {}))
    expect(statements.length, what).toBeLessThanOrEqual(what === 'preview' ? 3 : 12);
});

test('history, plans and figures take a statement per section, however much there is', async () => {
  await using counted = await withCounting();
  for (const size of [1, 100]) {
    const { output } = await counted.count(createGoal, { title: 'Report', tags: ['x'], tasks: plan(size) });
    const goal = (output.goal as { id: string }).id;
    expect((await counted.count(getHistory, { ids: [goal, ...ids(output)].slice(0, 100) })).statements).toHaveLength(1);
    expect((await counted.count(getHistory, { order: 'oldest' })).statements).toHaveLength(1);
    expect((await counted.count(planGoal, { goal_id: goal })).statements).toHaveLength(3);
    expect((await counted.count(getStats, {})).statements).toHaveLength(5);
    expect((await counted.count(getStats, { goal_id: goal, group_by: 'tag' })).statements).toHaveLength(6);
  }
});
