import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type TestContext, test } from 'vitest';
import { type Loopback, withLoopback } from '../src/search/loopback.fixture.ts';
import { createSearxng } from '../src/search/providers/searxng.ts';
import { withProviders } from '../src/search/search.fixture.ts';
import type { SearchQuery } from '../src/search/types.ts';

/** Debian's package `searx`, the ancestor of SearXNG with the same interface. Its pages lie beside it and are no default. */
const program = '/usr/bin/searx-run';
const resources = '/usr/share/python3-searx';
const query: SearchQuery = { text: 'tides', sites: [], excludeSites: [], page: 1 };
const today = () => new Date('2026-06-15T12:00:00Z');

async function isInstalled(): Promise<boolean> {
  return Promise.all([access(program, constants.X_OK), access(path.join(resources, 'templates'))]).then(
    () => true,
    () => false, // Not this system, or not installed.
  );
}

/** A test with a real searx. Without one it is skipped and says so; with `REQUIRE_ALL=1` it fails. */
function searxTest(name: string, run: (context: TestContext) => Promise<void>): void {
  test(name, { timeout: 90_000 }, async (context) => {
    const isThere = await isInstalled();
    if (!isThere && process.env.REQUIRE_ALL === '1') throw new Error('REQUIRE_ALL=1, and there is no searx.');
    if (!isThere) context.skip('SKIPPED: no searx (Debian package searx)');
    await run(context);
  });
}

const engine = (name: string, { url }: Loopback, more: object = {}) => ({
  name,
  engine: 'json_engine',
  shortcut: name,
  categories: 'general',
  paging: true,
  first_page_num: 1,
  search_url: `${url}/find?q={query}&page={pageno}`,
  results_query: 'found',
  url_query: 'address',
  title_query: 'name',
  content_query: 'about',
  disabled: false,
  enable_http: true,
  timeout: 20,
  ...more,
});

const settings = (engines: object[]) => ({
  general: { debug: false, instance_name: 'test' },
  search: { safe_search: 0, autocomplete: '', default_lang: '', ban_time_on_fail: 0, max_ban_time_on_fail: 0 },
  // Port 0: the system gives a free one.
  server: {
    port: 0,
    bind_address: '127.0.0.1',
    secret_key: 'for a test',
    base_url: false,
    http_protocol_version: '1.0',
  },
  ui: {
    static_path: path.join(resources, 'static'),
    templates_path: path.join(resources, 'templates'),
    default_theme: 'oscar',
    default_locale: '',
    theme_args: { oscar_style: 'logicodev' },
  },
  outgoing: { request_timeout: 20, useragent_suffix: '', pool_connections: 10, pool_maxsize: 10, enable_http2: false },
  locales: { en: 'English' },
  doi_resolvers: { none: 'https://example.org/' },
  default_doi_resolver: 'none',
  engines,
});

/** A searx with these engines, on a port of its own. */
async function withSearx(engines: object[]): Promise<AsyncDisposable & { url: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'searx-'));
  const file = path.join(folder, 'settings.yml');
  await writeFile(file, JSON.stringify(settings(engines))); // JSON is YAML.
  const child = spawn(program, [], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, SEARX_SETTINGS_PATH: file, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const lines: string[] = [];
  const address = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (url !== undefined) address.resolve(url);
  });
  const died = ended.then(() => Promise.reject(new Error(`searx did not start:\n${lines.join('\n')}`)));
  try {
    const url = await Promise.race([address.promise, died]);
    died.catch(() => {}); // It ends with the test.
    return { url, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const found = (from: number, to: number) => ({
  found: Array.from({ length: to - from + 1 }, (_, n) => ({
    address: `https://harbour${from + n}.example.org/tides`,
    name: `Harbour ${from + n}`,
    about: `Tides of harbour ${from + n}.`,
  })),
});

searxTest('a real searx is searched, page by page', async () => {
  await using harbours = await withLoopback();
  await using searx = await withSearx([engine('harbours', harbours)]);
  harbours.reply({ body: found(1, 8) }, { body: found(9, 12) }, { body: { found: [] } });
  const { ask } = withProviders([createSearxng(searx.url, { fetch, today })]);
  const first = await ask({ query: 'tides', language: 'en', region: 'GB', safe: 'moderate', limit: 5 });
  expect(first.results.map(({ title }) => title)).toEqual([1, 2, 3, 4, 5].map((n) => `Harbour ${n}`));
  expect(first.results[0]).toMatchObject({ url: 'https://harbour1.example.org/tides', snippet: 'Tides of harbour 1.' });
  const second = await ask({ cursor: first.cursor ?? '', limit: 5 });
  expect(second.results.map(({ title }) => title)).toEqual([6, 7, 8, 9, 10].map((n) => `Harbour ${n}`));
  expect(harbours.seen.map((request) => request.query)).toEqual([
    { q: 'tides', page: '1' },
    { q: 'tides', page: '2' },
  ]);
});

searxTest(
  'an engine of a real searx that fails is reported, and with no other result it is no empty answer',
  async () => {
    await using harbours = await withLoopback();
    await using broken = await withLoopback();
    await using searx = await withSearx([engine('harbours', harbours), engine('broken', broken)]);
    const provider = createSearxng(searx.url, { fetch, today });
    const { signal } = new AbortController();
    harbours.reply({ body: found(1, 2) });
    broken.reply({ status: 500 });
    const answer = await provider.search(query, { signal });
    expect(answer.hits).toHaveLength(2);
    expect(answer.notes.join()).toMatch(/broken/);
    harbours.reply({ body: { found: [] } });
    await expect(provider.search(query, { signal })).rejects.toMatchObject({ details: { reason: 'down' } });
    broken.reply({ body: { found: [] } });
    await expect(provider.search(query, { signal })).resolves.toMatchObject({ hits: [], notes: [] });
  },
);
