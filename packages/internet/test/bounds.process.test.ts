import type { RequestListener } from 'node:http';
import {
  bomb,
  endlessRedirects,
  huge,
  page,
  peakMiB,
  raw,
  stalled,
  textOf,
  truncated,
  truncatedChunks,
} from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { column, makePdf } from '../src/documents/pdf/make-pdf.fixture.ts';
import { article } from '../src/internet.fixture.ts';
import { withLoopbackSites } from './loopback-sites.fixture.ts';
import { spawnWeb } from './spawn.fixture.ts';

/** Resident memory of the server, in MiB: without the thread that reads pages and PDF, with one document in it, with ten in a row. */
const bounds = { withoutThread: 220, oneDocument: 250, withThread: 300 };

const list = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join('');
const gigabyte = 1_000_000_000;
const as = (type: string) => ({ type });

async function expectPeakBelow(bound: number, pid: number): Promise<void> {
  const peak = await peakMiB(pid);
  if (peak !== undefined) expect(peak).toBeLessThan(bound);
}

interface Result {
  kind?: string;
  content?: string;
  error?: { code: string; message: string };
}

test('ten bombs and endless pages at once are refused in little memory, and a small page is read meanwhile', async () => {
  const opened = Promise.withResolvers<void>();
  const held: RequestListener = async (request, response) => {
    await opened.promise;
    await page(article('Held'))(request, response);
  };
  const heavy = [
    ...(['gzip', 'br', 'zstd', 'deflate'] as const).map((coding) => bomb({ codings: [coding], bytes: gigabyte })),
    ...[bomb({ codings: ['gzip', 'gzip'], bytes: gigabyte }), bomb({ codings: ['br', 'gzip'], bytes: gigabyte })],
    ...[huge(50_000_000), huge(50_000_000, { announced: true }), bomb({ bytes: gigabyte }), held],
  ];
  await using web = await withLoopbackSites(
    { '/': page('<p>Small.</p>') },
    ...heavy.map((answer) => ({ '/': answer })),
  );
  const [small, ...sites] = web.sites;
  await using server = await spawnWeb(web.env);
  const call = server.ask('web_fetch', { urls: sites.map(({ url }) => `${url}/`) });
  await Promise.all(sites.map((site) => site.arrived('/')));
  expect((await server.ask('web_fetch', { urls: [`${small?.url}/`] })).results[0].content).toBe('Small.');
  opened.resolve();
  const results: Result[] = (await call).results;
  for (const { error } of results.slice(0, 9)) expect(error?.message).toContain('too large');
  expect(results[9]).toMatchObject({ kind: 'html' });
  await expectPeakBelow(bounds.withoutThread, server.pid);
});

const heavyPages = () => ({
  '/nested': page(`<!doctype html><body>${'<div>'.repeat(1_000_000)}deep`),
  '/flat': page(`<!doctype html><body>${'<b>x</b>'.repeat(1_000_000)}`),
  '/long': page(`<!doctype html><body>${'<p>All work and <b>no</b> play, says the book.</p>\n'.repeat(180_000)}`),
  '/text': page('All work and no play. '.repeat(400_000), as('text/plain')),
  '/pdf': page(
    Buffer.from(makePdf(Array.from({ length: 500 }, (_, n) => column(['A line.', `Page ${n + 1}.`, 'The end.'])))),
    as('application/pdf'),
  ),
  '/bomb.pdf': page(
    Buffer.from(makePdf([column(Array.from({ length: 40_000 }, (_, n) => `Line ${n} of one page.`))])),
    as('application/pdf'),
  ),
  '/feed': page(
    `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${list(100_000, (n) => `<item><title>Item ${n}</title><link>/${n}</link></item>`)}</channel></rss>`,
    as('application/rss+xml'),
  ),
  '/deep.json': page('['.repeat(100_000) + ']'.repeat(100_000), as('application/json')),
  '/wide.json': page(`[${list(300_000, (n) => `{"n":${n}},`)}0]`, as('application/json')),
  '/end': page(article('The end')),
});

test('ten heavy documents at once are read or refused clearly, within bounds, and the server goes on', {
  timeout: 180_000,
}, async () => {
  const pages = heavyPages();
  const paths = Object.keys(pages);
  await using web = await withLoopbackSites(...paths.map(() => pages));
  await using server = await spawnWeb(web.env);
  const urls = paths.map((path, n) => `${web.sites[n]?.url}${path}`);
  const answer = await server.call('web_fetch', { urls });
  const { results } = answer.structuredContent as { results: Result[] };
  for (const [n, { kind, error }] of results.entries()) {
    expect(kind ?? error?.message, paths[n]).toBeTypeOf('string');
    expect(error?.code, paths[n]).not.toBe('internal');
  }
  const kinds = Object.fromEntries(results.map(({ kind }, n) => [paths[n], kind]));
  expect(kinds).toMatchObject({
    ...{ '/text': 'text', '/pdf': 'pdf', '/feed': 'feed', '/deep.json': 'json', '/wide.json': 'json', '/end': 'html' },
  });
  expect(textOf(answer).length).toBeLessThan(20_000 + 10 * 600);
  const last = await server.ask('web_fetch', { urls: [`${web.sites[0]?.url}/end`] });
  expect(last.results[0].title).toBe('The end');
  await expectPeakBelow(bounds.withThread, server.pid);
  expect(server.stderr()).not.toMatch(/uncaught|unhandled/i);
});

test.each(['/long', '/pdf', '/bomb.pdf'])(
  '%s alone is read in the memory of one heavy document',
  {
    timeout: 120_000,
  },
  async (path) => {
    await using web = await withLoopbackSites(heavyPages());
    await using server = await spawnWeb(web.env);
    await server.call('web_fetch', { urls: [`${web.sites[0]?.url}${path}`] });
    await expectPeakBelow(bounds.oneDocument, server.pid);
  },
);

test('an index of many sitemaps of 50,000 addresses each is read up to a limit', { timeout: 120_000 }, async () => {
  const map = `<?xml version="1.0"?><urlset>${list(50_000, (n) => `<url><loc>/FILE/${n}</loc></url>`)}</urlset>`;
  await using web = await withLoopbackSites({
    '/index.xml': page(`<sitemapindex>${list(200, (n) => `<sitemap><loc>/${n}.xml</loc></sitemap>`)}</sitemapindex>`, {
      type: 'application/xml',
    }),
    '*': (request, response) => {
      const file = /\d+/.exec(request.url ?? '')?.[0] ?? '';
      response.writeHead(200, { 'content-type': 'application/xml' }).end(map.replaceAll('FILE', file));
    },
  });
  const [site] = web.sites;
  await using server = await spawnWeb(web.env);
  const first = await server.ask('web_sitemap', { url: `${site?.url}/index.xml`, limit: 1000, max_chars: 90_000 });
  expect(first.total).toBeGreaterThanOrEqual(100_000);
  expect(first.problems.join()).toContain('more files were not read');
  const next = await server.ask('web_sitemap', { cursor: first.next_cursor, limit: 3 });
  expect(next.entries[0].url).toBe(`${site?.url}/0/${first.entries.length}`);
  await expectPeakBelow(bounds.withoutThread, server.pid);
});

test('sites that break the rules of HTTP get a sentence each', async () => {
  const latin = Buffer.from('<!doctype html><meta charset=utf-8><p>caf\u00e9</p>', 'latin1');
  const pages = {
    '/loop': endlessRedirects(),
    '/stalled': stalled(),
    '/short': truncated(),
    '/chunks': truncatedChunks(),
    '/not-gzip': page('<p>plain', { headers: { 'content-encoding': 'gzip' } }),
    '/not-http': raw('SSH-2.0-server\r\n'),
    '/latin': page(latin, as('text/html; charset=utf-8')),
    '/unknown': page('<p>known</p>', as('text/html; charset=ebcdic-<<end>>')),
  };
  await using web = await withLoopbackSites(...Object.keys(pages).map(() => pages));
  await using server = await spawnWeb({ ...web.env, WEB_TIMEOUT_S: '1' });
  const urls = Object.keys(pages).map((path, n) => `${web.sites[n]?.url}${path}`);
  const answer = await server.call('web_fetch', { urls });
  const { results } = answer.structuredContent as { results: Result[] };
  const said = results.map(({ error, content }) => error?.message ?? content);
  const words = [
    /redirects more/,
    /within 1 s|1 s/,
    /cut its answer short/,
    /before the answer was whole/,
    /compress/,
    /not valid HTTP/,
  ];
  for (const [n, word] of words.entries()) expect(said[n], urls[n]).toMatch(word);
  expect(said.slice(6)).toEqual(['caf\u00e9', 'known']);
  expect(textOf(answer)).not.toContain('<<end>>');
});
