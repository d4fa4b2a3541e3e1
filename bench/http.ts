import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createMemoryCache, createUpstream, httpMetrics, pathOf } from '../packages/core/src/http/index.ts';
import { createLog } from '../packages/core/src/log.ts';
import { createMetrics } from '../packages/core/src/metrics.ts';
import { createRateLimiter } from '../packages/core/src/rate-limit/index.ts';
import { createPolicy } from '../packages/core/src/resilience/index.ts';
import type { Check, Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { median, summarize } from './stats.ts';

const Page = z.object({ items: z.array(z.object({ id: z.number(), title: z.string() })) });

/** CPU that a call may cost more than a bare fetch of the same answer. */
const budgetMs = 1;

/** What `fetch` of an upstream costs more than the global one: limits, policy, credential, byte cap, metrics; and a 304 from the cache. */
export async function benchHttp({ quick, note }: BenchOptions): Promise<Figure[]> {
  await using vendor = await startVendor();
  const { plain, caching } = createUpstreams(vendor.url);
  const agent = new Agent({ keepAlive: true });
  const figures: Figure[] = [];
  for (const bytes of [2_000, 100_000]) {
    note(`http, ${bytes} bytes`);
    const url = `${vendor.url}/${bytes}`;
    const contenders = {
      'node:http': () => readPlain(url, agent),
      'bare fetch': async () => (await fetch(url)).json(),
      'upstream.fetch': async () => (await plain.fetch(url)).json(),
      'upstream.json, with its schema': () => plain.json(Page, { path: pathOf`/${bytes}` }),
      'upstream.fetch, 304': async () => (await caching.fetch(url)).json(),
    };
    figures.push(...(await measure(contenders, { bytes, rounds: quick ? 20 : 60 })));
  }
  agent.destroy();
  return figures;
}

function createUpstreams(baseUrl: string) {
  const log = createLog({ name: 'bench', level: 'info' });
  const metrics = httpMetrics(createMetrics({ prefix: 'bench' }));
  const limits = { calls: 1e9, seconds: 60 };
  const limiter = createRateLimiter({ limits: { read: limits, write: limits, search: limits }, log });
  const options = {
    ...{ name: 'Vendor', baseUrl, limiter, log, metrics },
    policy: createPolicy({ name: 'Vendor' }),
    authorize: ({ headers }: { headers: Headers }) => headers.set('authorization', 'Bearer bench'),
  };
  return { plain: createUpstream(options), caching: createUpstream({ ...options, cache: createMemoryCache() }) };
}

const callsPerTurn = 50;

/** In turns of 50 calls, one after the other; CPU is that of this process, the vendor is another one. */
async function measure(
  contenders: Record<string, () => Promise<unknown>>,
  { bytes, rounds }: { bytes: number; rounds: number },
): Promise<Figure[]> {
  const seen = Object.entries(contenders).map(([name, call]) => ({ name, call, times: [0], cpu: [0] }));
  for (let round = -2; round < rounds; round += 1) {
    for (const one of seen) {
      if (round === 0) Object.assign(one, { times: [], cpu: [] });
      const before = process.cpuUsage();
      for (let n = 0; n < callsPerTurn; n += 1) {
        const from = performance.now();
        await one.call();
        one.times.push(performance.now() - from);
      }
      const { user, system } = process.cpuUsage(before);
      one.cpu.push((user + system) / 1000 / callsPerTurn);
    }
  }
  const bare = seen.find(({ name }) => name === 'bare fetch')?.cpu ?? [];
  return seen.map(({ name, times, cpu }) => {
    const added = median(cpu.map((value, round) => value - (bare[round] ?? Number.NaN)));
    const checks: Check[] = name.startsWith('upstream')
      ? [{ of: `${budgetMs} ms more CPU than fetch`, ratio: added / budgetMs, budget: 1 }]
      : [];
    return {
      bench: `http, ${bytes.toLocaleString('en')} bytes`,
      name,
      ...summarize(times),
      cpuMs: median(cpu),
      checks,
    };
  });
}

function readPlain(url: string, agent: Agent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const read = async (answer: NodeJS.ReadableStream) => JSON.parse(await text(answer));
    get(url, { agent }, (answer) => resolve(read(answer))).on('error', reject);
  });
}

async function startVendor(): Promise<{ url: string } & AsyncDisposable> {
  const script = fileURLToPath(new URL('floors/vendor.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
