import { expect } from 'vitest';
import { test } from './store.fixture.ts';

test('a catch-up has my claims, those of my earlier sessions, handoffs, goals, what is ready, and what others did', async ({
  here,
}) => {
  const earlier = here.as('ann');
  const ann = here.as('ann');
  const bo = here.as('bo');
  const { id, ids } = await bo.goal({
    title: 'g',
    tasks: [{ title: 'mine' }, { title: 'of before' }, { title: 'left by bo' }, { title: 'free' }],
  });
  const [mine = '', before = '', left = '', free = ''] = ids;
  await earlier.claim({ ids: [before] });
  await bo.claim({ ids: [left] });
  await bo.report(left, { outcome: 'released', note: 'half done' });
  const { claimed } = await ann.claim({ ids: [mine] });
  const caughtUp = await ann.resume();
  expect(caughtUp).toMatchObject({
    you: { actor: 'ann' },
    my_tasks: [{ id: mine, title: 'mine', lease_token: claimed[0]?.task.lease_token }],
    my_earlier_sessions: [{ id: before }],
    handoffs: [{ id: left, author: 'bo', body: 'half done' }],
    goals: [{ id, percent: 0, open: 4 }],
    ready: [{ id: left }, { id: free }],
  });
  expect(JSON.stringify(caughtUp.my_earlier_sessions)).not.toContain('lease_token');
  const changes = caughtUp.changed_by_others as { actor: string; type: string }[];
  expect(changes.every(({ actor }) => actor === 'bo')).toBe(true);
  expect(changes.map(({ type }) => type)).toContain('task_released');
  expect(caughtUp).not.toHaveProperty('truncated');
});

test('a catch-up of one project leaves out the others, and demo unless named', async ({ here }) => {
  const ann = here.as('ann');
  for (const project of ['shop', 'demo', 'other']) {
    const { id } = await here.as('bo').goal({ title: project, project, tasks: [{ title: `${project} task` }] });
    await ann.update({ id, status: 'in_progress' });
  }
  const titles = (rows: readonly object[]) => rows.map((row) => (row as { title: string }).title).sort();
  expect(titles((await ann.resume({ project: 'shop' })).goals)).toEqual(['shop']);
  expect(titles((await ann.resume({ project: 'shop' })).ready)).toEqual(['shop task']);
  expect(titles((await ann.resume()).goals)).toEqual(['other', 'shop']);
  expect(titles((await ann.resume({ project: 'demo' })).ready)).toEqual(['demo task']);
});

test('what changed is told since the time asked for', async ({ here }) => {
  await here.as('bo').goal({ title: 'g' });
  await here.sql("UPDATE events SET at = at - interval '3 days'");
  const ann = here.as('ann');
  expect((await ann.resume()).changed_by_others).toEqual([]);
  const since = new Date(Date.now() - 4 * 86_400_000).toISOString();
  expect((await ann.resume({ since })).changed_by_others).toHaveLength(1);
});

test('without anything ready it says why', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'g', tasks: [{ title: 'a', defer_until: '2999-01-01' }] });
  expect((await ann.resume()).why_nothing).toContain('1 deferred');
});

test('the answer keeps within its budget, and names what it left out', async ({ here }) => {
  const ann = here.as('ann');
  const bo = here.as('bo');
  const { ids } = await bo.goal({
    title: 'g',
    tasks: Array.from({ length: 15 }, (_, index) => ({ title: `task ${index} ${'x'.repeat(150)}` })),
  });
  for (const id of ids.slice(0, 5)) {
    await bo.claim({ ids: [id] });
    await bo.report(id, { outcome: 'released', note: 'n'.repeat(1500) });
  }
  for (const maxChars of [500, 2000, 5000, 20_000]) {
    const caughtUp = await ann.resume({ maxChars });
    expect(JSON.stringify(caughtUp).length).toBeLessThanOrEqual(Math.max(maxChars, 900));
    const shown = Object.values(caughtUp).filter(Array.isArray).flat().length;
    expect(shown > 0 || maxChars === 500).toBe(true);
    if (maxChars < 20_000) expect(caughtUp.left_out?.length).toBeGreaterThan(0);
  }
});

test('one handoff that does not fit does not hide all that comes after it', async ({ here }) => {
  const bo = here.as('bo');
  const { ids } = await bo.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  await bo.claim({ ids: [ids[0] ?? ''] });
  await bo.report(ids[0] ?? '', { outcome: 'released', note: 'n'.repeat(19_900) });
  const caughtUp = await here.as('ann').resume();
  expect(caughtUp.handoffs).toEqual([]);
  expect(caughtUp.left_out).toEqual(['1 of handoffs (more max_chars)']);
  expect(caughtUp.ready).toHaveLength(2);
  expect(caughtUp.goals).toHaveLength(1);
});

test('more claims and goals than are shown are said to be there', async ({ here }) => {
  const ann = here.as('ann');
  for (let index = 0; index < 12; index++)
    await ann.goal({ title: `g${index}`, tasks: [{ title: 'a' }, { title: 'b' }] });
  await ann.claim({ limit: 20 });
  await ann.claim({ limit: 4 });
  const { left_out = [], goals, my_tasks, truncated } = await ann.resume();
  expect(goals).toHaveLength(10);
  expect(my_tasks).toHaveLength(20);
  expect(truncated).toBe(true);
  expect(left_out.join()).toContain('more goals');
  expect(left_out.join()).toContain('more claims');
  expect(left_out.join()).not.toContain('ready');
});

test('more ready tasks and handoffs than are shown are said to be there', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: Array.from({ length: 11 }, (_, n) => ({ title: `t${n}` })) });
  for (const id of ids.slice(0, 6)) await ann.report(id, { note: 'look here', note_kind: 'handoff' });
  const { handoffs, ready, left_out } = await ann.resume();
  expect([handoffs.length, ready.length]).toEqual([5, 10]);
  expect(left_out).toEqual(['older handoffs', 'more ready tasks (find_items {"where":{"ready":true}})']);
});

test('a handoff is told until its task is done', async ({ here }) => {
  const bo = here.as('bo');
  const { ids } = await bo.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = ''] = ids;
  await bo.report(a, { note: 'half done', note_kind: 'handoff' });
  const ann = here.as('ann');
  expect((await ann.resume()).handoffs).toMatchObject([{ id: a }]);
  await bo.complete(a);
  const { handoffs, changed_by_others } = await ann.resume();
  expect(handoffs).toEqual([]);
  expect(changed_by_others[0]).toMatchObject({ type: 'task_updated', id: a, status: 'completed' });
});
