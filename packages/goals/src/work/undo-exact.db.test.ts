import { AppError } from '@mcp-servers/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { expectReplays } from '../events/replays.fixture.ts';
import { forbidden } from './invariants.fixture.ts';
import { type Actor, type TestStore, test } from './store.fixture.ts';
import { storedAndLive } from './stored.fixture.ts';

const step = fc.record({ op: fc.nat(15), a: fc.nat(99), b: fc.nat(99), c: fc.nat(99) });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const statuses = ['pending', 'in_progress', 'completed', 'cancelled'] as const;

/** One change of a person; numbers stand for items. Some are refused, some change nothing. */
async function change(here: TestStore, ann: Actor, { op, a, b, c }: Step): Promise<unknown> {
  const ids = async (table: string) =>
    (await here.sql<{ id: string }>(`SELECT id FROM ${table} ORDER BY seq`)).map(({ id }) => id);
  const [goals, tasks] = [await ids('goals'), await ids('tasks')];
  const goal = goals[a % goals.length] ?? '';
  const task = tasks[a % tasks.length] ?? '';
  const other = tasks[b % tasks.length] ?? '';
  const link = { from: task, to: other, type: c % 2 ? ('blocks' as const) : ('related' as const) };
  const calls: (() => Promise<unknown>)[] = [
    () =>
      ann.goal({
        title: `g${b}`,
        project: `p${c % 2}`,
        tasks: [
          { title: 'x', ref: 'x' },
          { title: 'y', blocked_by: ['x', task] },
        ],
      }),
    () => ann.tasks({ goal_id: goal, tasks: [{ title: 'n', blocks: [other], subtasks: [{ title: 'm' }] }] }),
    () => ann.claim({ limit: 1 + (b % 3) }),
    () => ann.claim({ goal_id: goal }),
    () => ann.report(task, { percent: c, note: `note ${b}` }),
    () => ann.complete(task, { b }),
    () => ann.report(task, { outcome: c % 2 ? 'released' : 'failed', ...(c % 2 ? { note: 'n' } : { reason: 'r' }) }),
    () =>
      ann.update([
        { id: task, status: statuses[c % 4] },
        ...(task === other ? [] : [{ id: other, status: statuses[b % 4] }]),
      ]),
    () =>
      ann.update({ id: task, title: `t${b}`, add_tags: [`T${c % 3}`], metadata: { k: b }, external_ref: `r${c % 4}` }),
    () => ann.update({ id: task, ...(c % 2 ? { parent_task_id: other } : { goal_id: goals[b % goals.length] }) }),
    () =>
      ann.update(
        { id: goal, status: statuses[b % 4], project: `p${c % 3}` },
        { open_tasks: c % 2 ? 'complete' : 'cancel' },
      ),
    () => ann.link({ add: [link] }),
    () => ann.link({ remove: [link] }),
    () => ann.delete(c % 4 ? task : goal),
    () => ann.delete(c % 4 ? task : goal, { restore: true }),
    () => ann.renameTag({ from: `t${b % 3}`, to: `t${c % 3}` }),
  ];
  return calls[op]?.().catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'internal' || error.code === 'database') throw error;
  });
}

test('whatever was done can be undone step by step and done again, exactly', { timeout: 120_000 }, async ({ here }) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 25 }), async (steps) => {
      await here.clear();
      const ann = here.as('ann');
      await here
        .as('bo')
        .goal({ title: 'first', tasks: [{ title: 'a' }, { title: 'b' }, { title: 'c' }, { title: 'd' }] });
      const lastEvent = async () => (await here.sql<{ id: number }>('SELECT max(id) AS id FROM events'))[0]?.id;
      const states = [await storedAndLive(here)];
      for (const next of steps) {
        const before = await lastEvent();
        await change(here, ann, next);
        if ((await lastEvent()) !== before) states.push(await storedAndLive(here));
      }
      const redos: number[] = [];
      for (let place = states.length - 2; place >= 0; place--) {
        redos.push((await ann.undo()).redo_event ?? 0);
        expect(await storedAndLive(here)).toEqual(states[place]);
      }
      await expectReplays(here);
      for (let place = 1; place < states.length; place++) {
        await ann.undo({ event: redos.pop() });
        expect(await storedAndLive(here)).toEqual(states[place]);
      }
      await expectReplays(here);
      for (const [what, text] of Object.entries(forbidden)) {
        if (text.includes('updates')) continue;
        expect({ what, rows: await here.sql(text) }).toEqual({ what, rows: [] });
      }
    }),
    { seed: 20260711, numRuns: 5, endOnFailure: true },
  );
});
