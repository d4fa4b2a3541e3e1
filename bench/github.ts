import { fileURLToPath } from 'node:url';
import { createMemoryCache } from '../packages/core/src/http/index.ts';
import { createLog } from '../packages/core/src/log.ts';
import type { Sandbox } from '../packages/github/sandbox/index.ts';
import { withSandbox } from '../packages/github/sandbox/index.ts';
import { openGitHub } from '../packages/github/src/client/index.ts';
import { type ServerProcess, spawnServer } from './client.ts';
import type { Sent } from './floors/requests.ts';
import { type Job, jobsOf } from './github-jobs.ts';
import { cpuMs, peakMiB, residentMiB } from './processes.ts';
import type { Check, Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { median, summarize } from './stats.ts';
import { temporaryHome } from './store.ts';

const githubServer = fileURLToPath(new URL('../packages/github/dist/main.js', import.meta.url));
const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
type Env = Record<string, string>;

/**
 * The GitHub server on the package's own GitHub on loopback: start-up, the first call and memory, then its tools beside a bare
 * process that sends the same requests.
 */
export async function benchGithub(options: BenchOptions): Promise<Figure[]> {
  await using store = await temporaryHome();
  await using sandbox = await withSandbox({ seed: 'workshop' });
  for (const resource of ['core', 'graphql'] as const) sandbox.limits.set(sandbox.token, resource, { limit: 1e9 });
  const env = { MCP_SERVERS_HOME: store.home, GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: sandbox.token };
  options.note('GitHub, start-up');
  const figures = await measureStart(options, env);
  options.note('GitHub, first call');
  figures.push(...(await measureFirstCall(sandbox, { ...options, env })));
  options.note('GitHub, one request');
  figures.push(...(await measureRequest(sandbox, options)));
  for (const job of jobsOf(sandbox)) {
    options.note(`GitHub, ${job.name}`);
    figures.push(...(await measureJob(job, { ...options, sandbox, env })));
  }
  return figures;
}

const initialize = (server: ServerProcess) => server.initialize();
const discover = (server: ServerProcess) => server.request('server/discover');

async function measureStart({ floors, quick }: BenchOptions, env: Env): Promise<Figure[]> {
  const starts = [
    { name: 'bare', script: floors.bare, ask: (server: ServerProcess) => server.echo('hello') },
    { name: 'SDK, initialize', script: floors.sdk, ask: initialize },
    { name: 'SDK, server/discover', script: floors.sdk, ask: discover },
    { name: 'initialize', script: githubServer, ask: initialize },
    { name: 'server/discover', script: githubServer, ask: discover },
  ].map((start) => ({ ...start, times: [] as number[] }));
  const rounds = quick ? 7 : 20;
  for (let round = -2; round < rounds; round += 1) {
    for (const { script, ask, times } of starts) {
      const from = performance.now();
      await using server = spawnServer({ script, env });
      await ask(server);
      if (round >= 0) times.push(performance.now() - from);
    }
  }
  const of = (floor: string) => starts.find(({ name }) => name === floor)?.times ?? [];
  const against = (times: readonly number[], floor: string): Check => ({
    of: floor,
    ratio: median(times.map((time, round) => time / (of(floor)[round] ?? Number.NaN))),
  });
  return starts.map(({ name, script, times }) => {
    const own = script === githubServer;
    const checks = name === 'bare' ? [] : [{ ...against(times, 'bare'), ...(own && { budget: 2 }) }];
    if (own) checks.push(against(times, `SDK, ${name}`));
    return { bench: 'GitHub, spawn to the first reply', name, ...summarize(times), checks };
  });
}

interface Surroundings extends BenchOptions {
  env: Env;
}

/** A server that has been idle for a moment is asked for two issues; a bare process fetches the same. */
async function measureFirstCall(sandbox: Sandbox, { floors, env, quick }: Surroundings): Promise<Figure[]> {
  const times = { first: [] as number[], second: [] as number[], 'bare first': [] as number[] };
  const bareSecond: number[] = [];
  const memory = { idle: [] as number[], 'after the first call': [] as number[] };
  for (let round = 0; round < (quick ? 3 : 10); round += 1) {
    await using server = spawnServer({ script: githubServer, env });
    await using floor = spawnServer({ script: floors.requests });
    await server.request('tools/list');
    await floor.echo('[]');
    await quiet();
    memory.idle.push(residentMiB(server.pid) ?? Number.NaN);
    for (const [number, called, fetched] of [
      [1, times.first, times['bare first']],
      [2, times.second, bareSecond],
    ] as const) {
      const before = sandbox.requests.length;
      called.push(await timed(() => server.call('github_issue', { repo: 'acme/workshop', number })));
      fetched.push(await timed(() => floor.echo(JSON.stringify(sentSince(sandbox, before)))));
    }
    await quiet();
    memory['after the first call'].push(residentMiB(server.pid) ?? Number.NaN);
  }
  const added = times.first.map((time, round) => time - (times.second[round] ?? Number.NaN));
  const bareAdded = times['bare first'].map((time, round) => time - (bareSecond[round] ?? Number.NaN));
  const bench = 'GitHub, first call (an issue)';
  const timings = { ...times, 'the first more than the second': added, 'the same, bare': bareAdded };
  return [
    ...Object.entries(timings).map(([name, values]) => ({ bench, name, ...summarize(values), checks: [] })),
    ...Object.entries(memory).map(([name, values]) => {
      const memoryMiB = median(values);
      const checks = name === 'idle' ? [{ of: '90 MiB', ratio: memoryMiB / 90, budget: 1 }] : [];
      return {
        bench: 'GitHub, memory',
        name,
        count: values.length,
        ...none,
        memoryMiB,
        checks,
      };
    }),
  ];
}

const perTurn = 25;

/** The port alone, warm and without the protocol. CPU of this process: the sandbox's is in it, the same for all. */
async function measureRequest({ url, token }: Sandbox, { quick }: BenchOptions): Promise<Figure[]> {
  const log = createLog({ name: 'bench', level: 'warn' });
  const open = (more: object) =>
    openGitHub({ apiUrl: url, credential: { kind: 'token', token }, version: '0.0.0', log, ...more });
  const { signal } = new AbortController();
  const read = (github: ReturnType<typeof open>) =>
    github.rest(
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { owner: 'acme', repo: 'workshop', issue_number: 1 },
      { signal },
    );
  const [plain, keeping] = [open({}), open({ cache: createMemoryCache() })];
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github.v3+json', 'user-agent': 'bench' };
  const contenders = [
    {
      name: 'bare fetch',
      call: async () => (await fetch(`${url}/repos/acme/workshop/issues/1`, { headers })).json(),
    },
    { name: 'through the port', call: () => read(plain) },
    { name: 'through the port, 304', call: () => read(keeping) },
  ].map((one) => ({ ...one, times: [] as number[], cpu: [] as number[] }));
  for (let round = -10; round < (quick ? 10 : 40); round += 1) {
    for (const { call, times, cpu } of contenders) {
      const before = process.cpuUsage();
      for (let n = 0; n < perTurn; n += 1) {
        const time = await timed(call);
        if (round >= 0) times.push(time);
      }
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) cpu.push((user + system) / 1000 / perTurn);
    }
  }
  const bare = contenders[0]?.cpu ?? [];
  return contenders.map(({ name, times, cpu }) => {
    const added = median(cpu.map((value, round) => value - (bare[round] ?? Number.NaN)));
    const checks = name === 'bare fetch' ? [] : [{ of: moreCpu, ratio: added, budget: 1 }];
    return { bench: 'GitHub, one request (an issue)', name, ...summarize(times), cpuMs: median(cpu), checks };
  });
}

const moreCpu = '1 ms more CPU than fetch, per request';

/** One kind of call in a server of its own, in turns with a bare process that repeats the requests this very call made. */
async function measureJob(
  job: Job,
  { sandbox, floors, env, quick }: Surroundings & { sandbox: Sandbox },
): Promise<Figure[]> {
  const settings = { ...env, ...job.env, GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE: 'true' };
  await using server = spawnServer({ script: githubServer, env: settings });
  await using floor = spawnServer({ script: floors.requests });
  const rounds = quick ? Math.ceil(job.rounds / 4) : job.rounds;
  const called = contenderOf(server);
  const fetched = contenderOf(floor);
  let requests = 0;
  const warmUp = Math.ceil(rounds / 10);
  for (let round = 0; round < warmUp + rounds; round += 1) {
    if (round === warmUp) for (const contender of [called, fetched]) contender.begin();
    const before = sandbox.requests.length;
    await called.take(() => server.call(job.tool, job.args(round)));
    const sent = sentSince(sandbox, before);
    if (round >= warmUp) requests += sent.length;
    const line = JSON.stringify(sent);
    await fetched.take(() => floor.echo(line));
  }
  const perCall = requests / rounds;
  const [ours, bare] = [called.figure(), fetched.figure()];
  const added = (ours.cpuMs - bare.cpuMs) / perCall;
  const bench = `GitHub, ${job.name}`;
  const checks = [
    { of: 'bare', ratio: ours.p50 / bare.p50 },
    { of: moreCpu, ratio: added, budget: 1 },
  ];
  return [
    { bench, name: 'call', ...ours, checks },
    { bench, name: `bare, ${perCall} requests`, ...bare, checks: [] },
  ];
}

/** Times of a process, its CPU per call since `begin`, and the most memory it ever had. */
function contenderOf({ pid }: ServerProcess) {
  const times: number[] = [];
  const used = () => cpuMs(pid) ?? Number.NaN;
  let from = used();
  return {
    begin() {
      times.length = 0;
      from = used();
    },
    take: async (call: () => Promise<unknown>) => void times.push(await timed(call)),
    figure: () => ({ ...summarize(times), cpuMs: (used() - from) / times.length, memoryMiB: peakMiB(pid) }),
  };
}

/** What the sandbox was asked for since, to be sent again. Its log has no credential, and what is signed by its address gets none. */
function sentSince(sandbox: Sandbox, before: number): Sent[] {
  return sandbox.requests.slice(before).map(({ method, path, query, headers, body }) => {
    const search = new URLSearchParams(query).toString();
    const { accept = '*/*', 'content-type': type, 'if-none-match': etag, 'user-agent': agent } = headers;
    return {
      ...{ method, url: `${sandbox.url}${path}${search === '' ? '' : `?${search}`}` },
      headers: {
        accept,
        ...(agent !== undefined && { 'user-agent': agent }),
        ...(type !== undefined && { 'content-type': type }),
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(headers.authorization !== undefined && { authorization: `Bearer ${sandbox.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
  });
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await call();
  return performance.now() - from;
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1500));
