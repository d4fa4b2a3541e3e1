import { setTimeout as delay } from 'node:timers/promises';
import { connectionSource, statement } from '@mcp-servers/core/postgres';
import { expect, test } from 'vitest';
import {
  errorOf,
  faultRounds,
  type GoalsServer,
  openSql,
  silent,
  spawnServer,
  textOf,
  withHome,
} from './spawn.fixture.ts';

/** What a client was told is saved. */
interface Acknowledged {
  goals: { id: string; title: string; tasks: string[] }[];
  keys: { task: string; key: string }[];
}

/** What all lanes of a run share. */
interface Run {
  readonly stop: AbortSignal;
  readonly acknowledged: Acknowledged;
  /** Successful calls by lane. */
  readonly answered: Map<string, number>;
  /** Calls that were refused for the moment, by code. */
  readonly refused: Map<string, number>;
}

const wholeGoals = statement(
  'test_restarted_goals',
  `SELECT g.id, g.title,
          (SELECT count(*)::int FROM goal_tags x WHERE x.goal_id = g.id) AS tags,
          (SELECT count(*)::int FROM events e WHERE e.goal_id = g.id AND e.type = 'goal_created') AS events,
          (SELECT count(*)::int FROM tasks t WHERE t.goal_id = g.id) AS tasks,
          (SELECT count(*)::int FROM task_links l JOIN tasks t ON t.id = l.to_task_id WHERE t.goal_id = g.id) AS links,
          (SELECT count(*)::int FROM events e JOIN tasks t ON t.id = e.task_id WHERE t.goal_id = g.id AND e.type = 'task_created') AS task_events,
          (SELECT count(*)::int FROM search_documents d WHERE d.goal_id = g.id AND d.note_id = 0) AS documents
   FROM goals g ORDER BY g.seq`,
);
const strayRows = statement(
  'test_restarted_strays',
  `SELECT e.id::text FROM events e LEFT JOIN goals g ON g.id = e.goal_id LEFT JOIN tasks t ON t.id = e.task_id
   WHERE g.id IS NULL OR (e.task_id IS NOT NULL AND t.id IS NULL)
   UNION ALL SELECT key FROM idempotency_keys WHERE result IS NULL`,
);
const keyEvents = statement(
  'test_restarted_keys',
  `SELECT t.id AS task, k.key, (SELECT count(*)::int FROM events e WHERE e.task_id = t.id AND e.after -> 'metadata' ? k.key
     AND NOT coalesce(e.before -> 'metadata' ? k.key, false)) AS events
   FROM tasks t CROSS JOIN LATERAL jsonb_object_keys(t.metadata) AS k (key)`,
);

/** Repeats the same call until it succeeds, as its errors advise; any other error is a defect. Undefined when told to stop. */
async function insist<T>(
  { stop, answered, refused }: Run,
  { server, lane }: { server: GoalsServer; lane: string },
  [tool, args]: [tool: string, args: Record<string, unknown>],
): Promise<T | undefined> {
  while (!stop.aborted) {
    const result = await server.call(tool, args);
    if (!result.isError) {
      answered.set(lane, (answered.get(lane) ?? 0) + 1);
      return result.structuredContent as T;
    }
    const { code = '', retryable } = errorOf(result);
    expect(['unavailable', 'database'], textOf(result)).toContain(code);
    expect(retryable, textOf(result)).toBe(true);
    refused.set(code, (refused.get(code) ?? 0) + 1);
    await delay(20);
  }
  return undefined;
}

async function write(run: Run, server: GoalsServer, lane: string): Promise<void> {
  for (let n = 0; !run.stop.aborted; n += 1) {
    const title = `Goal ${lane} ${n}`;
    const tasks = [{ title: 'One', ref: 'one' }, { title: 'Two', blocked_by: ['one'] }, { title: 'Three' }];
    const created = await insist<{ goal: { id: string }; tasks: { id: string }[] }>(run, { server, lane }, [
      'create_goal',
      { title, tags: ['a', 'b'], tasks, idempotency_key: title },
    ]);
    if (created === undefined) return;
    const ids = created.tasks.map(({ id }) => id);
    run.acknowledged.goals.push({ id: created.goal.id, title, tasks: ids });
    const task = ids[n % 3] ?? '';
    const key = `${lane} ${n}`;
    const updated = await insist(run, { server, lane }, [
      'update_items',
      { items: [{ id: task, metadata: { [key]: n } }] },
    ]);
    if (updated !== undefined) run.acknowledged.keys.push({ task, key });
  }
}

/** What was acknowledged to anybody is there with all its tasks, also in the middle of it all. */
async function read(run: Run, server: GoalsServer, lane: string): Promise<void> {
  while (!run.stop.aborted) {
    const goal = run.acknowledged.goals.at(-1);
    if (goal === undefined) {
      await delay(10);
      continue;
    }
    const found = await insist<{ items: { id: string; tree: unknown[] }[] }>(run, { server, lane }, [
      'get_items',
      { ids: [goal.id], include: ['tree'] },
    ]);
    if (found !== undefined) expect(found.items.map(({ id, tree }) => [id, tree.length])).toEqual([[goal.id, 3]]);
  }
}

/** Everything acknowledged is there once, and nothing is there in part. */
async function check(home: string, { goals, keys }: Acknowledged): Promise<void> {
  await using sql = openSql(home);
  const stored = await sql.query<{ id: string; title: string }>(wholeGoals);
  const whole = { tags: 2, events: 1, tasks: 3, links: 1, task_events: 3, documents: 4 };
  for (const { id, title, ...parts } of stored) expect(parts, `${id} ${title}`).toEqual(whole);
  const titles = new Map(stored.map(({ id, title }) => [title, id]));
  expect(titles.size, 'a repeated call made a second goal').toBe(stored.length);
  for (const { id, title } of goals) expect(titles.get(title), title).toBe(id);
  expect(await sql.query(strayRows)).toEqual([]);
  const noted = await sql.query<{ task: string; key: string; events: number }>(keyEvents);
  for (const row of noted) expect(row.events, `${row.task} ${row.key}`).toBe(1);
  const there = new Set(noted.map(({ task, key }) => `${task} ${key}`));
  for (const { task, key } of keys) expect(there, `${task} ${key}`).toContain(`${task} ${key}`);
}

/** Ends of the database server, by the signal to its first process. */
const ends = { 'fast shutdown': 'SIGINT', 'immediate shutdown': 'SIGQUIT', 'kill -9': 'SIGKILL' } as const;

/** The embedded database as one of the user's own, which servers do not start. */
async function givenUrl(home: string): Promise<string> {
  const { host = '', port, user, password, database } = await connectionSource({ home }, { log: silent }).resolve();
  const query = new URLSearchParams({ host, port: String(port) });
  return `postgres://${user}:${encodeURIComponent(password ?? '')}@localhost/${database}?${query}`;
}

async function until(condition: () => boolean | Promise<boolean>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await condition())) await delay(20);
}

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);

test.each(['embedded', 'given'] as const)(
  'the %s database is restarted under load: calls succeed or can be repeated, nothing is lost or half done, the same servers go on',
  { timeout: 3_600_000 },
  async (kind) => {
    await using home = await withHome();
    await using disposable = new AsyncDisposableStack();
    const env: Record<string, string> = kind === 'given' ? { DATABASE_URL: await givenUrl(home.home) } : {};
    const servers = await Promise.all([0, 1].map(() => spawnServer(home.home, { env })));
    disposable.defer(async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    });

    const over = new AbortController();
    const stop = over.signal;
    const run: Run = { stop, acknowledged: { goals: [], keys: [] }, answered: new Map(), refused: new Map() };
    const lanes = Promise.all(
      servers.flatMap((server, n) => [
        write(run, server, `${n}.a`),
        write(run, server, `${n}.b`),
        read(run, server, `${n}.c`),
      ]),
    );
    // A lane ends early only by a defect, which then ends the test.
    const settled = (condition: () => boolean | Promise<boolean>) => Promise.race([until(condition, stop), lanes]);
    const everyLaneAnswers = async () => {
      const before = new Map(run.answered);
      await settled(() => laneNames.every((lane) => (run.answered.get(lane) ?? 0) >= (before.get(lane) ?? 0) + 2));
    };
    const laneNames = servers.flatMap((_, n) => ['a', 'b', 'c'].map((name) => `${n}.${name}`));
    const rounds = faultRounds(3);
    try {
      for (let round = 0; round < rounds; round += 1) {
        await everyLaneAnswers();
        await delay(Math.random() * 100);
        const pid = await home.databasePid();
        const signals = Object.values(ends);
        const refused = total(run.refused);
        process.kill(pid, signals[round % signals.length]);
        if (kind === 'given') {
          // Nobody starts it but its owner, and only after a call was refused.
          await settled(() => total(run.refused) > refused);
          await using sql = openSql(home.home);
          await sql.ready();
        }
        await settled(async () => (await home.databasePid().catch(() => pid)) !== pid);
        await everyLaneAnswers();
      }
    } finally {
      over.abort();
    }
    await lanes;
    await check(home.home, run.acknowledged);
    expect(run.acknowledged.goals.length).toBeGreaterThan(rounds);
    if (process.env.FAULT_ROUNDS !== undefined) {
      const { goals, keys } = run.acknowledged;
      const refusals = [...run.refused].map(([code, n]) => `${n} ${code}`).join(', ') || 'none';
      process.stderr.write(
        `${kind}: ${rounds} restarts, ${total(run.answered)} calls answered, ${goals.length} goals and ${keys.length} updates acknowledged, 0 lost; refused for the moment: ${refusals}\n`,
      );
    }
  },
);
