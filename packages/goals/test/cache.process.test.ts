import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { listStatuses, readStatus } from '@mcp-servers/core/status';
import { redisTest, withRedis } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { faultRounds, type GoalsServer, spawnServer, type TestHome, test, textOf, withHome } from './spawn.fixture.ts';

const outcomes = ['hits', 'misses', 'fallbacks', 'bypasses'] as const;
type Counts = Record<(typeof outcomes)[number], number>;
const patterns = ['goal:{id}', 'task:{id}'] as const;
type Pattern = (typeof patterns)[number];

const patternOf = (id: string): Pattern => (id.startsWith('GOAL') ? 'goal:{id}' : 'task:{id}');

interface Member {
  readonly server: GoalsServer;
  /** Of its status endpoint. */
  readonly address: string;
  /** Rows that its get_items was asked for. */
  readonly asked: Record<Pattern, number>;
  reads: number;
  writes: number;
}

/** The counters of the cache as a scrape sees them. */
async function countsOf({ address }: Member, pattern: Pattern): Promise<Counts> {
  const lines = (await readStatus(address, '/metrics')).split('\n');
  const count = (outcome: string) => {
    const series = `cache_${outcome}_total{cache="goals",key_pattern="${pattern}"} `;
    return Number(lines.find((line) => line.startsWith(series))?.slice(series.length) ?? 0);
  };
  return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)])) as Counts;
}

async function totalsOf(member: Member): Promise<Counts> {
  const [goals, tasks] = await Promise.all(patterns.map((pattern) => countsOf(member, pattern)));
  return Object.fromEntries(
    outcomes.map((outcome) => [outcome, (goals?.[outcome] ?? 0) + (tasks?.[outcome] ?? 0)]),
  ) as Counts;
}

/** The status endpoint of a process, once it is open. */
async function statusOf({ home }: TestHome, pid: number): Promise<string> {
  for (;;) {
    const found = (await listStatuses(home)).find((status) => status.pid === pid);
    if (found) return found.path;
    await delay(20);
  }
}

/** What is known of the hot items: the highest acknowledged version, and the title written with each. */
interface Known {
  readonly ids: readonly string[];
  readonly version: Map<string, number>;
  readonly title: Map<string, string>;
  stale: string[];
}

const pick = <T>(list: readonly T[], count: number): T[] =>
  list
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ value }) => value);

async function ask<T>({ server }: Member, tool: string, args: Record<string, unknown>): Promise<T> {
  const result = await server.call(tool, args);
  // PostgreSQL is well all the time, so nothing that happens to Redis is a reason to refuse.
  expect(result.isError ?? false, textOf(result)).toBe(false);
  return result.structuredContent as T;
}

/** One call at a time: calls of one moment share their reads, and then nobody could say how many rows were asked for. */
async function read(member: Member, known: Known, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const ids = pick(known.ids, 1 + Math.floor(Math.random() * 4));
    const floors = new Map(ids.map((id) => [id, known.version.get(id) ?? 0]));
    for (const id of ids) member.asked[patternOf(id)] += 1;
    const { items } = await ask<{ items: { id: string; version: number; title: string }[] }>(member, 'get_items', {
      ids,
    });
    expect(items.map(({ id }) => id)).toEqual(ids);
    for (const { id, version, title } of items) {
      const floor = floors.get(id) ?? 0;
      if (version < floor) known.stale.push(`${id} at version ${version} when ${floor} was acknowledged`);
      const written = known.title.get(`${id} ${version}`);
      if (written !== undefined) expect(title, `${id} at version ${version}`).toBe(written);
    }
    member.reads += 1;
  }
}

async function write(member: Member, known: Known, stop: AbortSignal): Promise<void> {
  for (let n = 0; !stop.aborted; n += 1) {
    const [id = ''] = pick(known.ids, 1);
    const title = `Title ${member.server.pid} ${n}`;
    const { items } = await ask<{ items: { version: number }[] }>(member, 'update_items', { items: [{ id, title }] });
    const version = items[0]?.version ?? 0;
    known.version.set(id, Math.max(known.version.get(id) ?? 0, version));
    known.title.set(`${id} ${version}`, title);
    member.writes += 1;
    // Leaves time for what was written to be read from Redis.
    await delay(Math.random() * 40);
  }
}

async function plan(server: GoalsServer): Promise<string[]> {
  const tasks = ['a', 'b', 'c', 'd'].map((title) => ({ title }));
  const made = await server.ask<{ goal: { id: string }; tasks: { id: string }[] }>('create_goal', {
    title: 'g',
    tasks,
  });
  return [made.goal.id, ...made.tasks.map(({ id }) => id)];
}

interface CacheCheck {
  status: string;
  state: string;
  counts?: Counts;
}
const cacheOf = async ({ address }: Pick<Member, 'address'>) =>
  (await readStatus(address, '/health')).checks.cache as CacheCheck | undefined;

const faults = ['killed', 'frozen', 'restarted'] as const;

redisTest(
  'no read is older than what was acknowledged before it, whatever happens to Redis, and the counters say how it was answered',
  async () => {
    await using home = await withHome();
    await using redis = await withRedis();
    await using disposable = new AsyncDisposableStack();
    const env = { REDIS_URL: redis.url };
    const members = await Promise.all(
      [0, 1, 2].map(async (): Promise<Member> => {
        const server = disposable.use(await spawnServer(home.home, { env }));
        const address = await statusOf(home, server.pid);
        return { server, address, asked: { 'goal:{id}': 0, 'task:{id}': 0 }, reads: 0, writes: 0 };
      }),
    );
    const [first] = members;
    if (first === undefined) throw new Error('no server');
    const known: Known = { ids: await plan(first.server), version: new Map(), title: new Map(), stale: [] };

    const over = new AbortController();
    const lanes = Promise.all(
      members.flatMap((member) => [read(member, known, over.signal), write(member, known, over.signal)]),
    );
    /** Until it is so in every process; a lane that ends early does so by a defect. */
    const inAll = async (condition: (member: Member) => Promise<boolean> | boolean) => {
      const waiting = async () => {
        for (const member of members) while (!over.signal.aborted && !(await condition(member))) await delay(50);
      };
      await Promise.race([waiting(), lanes]);
    };
    /** Until every process has answered many more times from Redis. */
    const inUse = async () => {
      const before = new Map(
        await Promise.all(members.map(async (member) => [member, await totalsOf(member)] as const)),
      );
      await inAll(async (member) => (await totalsOf(member)).hits > (before.get(member)?.hits ?? 0) + 50);
    };
    /** Until every process has noticed that Redis is away, and has read and written since. */
    const worksWithout = async () => {
      await inAll(async (member) => (await cacheOf(member))?.state === 'unreachable');
      const before = new Map(members.map((member) => [member, { reads: member.reads, writes: member.writes }]));
      await inAll((member) => {
        const { reads = 0, writes = 0 } = before.get(member) ?? {};
        return member.reads > reads + 2 && member.writes > writes + 1;
      });
    };

    try {
      for (let round = 0; round < faultRounds(faults.length); round += 1) {
        await inUse();
        const fault = faults[round % faults.length];
        if (fault === 'frozen') {
          redis.pause();
          await worksWithout();
          redis.resume();
        } else {
          await redis.stop();
          if (fault === 'killed') await worksWithout();
          await redis.start();
        }
      }
      await inUse();
    } finally {
      over.abort();
      redis.resume();
    }
    await lanes;
    expect(known.stale).toEqual([]);

    for (const member of members) {
      for (const pattern of patterns) {
        const counts = await countsOf(member, pattern);
        const sum = outcomes.reduce((total, outcome) => total + counts[outcome], 0);
        expect(sum, `${pattern} ${JSON.stringify(counts)}`).toBe(member.asked[pattern]);
      }
      const totals = await totalsOf(member);
      for (const outcome of outcomes) expect(totals[outcome], outcome).toBeGreaterThan(0);
      expect((await cacheOf(member))?.counts).toEqual(totals);
    }
    if (process.env.FAULT_ROUNDS !== undefined) {
      const lines = await Promise.all(
        members.map(
          async (member) => `${member.reads} reads, ${member.writes} writes, ${JSON.stringify(await totalsOf(member))}`,
        ),
      );
      process.stderr.write(`${lines.join('\n')}\n0 stale\n`);
    }
  },
  { timeoutMs: 3_600_000 },
);

/** Writes down the files of all modules that a process loads. */
const recorder = `
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) appendFileSync(process.env.LOADED_MODULES, url + '\\n');
      return next(url, context);
    },
  });
`;
/** An error class of ioredis: whoever has it has loaded the library. */
const ioredis = 'MaxRetriesPerRequestError';

async function spawnRecorded({ home }: TestHome, env: Record<string, string>) {
  await mkdir(home, { recursive: true });
  const hooks = path.join(home, 'recorder.mjs');
  const loaded = path.join(home, `loaded-${Object.keys(env).length}.txt`);
  await writeFile(hooks, recorder);
  const server = await spawnServer(home, {
    env: { ...env, NODE_OPTIONS: `--import=${pathToFileURL(hooks)}`, LOADED_MODULES: loaded },
  });
  return {
    server,
    async hasIoredis() {
      const files = new Set((await readFile(loaded, 'utf8')).trim().split('\n'));
      const texts = await Promise.all([...files].map((url) => readFile(new URL(url), 'utf8')));
      return texts.some((text) => text.includes(ioredis));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test('without Redis settings health says that no cache is configured, and ioredis is not even loaded', async ({
  shared,
}) => {
  await using plain = await spawnRecorded(shared, {});
  const [id = ''] = await plan(plain.server);
  await plain.server.ask('update_items', { items: [{ id, title: 'other' }] });
  await plain.server.ask('get_items', { ids: [id] });
  const { status, checks } = await readStatus(await statusOf(shared, plain.server.pid), '/health');
  expect({ status, redis: checks.redis, cache: checks.cache }).toEqual({
    status: 'healthy',
    redis: { status: 'healthy', configured: false, state: 'not configured' },
    cache: { status: 'healthy', configured: false, state: 'not configured' },
  });
  expect(await readStatus(await statusOf(shared, plain.server.pid), '/metrics')).not.toContain('cache_');
  expect(await plain.hasIoredis()).toBe(false);
});

test('a Redis that was never there is told by health, and costs no call', async ({ shared }) => {
  await using lost = await spawnRecorded(shared, { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' });
  const [id = ''] = await plan(lost.server);
  await lost.server.ask('update_items', { items: [{ id, title: 'other' }] });
  expect(await lost.server.ask('get_items', { ids: [id] })).toMatchObject({ items: [{ id, title: 'other' }] });
  const { status, checks } = await readStatus(await statusOf(shared, lost.server.pid), '/health');
  expect(status).toBe('degraded');
  expect(checks.redis).toEqual({ status: 'degraded', reason: 'connect ECONNREFUSED 127.0.0.1:1' });
  expect(checks.cache).toMatchObject({ status: 'degraded', state: 'unreachable' });
  // The other side of the test above: this is how it looks when the library is loaded.
  expect(await lost.hasIoredis()).toBe(true);
});
