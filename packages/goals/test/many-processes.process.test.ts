import { setTimeout as sleep } from 'node:timers/promises';
import { statement } from '@mcp-servers/core/postgres';
import { expect, test as plain } from 'vitest';
import { type GoalsServer, openSql, patiently, spawnServer, test, textOf, withHome } from './spawn.fixture.ts';

const migrationsRun = statement(
  'test_migrations',
  'SELECT name, count(*)::int AS times FROM pgmigrations GROUP BY name',
);
const countGoals = statement('test_goals', 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM goals');
const goalsTitled = statement(
  'test_titled',
  'SELECT title, count(*)::int AS goals FROM goals WHERE title LIKE $1 GROUP BY title',
);
const claims = statement(
  'test_claims',
  `SELECT t.id, count(*) FILTER (WHERE e.type = 'task_claimed')::int AS claimed,
          count(*) FILTER (WHERE e.after ->> 'status' = 'completed')::int AS completed
   FROM tasks t JOIN events e ON e.task_id = t.id WHERE t.goal_id = $1 GROUP BY t.id`,
);
const tooEarly = statement(
  'test_too_early',
  `SELECT l.to_task_id FROM task_links l
   JOIN events done ON done.task_id = l.from_task_id AND done.after ->> 'status' = 'completed'
   JOIN events begun ON begun.task_id = l.to_task_id AND begun.type = 'task_claimed'
   WHERE begun.goal_id = $1 AND begun.id < done.id`,
);
const eventsOf = statement(
  'test_events',
  "SELECT count(*)::int AS n FROM events WHERE task_id = $1 AND type = 'task_updated'",
);

interface Servers extends AsyncDisposable {
  /** In the order of the actors. */
  all: [GoalsServer, GoalsServer, ...GoalsServer[]];
}

async function servers(home: string, actors: (string | undefined)[]): Promise<Servers> {
  const [first, second, ...rest] = await Promise.all(
    actors.map((actor) => spawnServer(home, actor === undefined ? {} : { actor })),
  );
  if (!first || !second) throw new Error('at least two servers make a crowd');
  const all: Servers['all'] = [first, second, ...rest];
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

/** Runs `work` for 0..count-1, at most `width` at a time, and gives the results in order. */
async function side<T>(count: number, width: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

const four = [undefined, undefined, undefined, undefined];

plain(
  'four servers that start at once on an empty home share one database, and none of 800 creates is lost',
  {
    timeout: 120_000,
  },
  async () => {
    await using home = await withHome();
    await using crowd = await servers(home.home, four);
    const firsts = await Promise.all(crowd.all.map((server) => patiently(server, 'create_goal', { title: 'First' })));
    for (const { result } of firsts) expect(result.isError ?? false, textOf(result)).toBe(false);

    const created = await Promise.all(
      crowd.all.map((server, which) =>
        side(200, 8, async (n) => {
          const { goal } = await server.ask<{ goal: { id: string } }>('create_goal', {
            title: `Goal ${n} of ${which}`,
          });
          return goal.id;
        }),
      ),
    );
    expect(new Set(created.flat()).size).toBe(800);

    await using sql = openSql(home.home);
    expect(await sql.query(countGoals)).toEqual([{ rows: 804, ids: 804 }]);
    const applied = await sql.query<{ name: string; times: number }>(migrationsRun);
    expect(applied.length).toBeGreaterThan(0);
    for (const { times } of applied) expect(times).toBe(1);
    for (const server of crowd.all) expect(server.stderr()).not.toMatch(/"level":"(error|fatal)"/);
  },
);

/** Ten layers of six tasks; each waits for two of the layer before. */
const layers = Array.from({ length: 60 }, (_, n) => {
  const layer = Math.floor(n / 6);
  const before = (offset: number) => `t${(layer - 1) * 6 + ((n + offset) % 6)}`;
  return { title: `Layer ${layer} task ${n}`, ref: `t${n}`, ...(layer > 0 && { blocked_by: [before(0), before(1)] }) };
});

/** Claims and completes until every task of the goal is done; answers what it completed. */
async function drain(server: GoalsServer, goal: string, name: string): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const { claimed } = await server.ask<{ claimed: { id: string; lease_token: string }[] }>('claim_tasks', {
      goal_id: goal,
      limit: 1 + (done.length % 2),
    });
    for (const { id, lease_token } of claimed) {
      await server.ask('report_progress', { task_id: id, lease_token, outcome: 'completed', result: { by: name } });
      done.push(id);
    }
    if (claimed.length > 0) continue;
    const { items } = await server.ask<{ items: { progress: { completed: number } }[] }>('get_items', {
      ids: [goal],
      include: ['progress'],
    });
    if (items[0]?.progress.completed === layers.length) return done;
    await sleep(5);
  }
}

test('four agents finish a plan of 60 dependent tasks, each task once and in order', { timeout: 120_000 }, async ({
  shared,
}) => {
  const names = ['ada', 'ben', 'cem', 'dee'];
  await using agents = await servers(shared.home, names);
  const [first] = agents.all;
  const { goal, tasks } = await first.ask<{ goal: { id: string }; tasks: { id: string }[] }>('create_goal', {
    title: 'Drain',
    tasks: layers,
  });
  const done = await Promise.all(agents.all.map((agent, n) => drain(agent, goal.id, names[n] ?? '')));

  expect(done.flat().sort()).toEqual(tasks.map(({ id }) => id).sort());
  await using sql = openSql(shared.home);
  for (const row of await sql.query(claims, [goal.id])) expect(row).toMatchObject({ claimed: 1, completed: 1 });
  expect(await sql.query(tooEarly, [goal.id])).toEqual([]);
  const { items } = await first.ask<{ items: { id: string; result: { by: string } }[] }>('get_items', {
    ids: tasks.map(({ id }) => id),
    max_chars: 90_000,
  });
  expect(items).toHaveLength(60);
  for (const { id, result } of items) expect(done[names.indexOf(result.by)]).toContain(id);
});

test('sessions of one person never hold the same task', { timeout: 120_000 }, async ({ shared }) => {
  await using sessions = await servers(shared.home, ['eve', 'eve', 'eve', 'eve']);
  const [first] = sessions.all;
  const plan = Array.from({ length: 20 }, (_, n) => ({ title: `Task ${n}` }));
  const { goal } = await first.ask<{ goal: { id: string } }>('create_goal', { title: 'One person', tasks: plan });
  const taken = await Promise.all(
    sessions.all.flatMap((session) =>
      Array.from({ length: 10 }, () => session.ask<{ claimed: { id: string }[] }>('claim_tasks', { goal_id: goal.id })),
    ),
  );
  const ids = taken.flatMap(({ claimed }) => claimed.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(20);
});

test('the same idempotency key from four processes at the same moment makes one goal', { timeout: 120_000 }, async ({
  shared,
}) => {
  await using crowd = await servers(shared.home, four);
  for (let round = 0; round < 10; round += 1) {
    const request = {
      ...{
        title: `Once ${round}`,
        tags: ['once'],
        tasks: [
          { title: 'a', ref: 'a' },
          { title: 'b', blocked_by: ['a'] },
        ],
      },
      idempotency_key: `round-${round}`,
    };
    const answers = await Promise.all(
      crowd.all.flatMap((server) => [server.ask('create_goal', request), server.ask('create_goal', request)]),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  }
  await using sql = openSql(shared.home);
  const rows = await sql.query<{ title: string; goals: number }>(goalsTitled, ['Once %']);
  expect(rows).toHaveLength(10);
  for (const { goals } of rows) expect(goals).toBe(1);
});

test('two processes that change different fields of one task 200 times each lose nothing', {
  timeout: 120_000,
}, async ({ shared }) => {
  await using pair = await servers(shared.home, ['left', 'right']);
  const [left, right] = pair.all;
  const { tasks } = await left.ask<{ tasks: { id: string }[] }>('create_goal', {
    title: 'Shared',
    tasks: [{ title: 'Task' }],
  });
  const id = tasks[0]?.id ?? '';
  const change = (server: GoalsServer, patch: (n: number) => object) =>
    side(200, 4, (n) => server.ask('update_items', { items: [{ id, ...patch(n) }] }));
  await Promise.all([
    change(left, (n) => ({ title: `Title ${n}`, metadata: { [`left-${n}`]: n }, add_tags: [`left-${n % 25}`] })),
    change(right, (n) => ({
      description: `Text ${n}`,
      metadata: { [`right-${n}`]: n },
      add_tags: [`right-${n % 25}`],
    })),
  ]);

  const { items } = await left.ask<{ items: Record<string, unknown>[] }>('get_items', { ids: [id] });
  const [task] = items;
  expect(task).toMatchObject({
    version: 401,
    title: expect.stringMatching(/^Title /),
    description: expect.stringMatching(/^Text /),
  });
  const every = (name: string) => Array.from({ length: 200 }, (_, n) => [`${name}-${n}`, n]);
  expect(task?.metadata).toEqual(Object.fromEntries([...every('left'), ...every('right')]));
  expect(task?.tags).toHaveLength(50);
  await using sql = openSql(shared.home);
  expect(await sql.query(eventsOf, [id])).toEqual([{ n: 400 }]);
});
