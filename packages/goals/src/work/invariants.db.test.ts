import { AppError } from '@mcp-servers/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { findCycle, toEdges } from '../tasks/cycle.ts';
import type { Link } from '../tasks/types.ts';
import { forbidden, watch } from './invariants.fixture.ts';
import { type Actor, type TestStore, test } from './store.fixture.ts';

/** One call; numbers stand for items that exist when it runs. */
interface Step {
  op:
    | 'goal'
    | 'tasks'
    | 'claim'
    | 'named'
    | 'heartbeat'
    | 'complete'
    | 'release'
    | 'fail'
    | 'status'
    | 'fields'
    | 'move'
    | 'close'
    | 'link'
    | 'delete'
    | 'restore'
    | 'retag'
    | 'undo'
    | 'lapse';
  a: number;
  b: number;
  c: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom<Step['op'][]>(
    ...([
      'goal',
      'tasks',
      'tasks',
      'claim',
      'claim',
      'named',
      'heartbeat',
      'complete',
      'complete',
      'release',
      'fail',
    ] as const),
    ...(['status', 'status', 'status', 'fields', 'move', 'move', 'close', 'lapse'] as const),
    ...(['link', 'link', 'delete', 'restore', 'restore', 'retag', 'undo', 'undo', 'undo'] as const),
  ),
  a: fc.nat(999),
  b: fc.nat(999),
  c: fc.nat(999),
});

const statuses = ['pending', 'in_progress', 'completed', 'cancelled'] as const;

/** Items by number: whatever was created so far, by anybody. */
interface Known {
  goals: string[];
  tasks: string[];
}

const pick = (list: readonly string[], n: number): string => list[n % Math.max(1, list.length)] ?? 'TASK-0001';

async function run(here: TestStore, actor: Actor, { known, step }: { known: Known; step: Step }): Promise<void> {
  const { op, a, b, c } = step;
  const { goals, tasks } = known;
  const task = pick(tasks, a);
  const other = pick(tasks, b);
  const goal = pick(goals, a);
  switch (op) {
    case 'goal': {
      const created = await actor.goal({
        title: `goal ${a}`,
        project: `p${b % 3}`,
        tasks: [
          { title: 'x', ref: 'x', subtasks: [{ title: 'x1' }] },
          { title: 'y', ...(c % 2 && { blocked_by: ['x'] }) },
          { title: 'z' },
        ],
      });
      goals.push(created.id);
      tasks.push(...created.ids);
      return;
    }
    case 'tasks': {
      const place = c % 3 === 0 ? { parent_task_id: other } : { goal_id: goal };
      const created = await actor.tasks({
        ...place,
        tasks: [{ title: 'n', blocked_by: [task], ...(c % 2 && { blocks: [other] }) }, { title: 'm' }],
      });
      tasks.push(...created.ids);
      return;
    }
    case 'claim':
      await actor.claim({ limit: 1 + (a % 3), ...(b % 2 && { goal_id: goal }) });
      return;
    case 'named':
      await actor.claim({ ids: [task, other], take_over: c % 4 === 0 });
      return;
    case 'heartbeat':
      await actor.report(task, { percent: b % 101, ...(c % 2 && { note: `note ${c}` }) });
      return;
    case 'complete':
      await actor.complete(task, { by: actor.caller.actor });
      return;
    case 'release':
      await actor.report(task, { outcome: 'released', note: 'here' });
      return;
    case 'fail':
      await actor.report(task, { outcome: 'failed', reason: 'no', retry_in_minutes: 0 });
      return;
    case 'status':
      await actor.update(
        [
          { id: task, status: statuses[b % 4] },
          { id: other, status: statuses[c % 4] },
        ].slice(0, task === other ? 1 : 2),
      );
      return;
    case 'fields':
      await actor.update([{ id: task, title: `title ${b}`, add_tags: [`t${c % 5}`], metadata: { [`k${c % 3}`]: b } }]);
      return;
    case 'move':
      await actor.update(
        c % 3 === 0 ? { id: task, goal_id: pick(goals, b) } : { id: task, parent_task_id: c % 3 === 1 ? other : null },
      );
      return;
    case 'close':
      await actor.update([{ id: goal, status: statuses[b % 4], project: `p${c % 3}` }], {
        open_tasks: (['refuse', 'complete', 'cancel'] as const)[c % 3] ?? 'refuse',
      });
      return;
    case 'link': {
      const link = { from: task, to: other, type: 'blocks' as const };
      await actor.link(c % 3 === 0 ? { remove: [link] } : { add: [link] });
      return;
    }
    case 'delete':
      await actor.delete([c % 4 === 0 ? goal : task], { force: b % 2 === 0 });
      return;
    case 'restore': {
      const { items } = await actor.find({ deleted: true, limit: 100 });
      await actor.delete(
        pick(
          items.map(({ id }) => String(id)),
          b,
        ),
        { restore: true },
      );
      return;
    }
    case 'retag':
      await actor.renameTag({ from: `t${b % 5}`, to: `T${c % 5}` });
      return;
    case 'undo': {
      const events = await here.sql<{ id: number }>('SELECT id FROM events ORDER BY id');
      const event = events[a % events.length]?.id;
      await actor.undo(c % 2 ? {} : { event, event_only: b % 2 === 0 });
      return;
    }
    case 'lapse':
      await here.sql(
        "UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL",
        [task],
      );
  }
}

test('whatever several callers do at once, the rules hold at the end', async ({ here }) => {
  await here.sql(watch);
  const actors = ['ann', 'ann', 'bo', 'cy'].map((name) => here.as(name));
  const scripts = fc.tuple(...actors.map(() => fc.array(step, { minLength: 30, maxLength: 40 })));
  await fc.assert(
    fc.asyncProperty(scripts, async (steps) => {
      await here.clear();
      await here.sql('DELETE FROM updates');
      const first = await actors[0]?.goal({
        title: 'first',
        project: 'p0',
        tasks: [{ title: 'a' }, { title: 'b' }, { title: 'c' }],
      });
      const known: Known = { goals: [first?.id ?? ''], tasks: [...(first?.ids ?? [])] };
      await Promise.all(
        actors.map(async (actor, index) => {
          for (const next of steps[index] ?? []) {
            await run(here, actor, { known, step: next }).catch((error: unknown) => {
              // Refused by a rule, or given up after too many deadlocks: either way nothing may have been saved.
              const expected =
                error instanceof AppError &&
                (error.retryable || ['validation', 'conflict', 'not_found'].includes(error.code));
              if (!expected) throw new Error(`${JSON.stringify(next)} failed`, { cause: error });
            });
          }
        }),
      );
      for (const [what, text] of Object.entries(forbidden))
        expect({ what, rows: await here.sql(text) }).toEqual({ what, rows: [] });
      const tasks = await here.sql<{ id: string; parent: string | null }>(
        'SELECT id, parent_task_id AS parent FROM tasks',
      );
      const links = await here.sql<Link>('SELECT from_task_id, to_task_id, type FROM task_links');
      expect(
        findCycle(
          toEdges(
            tasks.map(({ id, parent }) => ({ id, parent: parent ?? undefined })),
            links,
          ),
        ),
      ).toBeUndefined();
    }),
    { seed: 20260301, numRuns: 4, endOnFailure: true },
  );
});
