import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { type TestDashboard, withDashboard } from '../dashboard.fixture.ts';

const scrapeToken = 'only-for-the-metrics';
const limits = { headersMs: 400, requestMs: 800, headerBytes: 16 * 1024 };

const test = base.extend<{ here: TestDashboard }>({
  here: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
    async ({}, use) => {
      await using here = await withDashboard({ limits, env: { DASHBOARD_SCRAPE_TOKEN: scrapeToken } });
      await use(here);
    },
    { scope: 'file' },
  ],
});

/** Speaks HTTP by hand, as no well-behaved client would; resolves with all that came back when the connection ends. */
async function raw({ dashboard: { url } }: TestDashboard, speak: (socket: Socket) => void): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  socket.on('error', () => {}); // The server may end the connection while we still send.
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  socket.once('connect', () => speak(socket));
  await ended;
  return answer;
}

/** `GET / HTTP/1.1` and these header lines. */
const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;

const isWell = async (here: TestDashboard) => {
  expect((await here.ask('GET /api/goals')).status).toBe(200);
};

test.for(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4747', '', 'a b', '127.0.0.2', '[::2]'])(
  'the host "%s" is refused, even with the token',
  async (host, { here }) => {
    const { token } = here.dashboard;
    const request = lines(
      'GET /api/goals HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      'Connection: close',
    );
    expect(await raw(here, (socket) => socket.write(request))).toMatch(/^HTTP\/1\.1 (403|400) /);
  },
);

test.for(['localhost', 'LOCALHOST:80', '[::1]:4747'])('the host %s is its own', async (host, { here }) => {
  const request = lines('GET /livez HTTP/1.1', `Host: ${host}`, 'Connection: close');
  expect(await raw(here, (socket) => socket.write(request))).toMatch(/^HTTP\/1\.1 200 /);
});

test.for([
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this host', { origin: 'http://127.0.0.1:1' }],
  ['no origin, as a sandboxed page', { origin: 'null' }],
  ['a cross-site fetch', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['a fetch from another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
] as const)('%s is refused for reading and writing, even with the token', async ([, given], { here }) => {
  const headers = { ...given, authorization: `Bearer ${here.dashboard.token}` };
  for (const request of ['GET /api/goals', 'GET /events', 'GET /health', 'DELETE /api/goals/GOAL-1']) {
    expect(await here.ask(request, { headers }), request).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
  expect((await here.ask('POST /api/goals', { headers, body: { title: 'x' } })).status).toBe(403);
});

test('its own page may do everything', async ({ here }) => {
  const { origin } = new URL(here.dashboard.url);
  const headers = { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
  const cookie = await signIn(here);
  const created = await here.ask('POST /api/goals', {
    headers: { ...headers, authorization: '', cookie },
    body: { title: 'From the page' },
  });
  expect(created.status).toBe(201);
});

async function signIn(here: TestDashboard): Promise<string> {
  const { status, headers } = await here.ask(`GET /?token=${here.dashboard.token}`, { headers: { authorization: '' } });
  expect([status, headers.get('location')]).toEqual([303, '/']);
  const set = headers.get('set-cookie') ?? '';
  expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(set).not.toContain(here.dashboard.token);
  return set.split(';')[0] ?? '';
}

const guarded = [
  'GET /',
  'GET /api/goals',
  'GET /api/servers',
  'GET /events',
  'GET /metrics',
  'GET /openapi.json',
  'GET /docs',
  'GET /assets/x.js',
];

test.for([
  ['no token', {}],
  ['a guessed token', { authorization: `Bearer ${'A'.repeat(43)}` }],
  ['the start of the token', { authorization: 'Bearer x' }],
  ['the token in another scheme', { authorization: 'Basic x' }],
  ['a guessed cookie', { cookie: `mcp_dashboard_0=${'A'.repeat(43)}` }],
  ['the scrape token outside of /metrics', { authorization: `Bearer ${scrapeToken}` }],
] as const)('%s opens nothing but the health', async ([name, headers], { here }) => {
  for (const request of guarded) {
    const isScrape = name.startsWith('the scrape') && request === 'GET /metrics';
    expect((await here.ask(request, { headers: { authorization: '', ...headers } })).status, request).toBe(
      isScrape ? 200 : 401,
    );
  }
  expect(
    (await here.ask('POST /api/goals', { headers: { authorization: '', ...headers }, body: { title: 'x' } })).status,
  ).toBe(401);
  for (const request of ['GET /health', 'GET /livez', 'GET /readyz']) {
    expect((await here.ask(request, { headers: { authorization: '', ...headers } })).status, request).toBe(200);
  }
});

test('a wrong token in the address is refused and leaves no cookie', async ({ here }) => {
  const { status, headers } = await here.ask('GET /?token=nonsense', { headers: { authorization: '' } });
  expect([status, headers.get('set-cookie')]).toEqual([401, null]);
});

test('a form of another site cannot create anything', async ({ here }) => {
  const before = (await here.ask('GET /api/goals')).body.total;
  const cookie = await signIn(here);
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
    const headers = { authorization: '', cookie, 'content-type': type };
    const refused = await here.ask('POST /api/goals', { body: '{"title":"forged"}', headers });
    expect(refused, type).toMatchObject({ status: 415, body: { code: 'unsupported' } });
    const foreign = {
      ...headers,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
    };
    expect((await here.ask('POST /api/goals', { body: 'title=forged', headers: foreign })).status).toBe(403);
  }
  expect((await here.ask('GET /api/goals')).body.total).toBe(before);
});

test('every answer carries the policy, without unsafe-inline', async ({ here }) => {
  for (const request of ['GET /', 'GET /api/goals', 'GET /api/nothing', 'GET /docs', 'GET /health']) {
    const { headers } = await here.ask(request);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, request).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('built files are sent packed to who takes that, answers with data are not', async () => {
  await using here = await withDashboard({ page: '' });
  const page = path.join(here.home, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), '<p>the page</p>'.repeat(1000));
  await writeFile(path.join(page, 'assets', 'app.js'), 'export {};'.repeat(1000));
  await using served = await withDashboard({ page });
  const authorization = `Bearer ${served.dashboard.token}`;
  const encodingOf = async (address: string, encoding: string) => {
    const response = await fetch(new URL(address, served.dashboard.url), {
      headers: { authorization, 'accept-encoding': encoding },
    });
    await response.bytes();
    return response.headers.get('content-encoding');
  };
  expect(await encodingOf('/assets/app.js', 'gzip')).toBe('gzip');
  expect(await encodingOf('/assets/app.js', 'identity')).toBeNull();
  expect(await encodingOf('/', 'gzip')).toBeNull();
  expect(await encodingOf('/api/goals', 'gzip')).toBeNull();
});

test('nothing outside the folder of the page is read', async () => {
  await using here = await withDashboard({ page: '' });
  const page = path.join(here.home, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), '<p>the page</p>');
  await writeFile(path.join(page, 'assets', 'app.js'), 'export {}');
  await writeFile(path.join(page, '.hidden.js'), 'secret');
  await writeFile(path.join(here.home, 'secret.txt'), 'secret');
  await symlink(path.join(here.home, 'secret.txt'), path.join(page, 'link.txt'));
  await using served = await withDashboard({ page });
  const { token } = served.dashboard;
  const get = (address: string) =>
    raw(served, (socket) =>
      socket.write(
        lines(`GET ${address} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${token}`, 'Connection: close'),
      ),
    );
  expect(await get('/')).toContain('the page');
  expect(await get('/goals/GOAL-0001')).toContain('the page');
  expect(await get('/assets/app.js')).toMatch(/immutable[\s\S]*export \{\}/);
  for (const address of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%252e%252e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//etc/passwd',
    '/link.txt',
    '/.hidden.js',
    '/%00secret.txt',
    '/%ff.txt',
    '/dashboard-token',
  ]) {
    expect(await get(address), address).not.toMatch(/secret\b(?!\.txt)|root:/);
  }
});

test('without a built page it says how to build it', async () => {
  await using here = await withDashboard({ page: '/nowhere' });
  expect((await here.ask('GET /')).body).toContain('pnpm@12.21.0 build');
});

test('a body of 100 MB is refused after the first, and the process is unharmed', async ({ here }) => {
  const head = [
    'POST /api/goals HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${here.dashboard.token}`,
    'Content-Type: application/json',
  ];
  const announced = await raw(here, (socket) => socket.write(lines(...head, `Content-Length: ${100 * 1024 ** 2}`)));
  expect(announced).toMatch(/^HTTP\/1\.1 413 /);
  const chunk = Buffer.alloc(1024 ** 2, 0x20);
  let sent = 0;
  const streamed = await raw(here, (socket) => {
    socket.write(lines(...head, 'Transfer-Encoding: chunked'));
    const send = (): void => {
      while (sent < 100 && !socket.destroyed) {
        sent += 1;
        socket.write(`${chunk.length.toString(16)}\r\n`);
        socket.write(chunk);
        if (!socket.write('\r\n')) return void socket.once('drain', send);
      }
      socket.end('0\r\n\r\n');
    };
    send();
  });
  expect(streamed).toMatch(/^(HTTP\/1\.1 413 |$)/);
  await isWell(here);
});

test('10,000 headers, a header without end and a line that is no HTTP are refused', async ({ here }) => {
  const many = Array.from({ length: 10_000 }, (_, n) => `X-${n}: ${n}`);
  expect(await raw(here, (socket) => socket.write(lines('GET /livez HTTP/1.1', 'Host: localhost', ...many)))).toMatch(
    /^HTTP\/1\.1 431 /,
  );
  const long = `X-Long: ${'x'.repeat(1024 ** 2)}`;
  expect(await raw(here, (socket) => socket.write(lines('GET /livez HTTP/1.1', 'Host: localhost', long)))).toMatch(
    /^HTTP\/1\.1 431 |^$/,
  );
  expect(await raw(here, (socket) => socket.write('nonsense\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400 /);
  await isWell(here);
});

test('a client that sends a byte at a time is cut off, in the headers and in the body', async ({ here }) => {
  const drip = (begin: string) =>
    raw(here, (socket) => {
      socket.write(begin);
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
  const head = [
    'POST /api/goals HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${here.dashboard.token}`,
    'Content-Type: application/json',
  ];
  const [headers, body] = await Promise.all([
    drip('GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: '),
    drip(lines(...head, 'Content-Length: 1000')),
  ]);
  expect(headers).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(body).toMatch(/^(HTTP\/1\.1 408 |$)/);
  await isWell(here);
});
