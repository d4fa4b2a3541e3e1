import { statement } from '@mcp-servers/core/postgres';
import { expect, test as plain } from 'vitest';
import { errorOf, type GoalsServer, openSql, patiently, spawnServer, test, textOf, withHome } from './spawn.fixture.ts';

const migrationsRun = statement(
  'test_migrations',
  'SELECT name, count(*)::int AS times FROM pgmigrations GROUP BY name',
);
const countGoals = statement('test_goals', 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM goals');
const goalsTitled = statement(
  'test_titled',
  'SELECT title, count(*)::int AS goals FROM goals WHERE title LIKE $1 GROUP BY title',
);
const updatesOf = statement(
  'test_updates_of',
  `SELECT (after ->> 'version')::bigint AS version, actor, after FROM events
   WHERE task_id = $1 AND type = 'task_updated' ORDER BY id`,
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

/** Servers on a home whose database is there: the first of a home may have to wait for it. */
async function serversAtWork(home: string, actors: (string | undefined)[]): Promise<Servers> {
  const crowd = await servers(home, actors);
  await patiently(crowd.all[0], 'get_stats', {});
  return crowd;
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

test('sessions of one person never hold the same task', { timeout: 120_000 }, async ({ shared }) => {
  await using sessions = await serversAtWork(shared.home, ['eve', 'eve', 'eve', 'eve']);
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
  await using crowd = await serversAtWork(shared.home, four);
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

test('two processes that change different fields of one task 500 times each lose nothing', {
  timeout: 120_000,
}, async ({ shared }) => {
  await using pair = await serversAtWork(shared.home, ['left', 'right']);
  const [left, right] = pair.all;
  const { tasks } = await left.ask<{ tasks: { id: string }[] }>('create_goal', {
    title: 'Shared',
    tasks: [{ title: 'Task' }],
  });
  const id = tasks[0]?.id ?? '';
  interface Answer {
    items: { version: number; changed: string[] }[];
  }
  const change = (server: GoalsServer, patch: (n: number) => { metadata: object }) =>
    side(500, 4, async (n) => {
      const { items } = await server.ask<Answer>('update_items', { items: [{ id, ...patch(n) }] });
      return { ...items[0], patch: patch(n) };
    });
  const acknowledged = await Promise.all([
    change(left, (n) => ({ title: `Title ${n}`, metadata: { [`left-${n % 25}`]: n } })),
    change(right, (n) => ({ description: `Text ${n}`, metadata: { [`right-${n % 25}`]: n } })),
  ]);

  await using sql = openSql(shared.home);
  const events = await sql.query<{ version: number; actor: string; after: Record<string, unknown> }>(updatesOf, [id]);
  expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 1000 }, (_, n) => n + 2));
  const byVersion = new Map(events.map((event) => [event.version, event]));
  const last = { metadata: {} };
  for (const [who, writes] of acknowledged.entries()) {
    const inOrder = writes.toSorted((a, b) => (a.version ?? 0) - (b.version ?? 0));
    for (const { version = 0, patch } of inOrder) {
      expect(byVersion.get(version)).toMatchObject({ actor: ['left', 'right'][who], after: patch });
      byVersion.delete(version);
      Object.assign(last, patch, { metadata: { ...last.metadata, ...patch.metadata } });
    }
  }
  expect(byVersion.size).toBe(0);
  const { items } = await left.ask<{ items: Record<string, unknown>[] }>('get_items', { ids: [id] });
  expect(items[0]).toMatchObject({ ...last, version: 1001 });
  expect(Object.keys(last.metadata)).toHaveLength(50);
});

test('of two who change one task on the same version, one wins, and the other is told what changed and by whom', {
  timeout: 120_000,
}, async ({ shared }) => {
  await using pair = await serversAtWork(shared.home, ['left', 'right']);
  const [left, right] = pair.all;
  const { tasks } = await left.ask<{ tasks: { id: string }[] }>('create_goal', {
    title: 'Contested',
    tasks: [{ title: 'Task' }],
  });
  const id = tasks[0]?.id ?? '';
  for (let version = 1; version <= 50; version += 1) {
    const patches = [{ title: `Title ${version}` }, { description: `Text ${version}` }] as const;
    const results = await Promise.all(
      [left, right].map((server, n) =>
        server.call('update_items', { items: [{ id, expected_version: version, ...patches[n] }] }),
      ),
    );
    expect(results.filter(({ isError }) => isError)).toHaveLength(1);
    const winner = results.findIndex(({ isError }) => !isError);
    const loser = results[1 - winner];
    if (!loser) throw new Error('there are two');
    const field = ['title', 'description'][winner];
    expect(textOf(loser)).toContain(
      `${id} is at version ${version + 1}, not ${version}: ${['left', 'right'][winner]} changed ${field} at 2`,
    );
    expect(errorOf(loser)).toMatchObject({
      code: 'conflict',
      details: {
        ...{ id, version: version + 1 },
        changes: [{ actor: ['left', 'right'][winner], after: { ...patches[winner], version: version + 1 } }],
      },
    });
  }
});
