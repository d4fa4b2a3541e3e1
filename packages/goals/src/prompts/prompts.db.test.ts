import { createLog } from '@mcp-servers/core';
import { type Connection, connect, type Era, eras } from '@mcp-servers/core/testing';
import { describe, expect } from 'vitest';
import { createGoalsServer } from '../server.ts';
import { tools } from '../tools/index.ts';
import { only, type TestStore, test } from '../work/store.fixture.ts';
import { prompts } from './index.ts';

const log = createLog({ name: 'test', level: 'silent' });

const client = (here: TestStore, era: Era = 'modern') => {
  const { caller } = here.as('ann');
  return connect(
    createGoalsServer({ log, deps: { store: here.store, database: here.db.database, identify: () => caller } }),
    { era },
  );
};

interface Asked {
  [argument: string]: string;
}

async function get(here: TestStore, name: string, args: Asked = {}): Promise<string> {
  await using connection = await client(here);
  return await textOf(connection, name, args);
}

async function textOf(connection: Connection, name: string, args: Asked = {}): Promise<string> {
  const { messages } = await connection.client.getPrompt({ name, arguments: args });
  const { role, content } = only(messages);
  expect(role).toBe('user');
  return content.type === 'text' ? content.text : '';
}

describe.each(Object.keys(eras) as Era[])('%s era', (era) => {
  test('every prompt is answered on an empty store or says what is missing', async ({ here }) => {
    await using connection = await client(here, era);
    expect(await textOf(connection, 'plan-goal', { goal: 'A web shop' })).toContain('There are no open goals yet.');
    expect(await textOf(connection, 'resume-work')).toContain('You are ann.');
    expect(await textOf(connection, 'daily-review')).toContain('0 tasks completed, 0 created.');
    await expect(textOf(connection, 'break-down-task', { task: 'TASK-0001' })).rejects.toThrow(
      'There is no TASK-0001.',
    );
  });
});

test('a prompt names only tools that it needs, so that it is not offered without them', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'G', tasks: [{ title: 'T' }] });
  const given: Record<string, Record<string, string>> = {
    'plan-goal': { goal: 'x' },
    'break-down-task': { task: 'task-1' },
  };
  for (const { name, needs = [] } of prompts) {
    const text = await get(here, name, given[name]);
    const named = tools.map((tool) => tool.name).filter((tool) => new RegExp(`\\b${tool}\\b`).test(text));
    // What documents and lists say about themselves names only tools that read.
    const reading = tools.filter(({ effect }) => effect === 'read').map((tool) => tool.name);
    expect(
      named.filter((tool) => !needs.includes(tool) && !reading.includes(tool)),
      name,
    ).toEqual([]);
    expect(
      needs.filter((tool) => !named.includes(tool)),
      name,
    ).toEqual([]);
    expect(text.length).toBeLessThan(20_000);
  }
});

test('plan-goal quotes what is to be reached and shows open goals of the project', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'Web shop ```', project: 'shop' });
  await ann.goal({ title: 'Elsewhere' });
  const text = await get(here, 'plan-goal', { goal: 'Sell books\n# now', project: 'shop' });
  expect(text).toContain('> Sell books\n> # now\n');
  expect(text).toContain('````text\n[ ] GOAL-0001 Web shop ```');
  expect(text).toContain('create_goal call in project "shop"');
  expect(text).not.toContain('Elsewhere');
});

test('plan-goal asks back when a client has cut the arguments at spaces', async ({ here }) => {
  await here.as('ann').goal({ title: 'G', project: 'shop' });
  const cut = await get(here, 'plan-goal', { goal: 'build', project: 'a' });
  expect(cut).toContain('only the first word of what I typed');
  expect(cut).toContain('There is no project "a" yet.');
  const whole = await get(here, 'plan-goal', { goal: 'build a shop', project: 'shop' });
  expect(whole).not.toMatch(/first word|no project/);
});

test('resume-work brings what resume_work would answer', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'Web shop', tasks: [{ title: 'Draw it' }, { title: 'Paint it' }] });
  await ann.claim();
  const text = await get(here, 'resume-work');
  expect(text).toContain('my earlier sessions:\n  [~] TASK-0001 Draw it');
  expect(text).toMatch(/ready:\n {2}\[ \] TASK-0002 Paint it/);
});

test('daily-review has what was completed and decided on that day, and what is stuck now', async ({ here }) => {
  const ann = here.as('ann');
  const goal = await ann.goal({
    title: 'Web shop',
    tasks: [
      { title: 'First' },
      { title: 'Second', ref: 's' },
      { title: 'Third', blocked_by: ['s'] },
      { title: 'Late', due_at: '2026-01-01' },
    ],
  });
  await ann.complete(only(goal.ids));
  await here.sql(
    "INSERT INTO notes (task_id, author, kind, body) VALUES ('TASK-0002', 'bob', 'decision', 'We use # blue') RETURNING id",
  );
  const today = await get(here, 'daily-review');
  expect(today).toContain('1 tasks completed, 4 created.');
  expect(today).toContain('GOAL-0001 Web shop\n- [x] TASK-0001 First');
  expect(today).toContain('**decision** by bob on TASK-0002 Second:\n\n> We use # blue');
  expect(today).toMatch(/## Overdue now\n\n- \[ \] TASK-0004 Late/);
  expect(today).toMatch(/## Blocked now\n\n- \[ \] TASK-0003 Third/);
  expect(await get(here, 'daily-review', { day: '2020-02-29' })).toContain('0 tasks completed, 0 created.');
  expect(await get(here, 'daily-review', { project: 'other' })).toContain('0 tasks completed, 0 created.');
});

test('break-down-task brings the task, and refuses one that is closed', async ({ here }) => {
  const ann = here.as('ann');
  const goal = await ann.goal({ title: 'G', tasks: [{ title: 'Large', acceptance: ['It runs'] }, { title: 'Done' }] });
  const [large = '', done = ''] = goal.ids;
  const text = await get(here, 'break-down-task', { task: 'task-1' });
  expect(text).toContain(`# ${large} Large`);
  expect(text).toContain('- It runs');
  expect(text).toContain(`parent_task_id ${large}`);
  await ann.complete(done);
  await expect(get(here, 'break-down-task', { task: done })).rejects.toThrow(`${done} is completed`);
});

test('wrong arguments are told', async ({ here }) => {
  await expect(get(here, 'plan-goal')).rejects.toThrow('goal: required (string).');
  await expect(get(here, 'plan-goal', { goal: 'x', projekt: 'y' })).rejects.toThrow('Did you mean project?');
  await expect(get(here, 'daily-review', { day: '2026-02-30' })).rejects.toThrow('day: must be a day like 2026-03-01.');
  await expect(get(here, 'break-down-task', { task: 'GOAL-0001' })).rejects.toThrow('must be the id of a task');
  await expect(get(here, 'plan-goal', { goal: 'x'.repeat(4_001) })).rejects.toThrow('at most 4000 characters');
  await expect(get(here, 'resume-work', { project: 'a\0' })).rejects.toThrow('NUL');
});

test('completion offers open tasks, projects and days', async ({ here }) => {
  const ann = here.as('ann');
  const goal = await ann.goal({ title: 'G', project: 'Shop', tasks: [{ title: 'Draw' }, { title: 'Drive' }] });
  await ann.goal({ title: 'H', project: 'Office' });
  await ann.complete(only(goal.ids));
  await using connection = await client(here);
  const complete = async (prompt: string, name: string, value: string) =>
    (await connection.client.complete({ ref: { type: 'ref/prompt', name: prompt }, argument: { name, value } }))
      .completion;
  expect((await complete('break-down-task', 'task', 'dr')).values).toEqual(['TASK-0002']);
  expect((await complete('resume-work', 'project', 'sh')).values).toEqual(['Shop']);
  expect(await complete('plan-goal', 'project', '')).toEqual({ values: ['Office', 'Shop'], total: 2, hasMore: false });
  expect((await complete('plan-goal', 'project', '%')).values).toEqual([]);
  expect((await complete('plan-goal', 'goal', 'x')).values).toEqual([]);
  const { values } = await complete('daily-review', 'day', '');
  expect(values).toHaveLength(14);
  expect((await complete('daily-review', 'day', only(values))).values).toEqual([only(values)]);
});
