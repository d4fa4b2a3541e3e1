import { expect } from 'vitest';
import { refusal, test } from './store.fixture.ts';

test('ready tasks come by priority, due date, position and age', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'medium, first' },
      { title: 'low, due', priority: 'low', due_at: '2026-01-01' },
      { title: 'medium, due late', due_at: '2026-06-01' },
      { title: 'critical', priority: 'critical' },
      { title: 'medium, due early', due_at: '2026-05-01' },
      { title: 'high', priority: 'high' },
      { title: 'medium, last' },
    ],
  });
  const titles = async () => (await here.store.tasks.ready({ goal_id: id }, 100)).map(({ title }) => title);
  const expected = [
    'critical',
    'high',
    'medium, due early',
    'medium, due late',
    'medium, first',
    'medium, last',
    'low, due',
  ];
  expect(await titles()).toEqual(expected);
  const [last] = await here.sql<{ id: string }>("SELECT id FROM tasks WHERE title = 'medium, last'");
  await ann.update({ id: last?.id ?? '', position: -1 });
  expect(await titles()).toEqual([...expected.slice(0, 4), 'medium, last', 'medium, first', 'low, due']);
  const other = await ann.goal({ title: 'h', tasks: [{ title: 'same place, younger' }] });
  const all = (await here.store.tasks.ready({}, 100)).map(({ title }) => title);
  expect(all.indexOf('medium, first')).toBeLessThan(all.indexOf('same place, younger'));
  expect(await ann.ready(other.id)).toEqual(other.ids);
});

test('what is blocked, deferred, a parent, below a blocked parent, leased or finished is not ready', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id, tasks } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'free', ref: 'free' },
      {
        title: 'blocked',
        blocked_by: ['free'],
        subtasks: [{ title: 'below blocked', subtasks: [{ title: 'far below' }] }],
      },
      { title: 'deferred', defer_until: '2999-01-01' },
      { title: 'no longer deferred', defer_until: '2020-01-01' },
      { title: 'parent', subtasks: [{ title: 'child' }] },
      { title: 'leased' },
      { title: 'done' },
      { title: 'given up' },
    ],
  });
  const idOf = (title: string) => tasks.find((task) => task.title === title)?.id ?? '';
  await here.as('bo').claim({ ids: [idOf('leased')] });
  await ann.complete(idOf('done'));
  await ann.update({ id: idOf('given up'), status: 'cancelled' });
  expect(await ann.ready(id)).toEqual(['free', 'no longer deferred', 'child'].map(idOf));
  await ann.complete(idOf('free'));
  await ann.complete(idOf('child'));
  expect(await ann.ready(id)).toEqual(['far below', 'no longer deferred', 'parent'].map(idOf));
});

test('nothing of a closed goal or of the project demo is ready, unless demo is named', async ({ here }) => {
  const ann = here.as('ann');
  const closed = await ann.goal({ title: 'closed', tasks: [{ title: 'a' }] });
  await here.sql("UPDATE goals SET status = 'cancelled' WHERE id = $1", [closed.id]);
  const demo = await ann.goal({ title: 'demo', project: 'demo', tasks: [{ title: 'b' }] });
  const shop = await ann.goal({ title: 'shop', project: 'shop', tasks: [{ title: 'c' }] });
  expect(await ann.ready()).toEqual(shop.ids);
  expect(await ann.ready(closed.id)).toEqual([]);
  expect(await ann.ready(demo.id)).toEqual(demo.ids);
  expect((await here.store.tasks.ready({ project: 'demo' }, 9)).map(({ id }) => id)).toEqual(demo.ids);
  expect((await here.store.tasks.ready({ project: 'shop' }, 9)).map(({ id }) => id)).toEqual(shop.ids);
  expect((await ann.claim({ limit: 9 })).claimed.map(({ task }) => task.id)).toEqual(shop.ids);
});

test('a task whose lease has ended is ready again before anybody has swept', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await ann.claim();
  expect(await ann.ready(id)).toEqual([]);
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second'");
  expect(await ann.ready(id)).toEqual(ids);
});

test('when nothing is ready the reasons are counted and named', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
      { title: 'c', blocked_by: ['a'] },
      { title: 'd', defer_until: '2999-01-01' },
    ],
  });
  await here.as('bo').claim({ goal_id: id });
  const { claimed, why_nothing } = await ann.claim({ goal_id: id });
  expect(claimed).toEqual([]);
  expect(why_nothing).toMatch(
    new RegExp(
      `2 blocked by ${ids[0]} \\(held by bo, lease ends 20.*; 1 in progress: ${ids[0]} by bo until .*; 1 deferred`,
    ),
  );
});

test('a goal that does not exist is an error, not an empty list', async ({ here }) => {
  expect((await refusal(here.as('ann').claim({ goal_id: 'GOAL-0999' }))).code).toBe('not_found');
});
