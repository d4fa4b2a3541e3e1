import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import * as site from '../../testing/site-farm.ts';
import { guardOn } from './guard.fixture.ts';

const text = '<p>Grüße</p>'.repeat(1000);
const coded = (body: Uint8Array, coding: string) => site.page(body, { headers: { 'content-encoding': coding } });
/** Nothing but reaching the cap ends a fetch. */
const patient = { stallTimeoutMs: 3_600_000, totalTimeoutMs: 3_600_000 };
const tooLarge = { code: 'network', retryable: false, hint: expect.stringContaining('WEB_MAX_BYTES') };

test.each([
  ['gzip', gzipSync(text)],
  ['x-gzip', gzipSync(text)],
  ['GZIP', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
  ['identity', Buffer.from(text)],
])('a body in %s comes out as it was', async (coding, body) => {
  await using t = await guardOn({ 'a.example': { pages: { '/': coded(body, coding) } } });
  expect(await t.text('http://a.example/')).toBe(text);
});

test.each([
  ['compress', 'is compressed as "compress", which cannot be read'],
  ['gzip, compress', 'is compressed as "gzip, compress", which cannot be read'],
  ['gzip, identity', 'is compressed as "gzip, identity", which cannot be read'],
  ['gzip, gzip, gzip, gzip, gzip, gzip', 'compressed its answer more than 5 times'],
  ['gzip', 'sent a body whose compression is broken'],
  ['deflate', 'sent a body whose compression is broken'],
  ['br', 'sent a body whose compression is broken'],
  ['zstd', 'sent a body whose compression is broken'],
])('a body that cannot be decoded as %s is an error', async (coding, message) => {
  await using t = await guardOn({
    'a.example': { pages: { '/': coded(Buffer.from('not compressed at all'), coding) } },
  });
  await expect(t.get('http://a.example/')).rejects.toThrow(message);
});

test.each([
  ['gzip', ['gzip'], 1e9],
  ['br', ['br'], 1e9],
  ['deflate', ['deflate'], 1e9],
  ['zstd', ['zstd'], 1e9],
  ['gzip in gzip', ['gzip', 'gzip'], 1e9],
  ['gzip in br', ['gzip', 'br'], 1e9],
] as const)('a bomb of a gigabyte in %s is cut off early', async (_name, codings, bytes) => {
  await using t = await guardOn({ 'a.example': { pages: { '/': site.bomb({ codings, bytes }) } } }, { guard: patient });
  await expect(t.get('http://a.example/')).rejects.toMatchObject(tooLarge);
  await t.farm.allClosed();
  // 10 MB of zeros make 50 KB of gzip; the whole bomb has 4 MB. Buffers on the way hold the rest.
  expect(t.farm.sent()).toBeLessThan(1_000_000);
});

test('compressed bytes that never come to anything are cut off too', async () => {
  // An empty gzip member decompresses to nothing, for ever.
  const members = Buffer.concat(Array.from({ length: 5000 }, () => gzipSync('')));
  const endless: site.SiteAnswer = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    const more = () => {
      while (!response.destroyed && response.write(members));
    };
    response.on('drain', more);
    more();
  };
  await using t = await guardOn({ 'a.example': { pages: { '/': endless } } }, { guard: { maxBytes: 100_000 } });
  await expect(t.get('http://a.example/')).rejects.toThrow('too large');
  await t.farm.allClosed();
});

test('a page of 50 MB is whole when the cap allows it', async () => {
  const bytes = 50_000_000;
  await using t = await guardOn({ 'a.example': { pages: { '/': site.huge(bytes) } } }, { guard: { maxBytes: bytes } });
  const { body } = await t.get('http://a.example/');
  const line = Buffer.from('<p>All work and no play makes Jack a dull boy.</p>\n');
  const expected = createHash('sha256');
  for (let at = 0; at < bytes; at += line.length) expected.update(line.subarray(0, Math.min(line.length, bytes - at)));
  expect(body.length).toBe(bytes);
  expect(createHash('sha256').update(body).digest('hex')).toBe(expected.digest('hex'));
});

test('a page above the cap is not read to its end', async () => {
  const pages = { '/': site.huge(1e9), '/announced': site.huge(1e9, { announced: true }) };
  await using t = await guardOn({ 'a.example': { pages } }, { guard: patient });
  await expect(t.get('http://a.example/')).rejects.toThrow('it passes the cap of 10 MB');
  await expect(t.get('http://a.example/announced')).rejects.toThrow('it has 1000 MB, above the cap of 10 MB');
  await t.farm.allClosed();
  expect(t.farm.sent()).toBeLessThan(100_000_000);
});

test('a call may lower the cap and not raise it; a body of exactly the cap fits', async () => {
  await using t = await guardOn(
    { 'a.example': { pages: { '/': site.page('x'.repeat(100)) } } },
    { guard: { maxBytes: 100 } },
  );
  const get = (maxBytes: number) =>
    t.guard.fetch({ url: 'http://a.example/', maxBytes, signal: new AbortController().signal });
  expect((await get(1000)).body).toHaveLength(100);
  expect((await get(100)).body).toHaveLength(100);
  await expect(get(99)).rejects.toMatchObject({ ...tooLarge, details: { max_bytes: 99 } });
  await using small = await guardOn({ 'a.example': { pages: { '/': site.huge(101) } } }, { guard: { maxBytes: 100 } });
  await expect(small.get('http://a.example/')).rejects.toMatchObject(tooLarge);
});

test('a body in pieces of one byte is put together', async () => {
  const chunks = [...'abcdefghij'.repeat(2000)].map((letter) => `1\r\n${letter}\r\n`).join('');
  const answer = site.raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
  await using t = await guardOn({ 'a.example': { pages: { '/': answer } } });
  expect(await t.text('http://a.example/')).toBe('abcdefghij'.repeat(2000));
});

test('a body that comes slowly is waited for', async () => {
  await using t = await guardOn({ 'a.example': { pages: { '/': site.slow(['<p>', 'one ', 'two']) } } });
  expect(await t.text('http://a.example/')).toBe('<p>one two');
});

test('bytes after the end of an answer never become the answer of the next request', async () => {
  const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
  const pages = {
    '/': site.raw(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${poison}`, { keep: true }),
    '/next': site.page('clean'),
  };
  await using t = await guardOn({ 'a.example': { pages } });
  await t.get('http://a.example/').catch(() => undefined); // An error is as good as the two bytes.
  expect(await t.text('http://a.example/next')).toBe('clean');
});

test('a body is given as it was sent, whatever its type, charset and status', async () => {
  const latin = Buffer.from('caf\xe9', 'latin1');
  const pages = {
    '/latin': site.page(latin, { type: 'text/html; charset=iso-8859-1' }),
    '/binary': site.page(Buffer.from([0, 255, 1]), { type: 'image/png' }),
    '/gone': site.page('gone', { status: 410 }),
    '/broken': site.page('oops', { status: 500 }),
    '/empty': site.page('', { status: 200 }),
    '/nothing': ((_request, response) => void response.writeHead(204).end()) satisfies site.SiteAnswer,
    '/same': ((_request, response) => void response.writeHead(304, { etag: '"1"' }).end()) satisfies site.SiteAnswer,
  };
  await using t = await guardOn({ 'a.example': { pages } });
  const get = (path: string) => t.get(`http://a.example${path}`);
  expect(Buffer.from((await get('/latin')).body)).toEqual(latin);
  expect([...(await get('/binary')).body]).toEqual([0, 255, 1]);
  expect(await get('/gone')).toMatchObject({ status: 410, body: new TextEncoder().encode('gone') });
  expect(await get('/broken')).toMatchObject({ status: 500 });
  for (const path of ['/empty', '/nothing', '/same']) expect((await get(path)).body).toHaveLength(0);
  expect((await get('/same')).headers.get('etag')).toBe('"1"');
});
