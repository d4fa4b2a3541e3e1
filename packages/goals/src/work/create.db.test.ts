import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { expect } from 'vitest';
import { only, refusal, test } from './store.fixture.ts';

const plan = [
  {
    title: 'Build',
    ref: 'build',
    description: 'make it',
    priority: 'high',
    tags: ['Bug', 'api'],
    acceptance: ['it runs'],
    estimate_minutes: 90,
    due_at: '2026-03-01',
    external_ref: 'acme/shop#7',
    metadata: { area: { part: [1, null] } },
    subtasks: [
      { title: 'Compile', ref: 'compile' },
      { title: 'Link', blocked_by: ['compile'], assignee: 'bo' },
    ],
  },
  { title: 'Ship', blocked_by: ['build'], discovered_from: 'compile' },
];

test('a goal with a plan is stored as given, with links, tags and search documents', async ({ here }) => {
  const ann = here.as('ann');
  const created = await ann.goal({
    title: 'Release 2',
    description: ' kept ',
    project: 'shop',
    priority: 'critical',
    due_at: '2026-04-01T00:00:00.000Z',
    tags: ['Q2'],
    metadata: { a: 1 },
    tasks: plan,
  });
  expect(created.tasks.map(({ title, ref, parent_task_id }) => [title, ref, parent_task_id])).toEqual([
    ['Build', 'build', undefined],
    ['Compile', 'compile', created.ids[0]],
    ['Link', undefined, created.ids[0]],
    ['Ship', undefined, undefined],
  ]);
  const [build, compile, link, ship] = created.ids;
  const [goal] = await here.store.goals.get([created.id]);
  expect(goal).toMatchObject({
    title: 'Release 2',
    description: ' kept ',
    project: 'shop',
    priority: 'critical',
    status: 'pending',
  });
  expect(goal).toMatchObject({
    tags: ['Q2'],
    metadata: { a: 1 },
    version: 1,
    created_by: 'ann',
    due_at: new Date('2026-04-01'),
  });
  const tasks = await here.store.tasks.get(created.ids);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  expect(byId.get(build ?? '')).toMatchObject({
    ...{
      description: 'make it',
      priority: 'high',
      tags: ['api', 'Bug'],
      acceptance: ['it runs'],
      estimate_minutes: 90,
    },
    ...{ external_ref: 'acme/shop#7', metadata: { area: { part: [1, null] } }, project: 'shop', goal_id: created.id },
    ...{ due_at: new Date('2026-03-01'), version: 1, created_by: 'ann', blocked_by: 0, parent_task_id: null },
  });
  expect(byId.get(link ?? '')).toMatchObject({
    parent_task_id: build,
    blocked_by: 1,
    assignee: 'bo',
    priority: 'medium',
  });
  expect(byId.get(ship ?? '')?.blocked_by).toBe(1);
  const links = await here.sql(
    'SELECT from_task_id, to_task_id, type, created_by FROM task_links ORDER BY to_task_id, type',
  );
  expect(links).toEqual([
    { from_task_id: compile, to_task_id: link, type: 'blocks', created_by: 'ann' },
    { from_task_id: build, to_task_id: ship, type: 'blocks', created_by: 'ann' },
    { from_task_id: compile, to_task_id: ship, type: 'discovered_from', created_by: 'ann' },
  ]);
  expect(await here.sql('SELECT item_id FROM search_documents ORDER BY item_id')).toHaveLength(5);
});

test('creating leaves one event per item, with who and through what', async ({ here }) => {
  const { id, ids } = await here.as('ann').goal({ title: 'Release', tasks: plan });
  const events = await here.sql<{ task_id: string | null; type: string }>(
    'SELECT type, goal_id, task_id, actor, client FROM events ORDER BY id',
  );
  expect(events).toEqual([
    { type: 'goal_created', goal_id: id, task_id: null, actor: 'ann', client: 'test' },
    ...ids.map((task_id) => ({ type: 'task_created', goal_id: id, task_id, actor: 'ann', client: 'test' })),
  ]);
});

test('a plan that is refused leaves nothing behind', async ({ here }) => {
  const ann = here.as('ann');
  const error = await refusal(ann.goal({ title: 'x', tasks: [{ title: 'a', blocked_by: ['TASK-0999'] }] }));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error.message).toContain('TASK-0999');
  for (const table of ['goals', 'tasks', 'events', 'search_documents'])
    expect(await here.sql(`SELECT FROM ${table}`)).toEqual([]);
});

test('tasks are added under a goal or under a task, never to a closed one or across goals', async ({ here }) => {
  const ann = here.as('ann');
  const one = await ann.goal({ title: 'one', tasks: [{ title: 'a' }, { title: 'b' }] });
  const two = await ann.goal({ title: 'two' });
  const [a = '', b = ''] = one.ids;
  const added = await ann.tasks({ parent_task_id: a, tasks: [{ title: 'a1', blocks: [b] }] });
  expect(added.goal_id).toBe(one.id);
  const [child] = await here.store.tasks.get(added.ids);
  expect(child).toMatchObject({ parent_task_id: a, goal_id: one.id });
  expect((await here.store.tasks.get([b]))[0]?.blocked_by).toBe(1);

  expect(await refusal(ann.tasks({ tasks: [{ title: 'x' }] }))).toBeInstanceOf(ValidationError);
  expect((await refusal(ann.tasks({ goal_id: 'GOAL-0999', tasks: [{ title: 'x' }] }))).code).toBe('not_found');
  expect((await refusal(ann.tasks({ parent_task_id: 'TASK-0999', tasks: [{ title: 'x' }] }))).code).toBe('not_found');
  expect((await refusal(ann.tasks({ goal_id: two.id, parent_task_id: a, tasks: [{ title: 'x' }] }))).message).toContain(
    one.id,
  );
  await ann.update({ id: two.id, status: 'completed' });
  expect((await refusal(ann.tasks({ goal_id: two.id, tasks: [{ title: 'x' }] }))).message).toContain('completed');
  await ann.complete(only(added.ids));
  await ann.complete(a);
  expect((await refusal(ann.tasks({ parent_task_id: a, tasks: [{ title: 'x' }] }))).message).toContain(
    `${a} is completed`,
  );
});

test('tasks added later stand behind those that are there', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }, { title: 'c' }] });
  const added = await ann.tasks({ goal_id: id, tasks: [{ title: 'd' }, { title: 'e' }] });
  expect(await ann.ready(id)).toEqual([...ids, ...added.ids]);
});

test('the depth of sub-tasks is bounded in the store, not only in one call', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: '1' }] });
  let parent = only(ids);
  for (let level = 2; level <= 8; level++)
    parent = only((await ann.tasks({ parent_task_id: parent, tasks: [{ title: `${level}` }] })).ids);
  expect((await refusal(ann.tasks({ parent_task_id: parent, tasks: [{ title: '9' }] }))).message).toContain(
    '9 levels deep',
  );
});

test('a link that closes a cycle with what is stored is refused with its path', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
    ],
  });
  const [a = '', b = ''] = ids;
  const error = await refusal(ann.tasks({ goal_id: id, tasks: [{ title: 'c', blocked_by: [b], blocks: [a] }] }));
  expect(error.code).toBe('validation');
  expect(error.message).toMatch(/TASK-\d+ -> TASK-\d+ -> TASK-\d+ -> TASK-\d+/);
  const inside = await refusal(ann.tasks({ parent_task_id: b, tasks: [{ title: 'b1', blocks: [a] }] }));
  expect(inside.code).toBe('validation');
  expect(await here.sql('SELECT FROM tasks')).toHaveLength(2);
});

test('an external reference is unique in its project, and the error names the task that has it', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', external_ref: 'acme/shop#7' }] });
  const error = await refusal(ann.goal({ title: 'h', tasks: [{ title: 'b', external_ref: 'acme/shop#7' }] }));
  expect(error.code).toBe('conflict');
  expect(error.message).toContain('acme/shop#7');
  expect(error.hint).toContain('external_ref');
  expect(ids).toHaveLength(1);
  await ann.goal({ title: 'elsewhere', project: 'other', tasks: [{ title: 'b', external_ref: 'acme/shop#7' }] });
});

test('two calls that link A to B and B to A at the same moment: exactly one is refused', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 10; round++) {
    const { id, ids } = await ann.goal({ title: `g${round}`, tasks: [{ title: 'a' }, { title: 'b' }] });
    const [a = '', b = ''] = ids;
    const outcomes = await Promise.allSettled([
      here.as('bo').tasks({ goal_id: id, tasks: [{ title: 'x', blocked_by: [a], blocks: [b] }] }),
      here.as('cy').tasks({ goal_id: id, tasks: [{ title: 'y', blocked_by: [b], blocks: [a] }] }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(ValidationError);
  }
});

test('ids are never given out twice, by however many creators at once', async ({ here }) => {
  const actors = ['ann', 'bo', 'cy', 'di'].map((name) => here.as(name));
  const created = await Promise.all(
    actors.flatMap((actor) =>
      Array.from({ length: 10 }, (_, index) =>
        actor.goal({ title: `g${index}`, tasks: [{ title: 'a' }, { title: 'b' }] }),
      ),
    ),
  );
  expect(new Set(created.map(({ id }) => id)).size).toBe(40);
  expect(new Set(created.flatMap(({ ids }) => ids)).size).toBe(80);
});
