import { expect } from 'vitest';
import { refusal, test } from '../work/store.fixture.ts';
import { expectReplays } from './replays.fixture.ts';

interface Logged {
  id: number;
  type: string;
  goal_id: string;
  task_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
}

test('the log replays to what is stored, through creating, updating, moving and closing', async ({ here }) => {
  const ann = here.as('ann');
  const one = await ann.goal({
    ...{
      title: 'one',
      description: 'd',
      project: 'shop',
      priority: 'high',
      tags: ['b', 'A'],
      metadata: { x: 1 },
      due_at: '2026-01-01T00:00:00.000Z',
    },
    tasks: [
      {
        title: 'p',
        ref: 'p',
        tags: ['t'],
        due_at: '2026-01-01',
        metadata: { a: [1] },
        subtasks: [{ title: 'c', estimate_minutes: 5, acceptance: ['ok'] }],
      },
      {
        title: 'q',
        blocked_by: ['p'],
        priority: 'critical',
        defer_until: '2999-01-01',
        assignee: 'bo',
        external_ref: 'X-1',
      },
    ],
  });
  const two = await ann.goal({ title: 'two', project: 'other' });
  const [p = '', c = '', q = ''] = one.ids;
  await ann.tasks({ goal_id: one.id, tasks: [{ title: 'later' }] });
  await ann.update([
    { id: one.id, title: 'ONE', add_tags: ['c'], remove_tags: ['a'], metadata: { x: null, y: 2 }, project: 'shop2' },
    { id: p, description: 'new', position: 7, due_at: null, add_tags: ['T2'] },
    { id: c, status: 'in_progress', percent: 30 },
  ]);
  await ann.update({ id: p, goal_id: two.id });
  await ann.complete(c, { done: true });
  await ann.complete(p);
  await ann.update({ id: c, status: 'cancelled' });
  await ann.update([
    { id: p, status: 'pending' },
    { id: c, status: 'pending' },
  ]);
  await ann.update({ id: q, defer_until: null, external_ref: null, assignee: null, priority: 'low' });
  await ann.update({ id: two.id, status: 'completed' }, { open_tasks: 'complete' });
  await refusal(ann.update({ id: c, status: 'pending' }));
  await expectReplays(here);
});

test('the log replays to what is stored, through claims, reports, lapsed leases and take-overs', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: Array.from({ length: 5 }, (_, index) => ({ title: `t${index}` })),
  });
  const [a = '', b = '', c = '', d = '', e = ''] = ids;
  await ann.claim({ limit: 5 });
  await ann.report(a, { percent: 40, note: 'on it' });
  await ann.complete(a, [1, 2]);
  await ann.report(b, { outcome: 'released', percent: 10 });
  await ann.report(c, { outcome: 'failed', reason: 'no' });
  await here.as('ann').claim({ ids: [d], take_over: true });
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1", [e]);
  await here.as('bo').claim();
  await here.as('bo').update({ id: d, status: 'cancelled' });
  await expectReplays(here);
});

test('the log replays to what is stored, through links, deleting, restoring, purging and renamed tags', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tags: ['x'],
    tasks: [
      { title: 'a', ref: 'a', tags: ['x', 'y'], subtasks: [{ title: 'a1' }] },
      { title: 'b', blocked_by: ['a'] },
      { title: 'c' },
    ],
  });
  const [a = '', a1 = '', b = '', c = ''] = ids;
  const link = (from: string, to: string) => ({ from, to, type: 'blocks' as const });
  await ann.link({ add: [link(a1, c), link(b, c), { ...link(c, a), type: 'related' }] });
  await ann.link({ remove: [link(a, b), link(b, c), link(a1, b)], add: [link(c, b)] });
  await ann.claim({ ids: [a1] });
  await ann.delete(c);
  await here.as('bo').delete(a, { force: true });
  await ann.renameTag({ from: 'X', to: 'z' });
  await ann.delete(id);
  await ann.delete([id, a], { restore: true });
  await ann.delete(c, { purge: true, allowPurge: true });
  expect(await ann.ready()).toEqual([a1, b]);
  await ann.tasks({ goal_id: id, tasks: [{ title: 'first', blocks: [b], discovered_from: a }] });
  await expectReplays(here);
});

test('every event of a change carries the version it made', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = '', b = ''] = ids;
  await ann.claim({ limit: 2 });
  await ann.complete(a);
  await here.as('ann').claim({ ids: [b], take_over: true });
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL");
  await ann.claim();
  await ann.update({ id, title: 'G' });
  const events = await here.sql<Logged>(
    "SELECT type, task_id, goal_id, after FROM events WHERE type <> 'note_added' ORDER BY id",
  );
  const last = new Map<string, number>();
  for (const { type, task_id, goal_id, after } of events) {
    const item = task_id ?? goal_id;
    expect({ type, version: after.version }).toEqual({ type, version: expect.any(Number) });
    expect(Number(after.version)).toBeGreaterThan(last.get(item) ?? 0);
    last.set(item, Number(after.version));
  }
});

test('no event holds the secret of a claim', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const { claimed } = await ann.claim();
  const token = claimed[0]?.task.lease_token ?? '';
  expect(token).toMatch(/^[0-9a-f-]{36}$/);
  const [row] = await here.sql<{ log: string }>("SELECT string_agg(concat(before, after), '') AS log FROM events");
  expect(row?.log).not.toContain(token);
});
