import { statement } from '@mcp-servers/core/postgres';
import { expect, test as plain } from 'vitest';
import {
  errorOf,
  faultRounds,
  type GoalsServer,
  openSql,
  patiently,
  spawnServer,
  test,
  textOf,
  withHome,
} from './spawn.fixture.ts';

/** What a client was told is saved. */
interface Acknowledged {
  goals: { id: string; tasks: string[] }[];
  notes: string[];
  keys: { task: string; key: string }[];
}

const wholeGoals = statement(
  'test_whole_goals',
  `SELECT g.id, (SELECT count(*)::int FROM goal_tags x WHERE x.goal_id = g.id) AS tags,
          (SELECT count(*)::int FROM events e WHERE e.goal_id = g.id AND e.type = 'goal_created') AS events,
          (SELECT count(*)::int FROM search_documents d WHERE d.goal_id = g.id AND d.note_id = 0) AS documents,
          (SELECT count(*)::int FROM tasks t WHERE t.goal_id = g.id) AS tasks,
          (SELECT count(*)::int FROM task_tags x JOIN tasks t ON t.id = x.task_id WHERE t.goal_id = g.id) AS task_tags,
          (SELECT count(*)::int FROM events e JOIN tasks t ON t.id = e.task_id WHERE t.goal_id = g.id AND e.type = 'task_created') AS task_events
   FROM goals g WHERE g.title LIKE 'Write %' ORDER BY g.seq`,
);
const strayEvents = statement(
  'test_stray_events',
  `SELECT e.id FROM events e LEFT JOIN goals g ON g.id = e.goal_id LEFT JOIN tasks t ON t.id = e.task_id
   WHERE g.id IS NULL OR (e.task_id IS NOT NULL AND t.id IS NULL)`,
);
const noteEvents = statement(
  'test_note_events',
  `SELECT n.body, (SELECT count(*)::int FROM events e WHERE e.task_id = n.task_id AND e.type = 'note_added' AND e.after ->> 'body' = n.body) AS events
   FROM notes n`,
);
const keyEvents = statement(
  'test_key_events',
  `SELECT t.id AS task, k.key, (SELECT count(*)::int FROM events e WHERE e.task_id = t.id AND e.after -> 'metadata' ? k.key
     AND NOT coalesce(e.before -> 'metadata' ? k.key, false)) AS events
   FROM tasks t CROSS JOIN LATERAL jsonb_object_keys(t.metadata) AS k (key)`,
);

/** A lane of work on one server: keeps writing until told to stop; what was not acknowledged is not asked for later. */
interface Lane {
  server: GoalsServer;
  name: string;
  stop: AbortSignal;
  acknowledged: Acknowledged;
  onWrite(): void;
}

async function accepted(
  lane: Lane,
  tool: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown> | undefined> {
  try {
    const result = await lane.server.call(tool, args);
    if (result.isError) {
      // A cut connection is the only reason to refuse here; anything else is a defect.
      expect(['unavailable', 'database'], textOf(result)).toContain(errorOf(result).code);
      expect(errorOf(result).retryable, textOf(result)).toBe(true);
      return undefined;
    }
    lane.onWrite();
    return result.structuredContent as Record<string, unknown>;
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
    return undefined; // The server process is gone.
  }
}

async function createGoals(lane: Lane): Promise<void> {
  for (let n = 0; !lane.stop.aborted; n += 1) {
    const tasks = [
      { title: 'One', ref: 'one', tags: ['x', 'y'] },
      { title: 'Two', blocked_by: ['one'], tags: ['x', 'y'] },
      { title: 'Three', tags: ['x', 'y'] },
    ];
    const created = await accepted(lane, 'create_goal', {
      title: `Write ${lane.name} ${n}`,
      tags: ['a', 'b', 'c'],
      tasks,
    });
    const { goal, tasks: rows } = (created ?? {}) as { goal?: { id: string }; tasks?: { id: string }[] };
    if (goal && rows) lane.acknowledged.goals.push({ id: goal.id, tasks: rows.map(({ id }) => id) });
  }
}

async function reportAndUpdate(lane: Lane, task: string): Promise<void> {
  for (let n = 0; !lane.stop.aborted; n += 1) {
    const note = `note ${lane.name} ${n}`;
    const reported = await accepted(lane, 'report_progress', { id: task, percent: n % 100, note });
    if (reported) lane.acknowledged.notes.push(note);
    const key = `${lane.name} ${n}`;
    const updated = await accepted(lane, 'update_items', { items: [{ id: task, metadata: { [key]: n } }] });
    if (updated) lane.acknowledged.keys.push({ task, key });
  }
}

/** Everything acknowledged is there with all its parts, and nothing is there in part. */
async function check(home: string, { goals, notes, keys }: Acknowledged): Promise<void> {
  await using sql = openSql(home);
  const whole = { tags: 3, events: 1, documents: 4, tasks: 3, task_tags: 6, task_events: 3 };
  const stored = await sql.query<{ id: string }>(wholeGoals);
  for (const { id, ...parts } of stored) expect(parts, id).toEqual(whole);
  const there = new Set(stored.map(({ id }) => id));
  expect(goals.filter(({ id }) => !there.has(id))).toEqual([]);
  expect(await sql.query(strayEvents)).toEqual([]);

  const bodies = await sql.query<{ body: string; events: number }>(noteEvents);
  expect(bodies.filter(({ events }) => events !== 1)).toEqual([]);
  expect(new Set(bodies.map(({ body }) => body)).isSupersetOf(new Set(notes))).toBe(true);
  const merged = await sql.query<{ task: string; key: string; events: number }>(keyEvents);
  expect(merged.filter(({ events }) => events !== 1)).toEqual([]);
  const known = new Set(merged.map(({ task, key }) => `${task} ${key}`));
  expect(keys.filter(({ task, key }) => !known.has(`${task} ${key}`))).toEqual([]);
}

const victims = ['the database server', 'a server process'] as const;

plain(
  'acknowledged writes survive kill -9 of the database server and of server processes, and none is half done',
  {
    timeout: 3_600_000,
  },
  async () => {
    await using home = await withHome();
    await using disposable = new AsyncDisposableStack();
    const open = (n: number) => spawnServer(home.home, { actor: `writer-${n}` });
    const servers = await Promise.all([open(0), open(1)]);
    disposable.defer(async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    });
    await patiently(servers[0] as GoalsServer, 'create_goal', { title: 'Warm up' });

    const acknowledged: Acknowledged = { goals: [], notes: [], keys: [] };
    let attempts = 0;
    const rounds = faultRounds(4);
    for (let round = 0; round < rounds; round += 1) {
      const work = await Promise.all(
        servers.map((server) =>
          patiently(server, 'create_goal', { title: `Round ${round}`, tasks: [{ title: 'Report here' }] }),
        ),
      );
      const victim = victims[round % victims.length];
      const stop = new AbortController();
      let left = 10 + Math.floor(Math.random() * 60);
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
      const onWrite = () => {
        left -= 1;
        if (left === 0) reach();
      };
      const lanes = servers.flatMap((server, n) => {
        const lane = (name: string): Lane => ({
          server,
          name: `${round}.${n}.${name}`,
          stop: stop.signal,
          acknowledged,
          onWrite,
        });
        const { tasks } = (work[n]?.result.structuredContent ?? {}) as { tasks: { id: string }[] };
        return [createGoals(lane('a')), createGoals(lane('b')), reportAndUpdate(lane('c'), tasks[0]?.id ?? '')];
      });
      await reached;
      if (victim === 'the database server') {
        process.kill(await home.databasePid(), 'SIGKILL');
        stop.abort();
        await Promise.all(lanes);
      } else {
        const n = Math.floor(Math.random() * servers.length);
        await servers[n]?.kill();
        stop.abort();
        await Promise.all(lanes);
        servers[n] = await open(n);
      }
      for (const server of servers) {
        const next = await patiently(server, 'create_goal', { title: 'After the kill' });
        expect(next.result.isError ?? false, textOf(next.result)).toBe(false);
        attempts = Math.max(attempts, next.attempts);
      }
      await check(home.home, acknowledged);
    }
    expect(acknowledged.goals.length).toBeGreaterThan(rounds);
    const { goals, notes, keys } = acknowledged;
    if (process.env.FAULT_ROUNDS !== undefined) {
      process.stderr.write(
        `${rounds} kills: ${goals.length} goals, ${notes.length} notes, ${keys.length} updates acknowledged, 0 lost; next call after at most ${attempts} attempt(s)\n`,
      );
    }
  },
);

const endLease = statement(
  'test_end_lease',
  "UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL RETURNING id",
);

interface Claim {
  claimed: { id: string; lease_token: string }[];
}

test('the task of a killed agent comes back when its lease ends, and its late report is refused', async ({
  shared,
}) => {
  const ada = await spawnServer(shared.home, { actor: 'ada' });
  const { goal, tasks } = await ada.ask<{ goal: { id: string }; tasks: { id: string }[] }>('create_goal', {
    title: 'Left in the middle',
    tasks: [{ title: 'Half done' }],
  });
  const [task] = tasks;
  const id = task?.id ?? '';
  const { claimed } = await ada.ask<Claim>('claim_tasks', { goal_id: goal.id, lease_minutes: 1 });
  expect(claimed.map((row) => row.id)).toEqual([id]);
  const late = {
    id,
    lease_token: claimed[0]?.lease_token,
    outcome: 'completed',
    result: { from: 'the dead' },
  };
  await ada.kill();

  await using ben = await spawnServer(shared.home, { actor: 'ben' });
  expect(await ben.ask('claim_tasks', { goal_id: goal.id })).toMatchObject({
    claimed: [],
    why_nothing: expect.stringContaining('by ada until'),
  });
  await using sql = openSql(shared.home);
  expect(await sql.query(endLease, [id])).toEqual([{ id }]);

  await using ghost = await spawnServer(shared.home, { actor: 'ada' });
  const beforeTheNext = await ghost.call('report_progress', late);
  expect(beforeTheNext.isError).toBe(true);
  expect(textOf(beforeTheNext)).toMatch(/lease of TASK-\d+ has ended[\s\S]*claim_tasks/);

  const second = await ben.ask<Claim>('claim_tasks', { goal_id: goal.id });
  expect(second.claimed.map((row) => row.id)).toEqual([id]);
  expect(second.claimed[0]?.lease_token).not.toBe(late.lease_token);
  const afterTheNext = await ghost.call('report_progress', late);
  expect(errorOf(afterTheNext).code).toBe('conflict');
  expect(textOf(afterTheNext)).toContain('held by ben');

  await ben.ask('report_progress', {
    id,
    lease_token: second.claimed[0]?.lease_token,
    outcome: 'completed',
    result: { from: 'ben' },
  });
  const { items } = await ben.ask<{ items: Record<string, unknown>[] }>('get_items', {
    ids: [id],
    include: ['history'],
  });
  expect(items[0]).toMatchObject({ status: 'completed', result: { from: 'ben' } });
  const history = items[0]?.history as { type: string }[];
  expect(
    history
      .map(({ type }) => type)
      .reverse()
      .slice(0, 4),
  ).toEqual(['task_created', 'task_claimed', 'task_lease_expired', 'task_claimed']);
});
