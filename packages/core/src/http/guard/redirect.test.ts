import { expect, test } from 'vitest';
import { endlessRedirects, needsOpenssl, page, redirectTo, type SiteAnswer } from '../../testing/site-farm.ts';
import { guardOn } from './guard.fixture.ts';

const hello = page('hello');

test('redirects are followed, each hop looked up and checked, and told in order', async () => {
  await using t = await guardOn({
    'a.example': { pages: { '/': redirectTo('/next', 301), '/next': redirectTo('http://b.example/x', 307) } },
    'b.example': { pages: { '/x': redirectTo('y?q=1', 308), '/y': hello } },
  });
  const answer = await t.get('http://a.example/#part');
  const redirects = ['http://a.example/next#part', 'http://b.example/x#part', 'http://b.example/y?q=1#part'];
  expect(answer).toMatchObject({
    requested: 'http://a.example/#part',
    url: redirects[2],
    redirects,
    status: 200,
    downgraded: false,
  });
  expect(t.farm.lookups('b.example')).toBeGreaterThan(0);
});

test.each([
  ['a private literal', 'http://10.0.0.1/admin', 'a private address'],
  ['metadata in another form', 'http://0xa9fea9fe/latest/', 'the metadata service'],
  ['an IPv4-mapped literal', 'http://[::ffff:127.0.0.1]/', 'a loopback address'],
  ['a scheme-relative literal', '//127.0.0.1/', 'a loopback address'],
  ['a name with a private address', 'http://internal.example/', 'internal.example leads to 192.168.0.1'],
  ['this machine by name', 'http://localhost/', 'this machine'],
  ['a file', 'file:///etc/passwd', 'file: URLs are refused'],
  ['gopher', 'gopher://a.example/_x', 'gopher: URLs are refused'],
  ['a data URL', 'data:text/html,hi', 'data: URLs are refused'],
  ['another port', 'http://b.example:6379/', 'Port 6379 is refused'],
  ['credentials', 'http://user:secret@b.example/', 'carries a user name or a password'],
  ['a denied domain', 'http://denied.example/', 'deny list'],
])('a redirect to %s is refused', async (_case, location, refusal) => {
  const sites = {
    'a.example': { pages: { '/': redirectTo(location) } },
    'b.example': { pages: { '/': hello } },
    'internal.example': { addresses: ['192.168.0.1'], pages: { '/': hello } },
    'denied.example': { pages: { '/': hello } },
  };
  await using t = await guardOn(sites, { policy: { denyDomains: ['denied.example'] } });
  await expect(t.get('http://a.example/')).rejects.toMatchObject({
    code: 'validation',
    message: expect.stringContaining(refusal),
  });
  expect(t.farm.connections.map(({ host }) => host)).toEqual(['a.example']);
});

test('a redirect that is refused says who redirects', async () => {
  await using t = await guardOn({ 'a.example': { pages: { '/': redirectTo('http://10.0.0.1/') } } });
  await expect(t.get('http://a.example/')).rejects.toThrow(
    'http://a.example redirects to an address that is not fetched.',
  );
});

test('five redirects are followed and the sixth is not', async () => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, at) => [`/${at}`, at + 1 < length ? redirectTo(`/${at + 1}`) : hello]),
    );
  await using t = await guardOn({
    'five.example': { pages: chain(6) },
    'six.example': { pages: chain(7) },
    'endless.example': { pages: { '/': endlessRedirects() } },
  });
  expect((await t.get('http://five.example/0')).redirects).toHaveLength(5);
  await expect(t.get('http://six.example/0')).rejects.toThrow('six.example redirects more than 5 times.');
  await expect(t.get('http://endless.example/')).rejects.toMatchObject({ code: 'network', retryable: false });
  expect(t.farm.requests.filter(({ host }) => host === 'endless.example')).toHaveLength(6);
});

test('a circle is noticed at its first address that comes again', async () => {
  await using t = await guardOn({ 'a.example': { pages: { '/': redirectTo('/b'), '/b': redirectTo('/#other') } } });
  await expect(t.get('http://a.example/')).rejects.toThrow(
    'a.example redirects in a circle: http://a.example/#other comes again.',
  );
  expect(t.farm.requests).toHaveLength(2);
});

test('the body of a redirect is not read', async () => {
  const endless: SiteAnswer = (_request, response) => {
    response.writeHead(302, { location: '/next' });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  };
  const next = page('hello', { headers: { connection: 'close' } });
  const patient = { stallTimeoutMs: 3_600_000, totalTimeoutMs: 3_600_000 };
  await using t = await guardOn({ 'a.example': { pages: { '/': endless, '/next': next } } }, { guard: patient });
  expect((await t.get('http://a.example/')).redirects).toEqual(['http://a.example/next']);
  await t.farm.allClosed();
  expect(t.farm.requests).toHaveLength(2);
});

test('a redirect without an address is an answer, one to nonsense an error', async () => {
  await using t = await guardOn({
    'a.example': {
      pages: {
        '/none': page('moved', { status: 302 }),
        '/bad': redirectTo('http://['),
        '/choices': page('x', { status: 300, headers: { location: '/none' } }),
      },
    },
  });
  expect(await t.get('http://a.example/none')).toMatchObject({ status: 302, redirects: [] });
  expect(await t.get('http://a.example/choices')).toMatchObject({ status: 300, redirects: [] });
  await expect(t.get('http://a.example/bad')).rejects.toThrow('redirects to something that is no address');
});

test('an address in UTF-8 is read as such', async () => {
  const location = Buffer.from('/käse').toString('latin1');
  await using t = await guardOn({ 'a.example': { pages: { '/': redirectTo(location), '/k%C3%A4se': hello } } });
  expect((await t.get('http://a.example/')).url).toBe('http://a.example/k%C3%A4se');
});

test('cookies are neither kept nor shown, and no credentials are sent anywhere', async () => {
  const setCookie = { headers: { 'set-cookie': ['a=1', 'b=2'], location: 'http://b.example/' }, status: 302 };
  await using t = await guardOn({
    'a.example': { pages: { '/': page('', setCookie) } },
    'b.example': { pages: { '/': page('hi', { headers: { 'set-cookie': 'c=3' } }) } },
  });
  const answer = await t.get('http://a.example/');
  expect(answer.headers.has('set-cookie')).toBe(false);
  await t.get('http://b.example/');
  for (const { headers } of t.farm.requests) {
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('referer');
    expect(headers).toMatchObject({ 'user-agent': 'tester/1' });
  }
  for (const name of ['Authorization', 'Cookie', 'Host', 'Proxy-Authorization', 'X-Api-Key']) {
    const request = { url: 'http://a.example/', headers: { [name]: 'x' }, signal: new AbortController().signal };
    await expect(t.guard.fetch(request)).rejects.toThrow(`The header ${name} is not sent`);
  }
});

test('a redirect from https to http is followed and reported', async (context) => {
  await needsOpenssl(context);
  const pages = {
    '/': redirectTo('http://a.example/plain'),
    '/plain': hello,
    '/up': redirectTo('https://a.example/plain'),
  };
  await using t = await guardOn({ 'a.example': { pages } }, { farm: { tls: true } });
  expect(await t.get('https://a.example/')).toMatchObject({ url: 'http://a.example/plain', downgraded: true });
  expect(await t.get('http://a.example/up')).toMatchObject({ url: 'https://a.example/plain', downgraded: false });
});
