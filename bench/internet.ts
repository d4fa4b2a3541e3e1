import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createLog } from '../packages/core/src/log.ts';
import { createMetrics } from '../packages/core/src/metrics.ts';
import { InternetSettings } from '../packages/internet/src/config.ts';
import { openInternet } from '../packages/internet/src/open.ts';
import { createPageReader } from '../packages/internet/src/page/index.ts';
import { findPassages } from '../packages/internet/src/passages/index.ts';
import { type ServerProcess, spawnServer } from './client.ts';
import { residentMiB } from './processes.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { inTurns, median, summarize } from './stats.ts';
import { temporaryHome } from './store.ts';

const internetServer = fileURLToPath(new URL('../packages/internet/dist/main.js', import.meta.url));
const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
const { signal } = new AbortController();

/** Start-up and memory, what a fetched page costs beside a bare `fetch`, ten at once, making text of a page, finding passages. */
export async function benchInternet(options: BenchOptions): Promise<Figure[]> {
  await using store = await temporaryHome();
  const env = { MCP_SERVERS_HOME: store.home };
  options.note('internet, start-up');
  const figures = [...(await measureStart(options, env)), ...(await measureMemory(env))];
  options.note('internet, calls');
  await using site = await startSite();
  figures.push(...(await measureCalls(site.url, options)), ...(await measureTen(site, { env, ...options })));
  options.note('internet, text of pages');
  return [...figures, ...(await measureText(options))];
}

async function measureStart({ floors, quick }: BenchOptions, env: Record<string, string>): Promise<Figure[]> {
  const starts = [
    { name: 'bare', script: floors.bare, ask: (server: ServerProcess) => server.echo('hello') },
    { name: 'initialize', script: internetServer, ask: (server: ServerProcess) => server.initialize() },
    {
      name: 'server/discover',
      script: internetServer,
      ask: (server: ServerProcess) => server.request('server/discover'),
    },
  ].map((start) => ({ ...start, times: [] as number[] }));
  const rounds = quick ? 7 : 20;
  for (let round = -1; round < rounds; round += 1) {
    for (const { script, ask, times } of starts) {
      const from = performance.now();
      await using server = spawnServer({ script, env });
      await ask(server);
      if (round >= 0) times.push(performance.now() - from);
    }
  }
  const bare = starts[0]?.times ?? [];
  return starts.map(({ name, times }) => {
    const ratio = median(times.map((time, round) => time / (bare[round] ?? Number.NaN)));
    const checks = name === 'bare' ? [] : [{ of: 'bare', ratio, budget: 2 }];
    return { bench: 'internet, spawn to the first reply', name, ...summarize(times), checks };
  });
}

async function measureMemory(env: Record<string, string>): Promise<Figure[]> {
  await using server = spawnServer({ script: internetServer, env });
  await server.request('tools/list');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const memoryMiB = residentMiB(server.pid);
  if (memoryMiB === undefined) return [];
  const checks = [{ of: '90 MiB', ratio: memoryMiB / 90, budget: 1 }];
  return [{ bench: 'internet, memory', name: 'idle after tools/list', count: 1, ...none, memoryMiB, checks }];
}

const paragraph = (n: number): string =>
  `<h2 id="s${n}">Part ${n}</h2><p>Part ${n} tells with <a href="/${n}">a link</a> and <b>bold words</b> what the reader wants to know of it, in sentences that go on for a while, so that they count as text.</p>`;

function article(chars: number): string {
  let body = '';
  for (let n = 0; body.length < chars; n += 1) body += paragraph(n);
  return `<!doctype html><html lang="en"><title>An article</title><body><article><h1>An article</h1>${body}</article></body></html>`;
}

interface Site extends AsyncDisposable {
  url: string;
  ports: number[];
}

/** One handler on ten ports: `/json` and `/page` answer at once, `/slow/<ms>` later. */
async function startSite(): Promise<Site> {
  const small = JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, title: 'x'.repeat(70) })) });
  const html = article(10_000);
  const servers = Array.from({ length: 10 }, () =>
    createServer(({ url = '' }, response) => {
      const isJson = url.startsWith('/json');
      const wait = Number(/^\/slow\/(\d+)/.exec(url)?.[1] ?? 0);
      const answer = () =>
        response
          .writeHead(200, { 'content-type': isJson ? 'application/json' : 'text/html' })
          .end(isJson ? small : html);
      if (wait > 0) setTimeout(answer, wait);
      else answer();
    }).listen(0, '127.0.0.1'),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    ...{ url: `http://127.0.0.1:${ports[0]}`, ports },
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}

const callsPerTurn = 50;

/** CPU of this process, the site's included, which is the same for all. Nothing is kept, so every call goes to the site. */
async function measureCalls(url: string, { quick }: BenchOptions): Promise<Figure[]> {
  const settings = { WEB_ALLOW_PRIVATE: `127.0.0.1/32:${new URL(url).port}`, WEB_CACHE_MB: '0', WEB_ROBOTS: 'false' };
  const config = InternetSettings.parse({ ...settings, WEB_HOST_CALLS_PER_MINUTE: '10000' });
  const log = createLog({ name: 'bench', level: 'warn' });
  const { deps, close } = openInternet(config, { log, metrics: createMetrics({ prefix: 'bench' }) });
  const contenders = [
    { name: 'bare fetch', call: async () => (await fetch(`${url}/json`)).text() },
    { name: 'read, as it is', call: () => deps.read({ url: `${url}/json`, mode: 'raw', signal }) },
    {
      name: 'read, a page of 10 KB as Markdown',
      call: () => deps.read({ url: `${url}/page`, mode: 'article', signal }),
    },
  ].map((one) => ({ ...one, times: [] as number[], cpu: [] as number[] }));
  const rounds = quick ? 10 : 30;
  for (let round = -2; round < rounds; round += 1) {
    for (const { call, times, cpu } of contenders) {
      const before = process.cpuUsage();
      for (let n = 0; n < callsPerTurn; n += 1) {
        const from = performance.now();
        await call();
        if (round >= 0) times.push(performance.now() - from);
      }
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) cpu.push((user + system) / 1000 / callsPerTurn);
    }
  }
  await close();
  const bare = contenders[0]?.cpu ?? [];
  return contenders.map(({ name, times, cpu }) => {
    const added = median(cpu.map((value, round) => value - (bare[round] ?? Number.NaN)));
    const check = { of: '1 ms more CPU than fetch', ratio: added };
    const checks = name === 'bare fetch' ? [] : [name.includes('Markdown') ? check : { ...check, budget: 1 }];
    return { bench: 'internet, one page', name, ...summarize(times), cpuMs: median(cpu), checks };
  });
}

async function measureTen({ ports }: Site, { env, quick }: BenchOptions & { env: Record<string, string> }) {
  const WEB_ALLOW_PRIVATE = ports.map((port) => `127.0.0.1/32:${port}`).join(',');
  const settings = { ...env, WEB_ALLOW_PRIVATE, WEB_CACHE_MB: '0', WEB_ROBOTS: 'false' };
  await using server = spawnServer({ script: internetServer, env: settings });
  const urls = ports.map((port, n) => `http://127.0.0.1:${port}/slow/${100 + n * 45}`);
  const times = await inTurns(
    { count: quick ? 5 : 15, maxMs: 60_000 },
    {
      'the slowest alone': () => server.call('web_fetch', { urls: urls.slice(-1) }),
      'ten side by side': () => server.call('web_fetch', { urls }),
    },
  );
  const ratio = median(times['ten side by side']) / median(times['the slowest alone']);
  return Object.entries(times).map(([name, values]): Figure => {
    const checks = name.startsWith('ten') ? [{ of: 'the slowest', ratio, budget: 1.3 }] : [];
    return { bench: 'internet, ten pages that take 100 to 505 ms', name, ...summarize(values), checks };
  });
}

async function measureText({ quick }: BenchOptions): Promise<Figure[]> {
  await using reader = createPageReader();
  const source = { body: Buffer.from(article(100_000)), contentType: 'text/html; charset=utf-8' };
  const url = 'https://example.com/';
  const { blocks } = await reader.readPage(source, { url, signal, mode: 'article' });
  const times = await inTurns(
    { count: quick ? 10 : 40, maxMs: 60_000 },
    {
      'HTML to Markdown': () => reader.readPage(source, { url, signal, mode: 'article' }),
      'passages that answer a question': () =>
        findPassages(blocks, 'What does part 300 tell the reader?', { limit: 8, maxChars: 8_000 }),
    },
  );
  return Object.entries(times).map(([name, values]) => ({
    ...{ bench: 'internet, 100 KB of HTML', name, ...summarize(values), checks: [] },
  }));
}
