import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CheckResult, memoryCheck } from '@mcp-servers/core/status';
import { redisTest, withCuttingProxy, withDatabase, withRedis } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { CallList, type Health, ServerDetail } from './contract.ts';
import { askOf, silent, type TestDashboard, withDashboard, withHome } from './dashboard.fixture.ts';
import { spawnGoals } from './spawn.fixture.ts';
import { startDashboard } from './start.ts';

const health = async (here: Pick<TestDashboard, 'ask'>) => {
  const { status, body } = await here.ask('GET /health');
  return { code: status, ...(body as Health) };
};

/** Asks until the answer is as it should be; the test's own time limit ends a wait in vain. */
async function until<T>(ask: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (isIt(value)) return value;
    await sleep(50);
  }
}

test('all is well, and an asleep server is no alarm', async () => {
  await using here = await withDashboard();
  expect(await health(here)).toMatchObject({
    code: 200,
    status: 'healthy',
    checks: {
      database: { status: 'healthy' },
      redis: { configured: false },
      servers: { status: 'healthy', servers: { goals: 'asleep' } },
    },
  });
});

redisTest('without Redis it is degraded and says why, and recovers by itself', async () => {
  await using redis = await withRedis();
  await using here = await withDashboard({ env: { REDIS_URL: redis.url } });
  await until(
    () => health(here),
    ({ status }) => status === 'healthy',
  );
  await redis.stop();
  const down = await until(
    () => health(here),
    ({ status }) => status !== 'healthy',
  );
  expect(down).toMatchObject({
    code: 200,
    status: 'degraded',
    checks: { redis: { status: 'degraded', reason: expect.any(String) } },
  });
  await redis.start();
  await until(
    () => health(here),
    ({ status }) => status === 'healthy',
  );
});

test('without its database it is unhealthy, and answers with problems, not with silence', async () => {
  await using at = await withHome();
  const config = { ...settings(at.home), DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' };
  await using stack = new AsyncDisposableStack();
  const dashboard = await startDashboard({ config, log: silent });
  stack.defer(() => dashboard.close());
  const ask = (request: string) => askOf(dashboard, request);
  expect(await health({ ask })).toMatchObject({
    code: 503,
    status: 'unhealthy',
    checks: { database: { status: 'unhealthy' } },
  });
  expect(await ask('GET /readyz')).toMatchObject({ status: 503, body: { status: 'not ready' } });
  expect(await ask('GET /livez')).toMatchObject({ status: 200 });
  expect(await ask('GET /api/goals')).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } });
});

test('cut off from its database it is unhealthy, and recovers by itself when it is there again', async () => {
  await using db = await withDatabase();
  await using proxy = await withCuttingProxy({ connectionString: db.url });
  const { pathname, username, password } = new URL(db.url);
  const DATABASE_URL = `postgres://${username}:${password}@127.0.0.1:${proxy.port}${pathname}`;
  await using here = await withDashboard({ env: { DATABASE_URL } });
  await until(
    () => health(here),
    ({ status }) => status === 'healthy',
  );
  proxy.open = false;
  await db.database.query({
    name: 'end_dashboards',
    text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mcp-servers/dashboard' AND datname = current_database()",
  });
  const down = await until(
    () => health(here),
    ({ status }) => status !== 'healthy',
  );
  expect(down).toMatchObject({ code: 503, checks: { database: { status: 'unhealthy', reason: expect.any(String) } } });
  proxy.open = true;
  await until(
    () => health(here),
    ({ status }) => status === 'healthy',
  );
  expect((await here.ask('GET /api/goals')).status).toBe(200);
});

const settings = (home: string) => ({
  ...{ home, DASHBOARD_PORT: 0, DASHBOARD_HOST: '127.0.0.1', DASHBOARD_CREATE_PER_MINUTE: 10 },
  ...{
    DB_PORT: 5432,
    DB_NAME: 'x',
    DB_USER: 'x',
    REDIS_PORT: 6379,
    LOG_LEVEL: 'silent' as const,
    ENABLE_METRICS: true,
  },
});

test('a disk that fills up is told in time', async () => {
  let disk: CheckResult = { status: 'degraded', reason: '400 MiB free of 100 GiB' };
  await using here = await withDashboard({ checks: { disk: () => disk } });
  expect(await health(here)).toMatchObject({ code: 200, status: 'degraded', checks: { disk: { reason: /400 MiB/ } } });
  disk = { status: 'unhealthy', reason: '10 MiB free of 100 GiB' };
  expect(await health(here)).toMatchObject({ code: 503, status: 'unhealthy' });
  disk = { status: 'healthy' };
  expect(await health(here)).toMatchObject({ code: 200, status: 'healthy' });
});

test('too much memory in use is told, and that it is over', async () => {
  let memory: CheckResult = { status: 'healthy' };
  await using here = await withDashboard({ checks: { memory: () => memory } });
  expect(await health(here)).toMatchObject({ code: 200, status: 'healthy', checks: { memory: { status: 'healthy' } } });
  memory = memoryCheck(() => 2 * 1024 ** 3)() as CheckResult;
  expect(await health(here)).toMatchObject({
    code: 200,
    status: 'degraded',
    checks: { memory: { status: 'degraded', reason: expect.stringMatching(/2\.0 GiB/) } },
  });
  memory = { status: 'healthy' };
  expect(await health(here)).toMatchObject({ code: 200, status: 'healthy' });
});

test('a check that fails or does not answer makes it unhealthy, and never the answer an error', async () => {
  const checks = {
    disk: (): Promise<CheckResult> => Promise.reject(new Error('statfs: permission denied')),
    memory: (): Promise<CheckResult> => new Promise(() => {}),
  };
  await using here = await withDashboard({ checks });
  expect(await health(here)).toMatchObject({
    code: 503,
    status: 'unhealthy',
    checks: {
      database: { status: 'healthy' },
      disk: { status: 'unhealthy', reason: expect.any(String) },
      memory: { status: 'unhealthy', reason: expect.any(String) },
    },
  });
});

test('a server is seen with its figures; killed it is red and its socket removed; started again it recovers', {
  timeout: 120_000,
}, async () => {
  await using here = await withDashboard();
  const env = { MCP_SERVERS_HOME: here.home, DATABASE_URL: here.db.url };
  const { servers } = here.dashboard.parts;
  const state = async () => {
    await servers.poll();
    return here.expectOf(ServerDetail, 'GET /api/servers/goals');
  };
  const first = await spawnGoals(env);
  const seen = await until(state, (server) => server.calls > 0 && server.process_list[0]?.via === 'socket');
  expect(seen).toMatchObject({
    state: 'healthy',
    processes: 1,
    errors: 1,
    protocols: ['2025-11-25'],
    last_error: { type: 'not_found' },
  });
  expect(seen.process_list).toMatchObject([
    { pid: first.child.pid, client: 'test', checks: { database: { status: 'healthy' } } },
  ]);
  expect(seen.tool_list.find(({ name }) => name === 'create_goal')).toMatchObject({
    effect: 'write',
    bytes: expect.any(Number),
  });
  expect(seen.definition_bytes).toBe(seen.tool_list.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(seen.last_errors).toMatchObject([{ operation: 'get_items', error_type: 'not_found' }]);
  expect((await here.expectOf(CallList, 'GET /api/calls?server=goals')).items).toHaveLength(1);
  const { body: metrics } = await here.ask('GET /metrics');
  expect(metrics).toContain(
    'goal_request_duration_seconds_count{server="goals",operation="get_items",status="error"} 1',
  );
  expect(metrics).toContain('mcp_server_state{server="goals",state="healthy"} 1');
  expect(metrics).toContain('dashboard_request_duration_seconds_count{server="dashboard"');

  const { at: before } = (await state()).beats.at(-1) ?? {};
  await first.end('SIGKILL');
  // From here on nobody asks but the dashboard itself, every 5 s.
  const red = await until(
    () => here.expectOf(ServerDetail, 'GET /api/servers/goals'),
    (server) => server.state === 'unhealthy',
  );
  const looks = red.beats.slice(red.beats.findIndex(({ at }) => at === before) + 1).map((beat) => beat.state);
  // One look may have been under way: so at the second, which is within 10 s.
  expect(looks.length).toBeLessThanOrEqual(2);
  expect(red.reason).toMatch(/ended without closing/);
  expect(await health(here)).toMatchObject({
    code: 200,
    status: 'degraded',
    checks: { servers: { reason: /goals is unhealthy/ } },
  });
  const sockets = () => readdir(path.join(here.home, 'run'));
  await until(sockets, (names) => names.length === 0);
  expect((await here.ask('GET /metrics')).body).toContain(
    'goal_errors_total{server="goals",operation="get_items",error_type="not_found"} 1',
  );

  const second = await spawnGoals(env);
  await until(state, (server) => server.state === 'healthy');
  expect(await health(here)).toMatchObject({ code: 200, status: 'healthy' });
  await second.end();
  const asleep = await until(state, (server) => server.state === 'asleep');
  expect(asleep.timeline.map((entry) => entry.state)).toEqual(['asleep', 'healthy', 'unhealthy', 'healthy', 'asleep']);
  expect(await health(here)).toMatchObject({ code: 200, status: 'healthy' });
});

test('a process that only the database knows is shown, and lost when it is not seen any more', async () => {
  await using here = await withDashboard();
  const report = {
    status: 'healthy',
    server: 'goals',
    version: '1',
    instance: '6b1f3c1e-7b1e-4a53-9d8f-0a1b2c3d4e5f',
    pid: 7,
    startedAt: new Date().toISOString(),
    uptimeSeconds: 1,
    checks: {},
    calls: 3,
    errors: 0,
    memoryBytes: 5,
  };
  const put = (age: string) =>
    here.db.database.query(
      {
        name: `put_${age}`,
        text: `INSERT INTO server_instances (id, server, host, pid, version, state, started_at, seen_at, report)
          VALUES ($1, 'goals', 'elsewhere', 7, '1', 'healthy', now(), now() - interval '${age}', $2::jsonb)
          ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`,
      },
      [report.instance, JSON.stringify(report)],
    );
  const look = async () => {
    await here.dashboard.parts.servers.poll();
    return here.expectOf(ServerDetail, 'GET /api/servers/goals');
  };
  await put('1 second');
  expect(await look()).toMatchObject({
    state: 'healthy',
    calls: 3,
    process_list: [{ host: 'elsewhere', via: 'database' }],
  });
  await put('30 seconds');
  expect(await look()).toMatchObject({ state: 'unhealthy', reason: /on elsewhere has not been seen for 30 s/ });
  await put('1 second');
  expect(await look()).toMatchObject({ state: 'healthy' });
});
