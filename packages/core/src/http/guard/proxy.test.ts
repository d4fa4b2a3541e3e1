import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { page } from '../../testing/site-farm.ts';
import { type GuardOnFarm, guardOn } from './guard.fixture.ts';

interface Proxy extends AsyncDisposable {
  url: string;
  asked: string[];
}

/** Answers what goes through it itself, and refuses tunnels. */
async function withProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('from the proxy');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://user:hunter2@127.0.0.1:${(server.address() as { port: number }).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const behind = (env: Record<string, string>, trustProxy?: boolean): Promise<GuardOnFarm> =>
  guardOn(
    { 'a.example': { pages: { '/': page('direct') } }, 'inside.example': { addresses: ['10.0.0.1'] } },
    {
      policy: { exemptOrigins: ['http://a.example'] },
      guard: { env, ...(trustProxy !== undefined && { trustProxy }) },
    },
  );

test.each(['HTTP_PROXY', 'https_proxy', 'ALL_PROXY'])(
  'with %s set nothing is fetched, and the way out is told',
  async (name) => {
    await using proxy = await withProxy();
    await using t = await behind({ [name]: proxy.url, NODE_USE_ENV_PROXY: '1' });
    await expect(t.get('http://a.example/')).rejects.toMatchObject({
      code: 'validation',
      message: expect.stringContaining(name.toUpperCase()),
      hint: expect.stringContaining('WEB_TRUST_PROXY=true'),
    });
    await expect(t.get('http://a.example/')).rejects.not.toThrow('hunter2');
    expect(t.guard.state()).toMatchObject({ route: 'refused', addressesChecked: false });
    expect([proxy.asked, t.farm.connections]).toEqual([[], []]);
  },
);

test('a trusted proxy gets every request, and the state says that addresses are not checked', async () => {
  await using proxy = await withProxy();
  await using t = await behind({ HTTP_PROXY: proxy.url }, true);
  expect(await t.text('http://a.example/x')).toBe('from the proxy');
  await expect(t.get('https://a.example/')).rejects.toThrow(
    'a.example cannot be reached: the proxy refused to connect to it.',
  );
  expect(proxy.asked).toEqual(['GET http://a.example/x', 'CONNECT a.example:443']);
  expect(t.farm.lookups('a.example')).toBe(0);
  expect(t.guard.state()).toMatchObject({
    route: 'trusted_proxy',
    addressesChecked: false,
    note: expect.stringContaining('HTTP_PROXY'),
  });
  expect(JSON.stringify(t.guard.state())).not.toContain('hunter2');
});

test('literals and local names are refused in front of a trusted proxy too', async () => {
  await using proxy = await withProxy();
  await using t = await behind({ http_proxy: proxy.url }, true);
  for (const url of ['http://0x7f.1/', 'http://[::ffff:10.0.0.1]/', 'http://localhost/', 'http://a.example:22/']) {
    await expect(t.get(url)).rejects.toMatchObject({ code: 'validation' });
  }
  expect(proxy.asked).toEqual([]);
});

test('what NO_PROXY names is fetched directly, with its addresses checked', async () => {
  await using proxy = await withProxy();
  await using t = await behind({ HTTP_PROXY: proxy.url, NO_PROXY: '.example' }, true);
  expect(await t.text('http://a.example/')).toBe('direct');
  await expect(t.get('http://inside.example/')).rejects.toThrow('inside.example leads to 10.0.0.1');
  expect(proxy.asked).toEqual([]);
});

test('a proxy that is down is not taken for the site', async () => {
  // Nobody listens on the port of tcpmux.
  await using t = await behind({ HTTP_PROXY: 'http://127.0.0.1:1' }, true);
  await expect(t.get('http://a.example/')).rejects.toThrow('The configured proxy refused the connection');
});

test('configured origins go through a proxy that is not trusted, unless it leaves them out', async () => {
  await using proxy = await withProxy();
  const request = { url: 'http://a.example/', signal: new AbortController().signal };
  await using through = await behind({ HTTP_PROXY: proxy.url });
  expect(Buffer.from((await through.guard.fetchExempt(request)).body).toString()).toBe('from the proxy');
  await using beside = await behind({ HTTP_PROXY: proxy.url, NO_PROXY: 'a.example' });
  expect(Buffer.from((await beside.guard.fetchExempt(request)).body).toString()).toBe('direct');
});

test('without a proxy the state says that every address is checked', async () => {
  await using t = await guardOn({}, { policy: { allowPrivate: ['10.0.0.0/8'], denyDomains: ['Bad.example'] } });
  expect(t.guard.state()).toEqual({
    route: 'direct',
    addressesChecked: true,
    note: 'Every address is checked when a connection is opened.',
    ports: [80, 443],
    allowDomains: [],
    denyDomains: ['bad.example'],
    privateOpenings: 1,
  });
});
