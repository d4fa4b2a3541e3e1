import { AppError } from '@mcp-servers/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { findCycle, toEdges } from '../tasks/cycle.ts';
import type { Link } from '../tasks/types.ts';
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
    ...(['link', 'link', 'delete', 'restore', 'restore', 'retag'] as const),
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
    case 'lapse':
      await here.sql(
        "UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL",
        [task],
      );
  }
}

/** Every sentence names rows that must not exist. */
const forbidden: Record<string, string> = {
  'a count of blockers that is not the number of open ones': `SELECT t.id FROM tasks t WHERE t.blocked_by <> (
    SELECT count(*) FROM task_links l JOIN tasks b ON b.id = l.from_task_id
    WHERE l.to_task_id = t.id AND l.type = 'blocks' AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL)`,
  'half a lease':
    'SELECT id FROM tasks WHERE num_nonnulls(lease_holder, lease_instance, lease_token, lease_until) NOT IN (0, 4)',
  'a lease on a task that is not in progress':
    "SELECT id FROM tasks WHERE lease_token IS NOT NULL AND status <> 'in_progress'",
  'a token that two tasks share':
    'SELECT lease_token FROM tasks WHERE lease_token IS NOT NULL GROUP BY 1 HAVING count(*) > 1',
  "a task in another project than its goal's":
    'SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE t.project <> g.project',
  'a sub-task in another goal than its parent':
    'SELECT t.id FROM tasks t JOIN tasks p ON p.id = t.parent_task_id WHERE p.goal_id <> t.goal_id',
  'an open task under a closed goal': `SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id
    WHERE t.status IN ('pending', 'in_progress') AND t.deleted_at IS NULL AND g.status IN ('completed', 'cancelled')`,
  'an open task below a closed one': `SELECT t.id FROM tasks t JOIN tasks p ON p.id = t.parent_task_id
    WHERE t.status IN ('pending', 'in_progress') AND t.deleted_at IS NULL AND p.status IN ('completed', 'cancelled')`,
  'something below what is deleted': `SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id LEFT JOIN tasks p ON p.id = t.parent_task_id
    WHERE t.deleted_at IS NULL AND (g.deleted_at IS NOT NULL OR p.deleted_at IS NOT NULL)`,
  'a lease on a deleted task': 'SELECT id FROM tasks WHERE deleted_at IS NOT NULL AND lease_token IS NOT NULL',
  'a tag of another case beside itself':
    'SELECT task_id FROM task_tags GROUP BY task_id, lower(tag) HAVING count(*) > 1',
  'a completed task without its time, or a time without completion':
    "SELECT id FROM tasks WHERE (status = 'completed') <> (completed_at IS NOT NULL)",
  'a version that is not one more than the updates of its row': `SELECT i.id FROM (SELECT id, version FROM tasks UNION ALL SELECT id, version FROM goals) i
    WHERE i.version <> 1 + (SELECT count(*) FROM updates u WHERE u.id = i.id)`,
  'an item without the event of its creation': `SELECT i.id FROM (SELECT id FROM tasks UNION ALL SELECT id FROM goals) i
    WHERE (SELECT count(*) FROM events e WHERE coalesce(e.task_id, e.goal_id) = i.id AND e.type IN ('task_created', 'goal_created')) <> 1`,
  'a change of status without an event': `SELECT u.id FROM updates u WHERE u.status_changed AND NOT EXISTS (
    SELECT 1 FROM events e WHERE coalesce(e.task_id, e.goal_id) = u.id AND (e.after ->> 'version')::bigint = u.version AND e.after ? 'status')`,
  'a claim of a task that another held': `SELECT e.id FROM (
      SELECT id, task_id, type, after, lag(after ->> 'status') OVER (PARTITION BY task_id ORDER BY (after ->> 'version')::bigint) AS before
      FROM events WHERE task_id IS NOT NULL AND after ? 'status') e
    WHERE e.type = 'task_claimed' AND e.before = 'in_progress'`,
  'a title that search does not know': `SELECT i.id FROM (SELECT id, title, goal_id FROM tasks UNION ALL SELECT id, title, id FROM goals) i
    WHERE NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.item_id = i.id AND d.note_id = 0 AND d.title = i.title AND d.goal_id = i.goal_id)`,
};

/** Counts every update of a row behind the product's back. */
const watch = `DO $$ BEGIN
  DROP TABLE IF EXISTS updates;
  CREATE TABLE updates (id text, version bigint, status_changed boolean);
  CREATE OR REPLACE FUNCTION watch_update() RETURNS trigger LANGUAGE plpgsql AS $f$
  BEGIN INSERT INTO updates VALUES (NEW.id, NEW.version, NEW.status <> OLD.status); RETURN NULL; END $f$;
  CREATE OR REPLACE TRIGGER watched AFTER UPDATE ON goals FOR EACH ROW EXECUTE FUNCTION watch_update();
  CREATE OR REPLACE TRIGGER watched AFTER UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION watch_update();
END $$`;

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
