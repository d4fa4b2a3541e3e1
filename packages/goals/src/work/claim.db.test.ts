import { expect } from 'vitest';
import { gate, only, refusal, type TestStore, test } from './store.fixture.ts';

const tokenOf = (answer: { claimed: { task: { lease_token: string | null } }[] }): string =>
  only(answer.claimed).task.lease_token ?? '';
const idsOf = (answer: { claimed: { task: { id: string } }[] }): string[] => answer.claimed.map(({ task }) => task.id);
const tasks = (count: number) => Array.from({ length: count }, (_, index) => ({ title: `t${index}` }));

async function endLeases(here: TestStore): Promise<void> {
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL");
}

test('a claim answers what is needed to begin', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'Release',
    description: 'why',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'], acceptance: ['it runs'], tags: ['x'] },
    ],
  });
  const [a = '', b = ''] = ids;
  await ann.complete(a, { url: 'https://example.org' });
  await ann.claim({ ids: [b] });
  await ann.report(b, { outcome: 'released', note: 'half done' });
  const { claimed } = await here.as('bo').claim();
  expect(claimed).toHaveLength(1);
  expect(claimed[0]).toMatchObject({
    task: { id: b, status: 'in_progress', assignee: 'bo', acceptance: ['it runs'], tags: ['x'] },
    goal: { id, title: 'Release', description: 'why' },
    depended_on: [{ id: a, title: 'a', result: { url: 'https://example.org' } }],
    notes: [{ kind: 'handoff', body: 'half done', author: 'ann' }],
  });
  expect((await here.store.goals.get([id]))[0]?.status).toBe('in_progress');
});

test('several tasks come best first, and no more than asked for', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'low', priority: 'low' },
      { title: 'due', due_at: '2026-01-01' },
      { title: 'top', priority: 'critical' },
    ],
  });
  const [low = '', due = '', top = ''] = ids;
  expect(idsOf(await ann.claim({ limit: 2 }))).toEqual([top, due]);
  expect(idsOf(await ann.claim({ limit: 2 }))).toEqual([low]);
});

test('many claimers at once never share a task, and every task is given out', async ({ here }) => {
  const { ids } = await here.as('ann').goal({ title: 'g', tasks: tasks(30) });
  const claimers = Array.from({ length: 12 }, (_, index) => here.as(`worker ${index % 3}`));
  const given: string[] = [];
  while (given.length < ids.length) {
    const round = await Promise.all(claimers.map((claimer) => claimer.claim({ limit: 2 })));
    const got = round.flatMap(idsOf);
    expect(got.length).toBeGreaterThan(0);
    given.push(...got);
  }
  expect(given).toHaveLength(30);
  expect(new Set(given)).toEqual(new Set(ids));
  const [events] = await here.sql<{ n: number }>("SELECT count(*) AS n FROM events WHERE type = 'task_claimed'");
  expect(events?.n).toBe(30);
});

test('a task that another transaction is taking is passed over, not waited for', async ({ here }) => {
  const { ids } = await here.as('ann').goal({ title: 'g', tasks: tasks(2) });
  const taken = gate();
  const held = gate();
  const first = here.store.write(here.as('bo').caller, async (unit) => {
    await unit.tasks.lock([only(ids)]);
    taken.open();
    await held.passed;
  });
  await taken.passed;
  expect(idsOf(await here.as('cy').claim({ limit: 2 }))).toEqual(ids.slice(1));
  held.open();
  await first;
});

test('two sessions of one person never hold one task', async ({ here }) => {
  const one = here.as('ann');
  const other = here.as('ann');
  const { ids } = await one.goal({ title: 'g', tasks: tasks(1) });
  await one.claim();
  expect((await other.claim()).claimed).toEqual([]);
  expect((await refusal(other.claim({ ids }))).message).toContain('is held by ann');
  expect((await refusal(other.complete(only(ids)))).message).toContain('is held by ann');
  expect((await refusal(other.update({ id: only(ids), status: 'completed' }))).message).toContain('is held by ann');
});

test('two people who share a process do not share a claim', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  await ann.claim();
  const signal = new AbortController().signal;
  const bo = { ...ann.caller, actor: 'bo' };
  const { updateItems } = await import('./update.ts');
  const request = {
    items: [{ id: only(ids), status: 'completed' as const }],
    open_tasks: 'refuse' as const,
    all_or_nothing: false,
  };
  expect((await refusal(updateItems(here.store, request, { caller: bo, signal }))).message).toContain('is held by ann');
  expect(id).toBeDefined();
});

test('a lease that ends frees the task, with an event, and whoever comes next gets it', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  const old = tokenOf(await ann.claim({ lease_minutes: 1 }));
  await endLeases(here);
  const fresh = tokenOf(await here.as('bo').claim());
  expect(fresh).not.toBe(old);
  const events = await here.sql<{ type: string; actor: string }>(
    'SELECT type, actor, before FROM events WHERE task_id = $1 ORDER BY id',
    [only(ids)],
  );
  expect(events.map(({ type, actor }) => [type, actor])).toEqual([
    ['task_created', 'ann'],
    ['task_claimed', 'ann'],
    ['task_lease_expired', 'bo'],
    ['task_claimed', 'bo'],
  ]);
  expect(events[2]).toMatchObject({ before: { lease_holder: 'ann' } });
});

test('a late report with the token of a lost lease is refused, and nothing of it is recorded', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  const id = only(ids);
  const lease_token = tokenOf(await ann.claim());
  await endLeases(here);
  expect((await refusal(ann.report(id, { lease_token, percent: 50 }))).message).toContain(
    'lease of TASK-0001 has ended',
  );
  await here.as('bo').claim();
  expect((await refusal(ann.report(id, { lease_token, outcome: 'completed' }))).message).toContain('held by bo');
  expect((await refusal(ann.complete(id))).message).toContain('held by bo');
  expect((await here.store.tasks.get([id]))[0]).toMatchObject({
    status: 'in_progress',
    lease_holder: 'bo',
    percent: 0,
  });
});

test('a holder keeps the lease through reports, also from another process with the token', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  const id = only(ids);
  const lease_token = tokenOf(await ann.claim({ lease_minutes: 1 }));
  const before = only(await here.store.tasks.get([id]));
  await ann.report(id, { lease_minutes: 60 });
  const after = only(await here.store.tasks.get([id]));
  expect(after.lease_until?.getTime()).toBeGreaterThan((before.lease_until?.getTime() ?? 0) + 50 * 60_000);
  await here.as('ann').report(id, { lease_token, percent: 10 });
  expect(only(await here.store.tasks.get([id]))).toMatchObject({ lease_token, percent: 10 });
});

test('a report that names no time does not shorten a longer lease', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  const id = only(ids);
  await ann.claim({ lease_minutes: 240 });
  const { lease_until } = only(await here.store.tasks.get([id]));
  await ann.report(id, { percent: 10 });
  expect(only(await here.store.tasks.get([id])).lease_until).toEqual(lease_until);
  await ann.report(id, { lease_minutes: 5 });
  const shorter = only(await here.store.tasks.get([id])).lease_until;
  expect(shorter?.getTime()).toBeLessThan(lease_until?.getTime() ?? 0);
});

test('a task of a live session of somebody else cannot be taken over', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  await ann.claim();
  // The session is not on record yet: presence is written in the background.
  expect((await refusal(here.as('bo').claim({ ids, take_over: true }))).message).toContain('cannot be taken over');
  await here.store.agents.seen(ann.caller, undefined);
  await here.sql("UPDATE tasks SET lease_until = lease_until + interval '1 hour'");
  const error = await refusal(here.as('bo').claim({ ids, take_over: true }));
  expect(error.message).toContain('ann was active at');
  expect(error.retryable).toBe(true);
});

/** As if the session had been silent for a while: presence and the row itself are older. */
async function fallSilent(here: TestStore): Promise<void> {
  await here.sql("UPDATE agents SET last_seen = last_seen - interval '1 hour'");
  await here.sql('ALTER TABLE tasks DISABLE TRIGGER tasks_version');
  await here.sql("UPDATE tasks SET updated_at = updated_at - interval '1 hour'");
  await here.sql('ALTER TABLE tasks ENABLE TRIGGER tasks_version');
}

test('a task of a session that has fallen silent is taken over by name, and its old token is worth nothing', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  await here.store.agents.seen(ann.caller, undefined);
  const old = tokenOf(await ann.claim());
  await fallSilent(here);
  const bo = here.as('bo');
  expect((await refusal(bo.claim({ ids }))).message).toContain('is held by ann');
  const answer = await bo.claim({ ids, take_over: true });
  expect(only(answer.claimed).task).toMatchObject({ lease_holder: 'bo', status: 'in_progress' });
  expect((await refusal(ann.report(only(ids), { lease_token: old, note: 'x' }))).message).toContain('held by bo');
  const types = await here.sql<{ type: string }>("SELECT type FROM events WHERE type LIKE 'task%' ORDER BY id");
  expect(types.map(({ type }) => type)).toEqual(['task_created', 'task_claimed', 'task_released', 'task_claimed']);
});

test("one's own earlier session can be taken over at once", async ({ here }) => {
  const earlier = here.as('ann');
  const { ids } = await earlier.goal({ title: 'g', tasks: tasks(1) });
  await here.store.agents.seen(earlier.caller, undefined);
  await earlier.claim();
  const now = here.as('ann');
  expect(idsOf(await now.claim({ ids, take_over: true }))).toEqual(ids);
  expect((await refusal(earlier.complete(only(ids)))).message).toContain('is held by ann');
  await now.complete(only(ids));
});

test('named tasks are claimed all or none, with a reason for each that could not be', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'free', ref: 'free' },
      { title: 'blocked', blocked_by: ['free'] },
      { title: 'held' },
      { title: 'done' },
      { title: 'parent', subtasks: [{ title: 'child' }] },
      { title: 'deferred', defer_until: '2999-01-01' },
    ],
  });
  const [free = '', blocked = '', held = '', done = '', parent = '', child = '', deferred = ''] = ids;
  await here.as('bo').claim({ ids: [held] });
  await ann.complete(done);
  const { message } = await refusal(ann.claim({ ids: [free, blocked, held, done, parent, deferred] }));
  expect(message).toContain(`${blocked} is blocked by ${free}`);
  expect(message).toContain(`${held} is held by bo until`);
  expect(message).toContain(`${done} is completed`);
  expect(message).toContain(`${parent} has open sub-tasks: ${child}`);
  expect(message).toContain(`${deferred} is deferred until 2999`);
  expect(message).not.toContain(`${free} `);
  expect((await here.store.tasks.get([free]))[0]?.status).toBe('pending');
  expect(idsOf(await ann.claim({ ids: [child, free] }))).toEqual([free, child]);
  expect((await refusal(ann.claim({ ids: [free, 'TASK-0999'] }))).code).toBe('not_found');
});

test('a task named twice is claimed once', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  expect(idsOf(await ann.claim({ ids: [...ids, ...ids] }))).toEqual(ids);
});

test('arguments that would be ignored are refused', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  expect((await refusal(ann.claim({ ids, goal_id: id }))).code).toBe('validation');
  expect((await refusal(ann.claim({ ids, project: 'x' }))).code).toBe('validation');
  expect((await refusal(ann.claim({ take_over: true }))).code).toBe('validation');
});

test('somebody else may cancel a held task, which ends its lease', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: tasks(1) });
  const lease_token = tokenOf(await ann.claim());
  await here.as('bo').update({ id: only(ids), status: 'cancelled' });
  expect(only(await here.store.tasks.get(ids))).toMatchObject({
    status: 'cancelled',
    lease_holder: null,
    lease_until: null,
  });
  expect((await refusal(ann.report(only(ids), { lease_token, outcome: 'completed' }))).message).toContain(
    'the task is cancelled',
  );
});
