import { expect, test } from 'vitest';
import * as site from '../../testing/site-farm.ts';
import { guardOn } from './guard.fixture.ts';

const cutShort = 'cut its answer short: the connection ended before';

test.each([
  [
    'less than its Content-Length',
    site.truncated('<p>half', 1000),
    `${cutShort} the 1000 bytes of its Content-Length`,
    true,
  ],
  [
    'less than its Content-Length on a connection that closes',
    site.raw('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\nabc'),
    `${cutShort} the 20 bytes of its Content-Length`,
    true,
  ],
  ['half of a chunked body', site.truncatedChunks(), 'closed the connection before the answer was whole', true],
  [
    'half of a chunked body on a connection that closes',
    site.truncatedChunks({ close: true }),
    `${cutShort} the body did`,
    true,
  ],
  ['a reset', site.reset(), 'reset the connection', true],
  ['a reset in the middle', site.reset('<p>'), 'reset the connection', true],
  ['nothing at all', site.raw(''), 'closed the connection before the answer was whole', true],
  ['what is not HTTP', site.raw('SSH-2.0-OpenSSH_9.2\r\n'), 'sent something that is not valid HTTP', false],
  [
    'two lengths',
    site.raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
    'Content-Length',
    true,
  ],
  [
    'headers without end',
    site.page('', { headers: { 'x-long': 'y'.repeat(20_000) } }),
    'sent headers of more than 16 KB',
    false,
  ],
])('a site that sends %s is an error in words', async (_case, answer, ...[message, retryable]) => {
  await using t = await guardOn({ 'a.example': { pages: { '/': answer } } });
  await expect(t.get('http://a.example/')).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(new RegExp(`^a\\.example .*${message}`)),
    retryable,
  });
});

test.each([
  ['ENOTFOUND', 'does not exist: its name has no address', false],
  ['EAI_AGAIN', 'could not be resolved: the name servers did not answer', true],
  ['ESERVFAIL', 'could not be resolved: its name servers failed', true],
])('a look-up that fails with %s is an error in words', async (code, message, retryable) => {
  const addresses = () => {
    throw Object.assign(new Error(`getaddrinfo ${code}`), { code });
  };
  await using t = await guardOn({ 'a.example': { addresses } });
  await expect(t.get('http://a.example/')).rejects.toMatchObject({ message: `a.example ${message}.`, retryable });
});

test('a name without any address, and one that is not known', async () => {
  await using t = await guardOn({ 'a.example': { addresses: [] } });
  await expect(t.get('http://a.example/')).rejects.toThrow('a.example has no address.');
  await expect(t.get('http://b.example/')).rejects.toThrow('b.example does not exist');
});

test.each([
  ['refused', 'refused the connection: nothing listens on that port'],
  ['unreachable', 'cannot be reached: there is no route to its network'],
] as const)('an address that is %s is an error in words', async (fate, message) => {
  const farm = { addresses: { '198.41.0.1': fate } };
  await using t = await guardOn({ 'a.example': { addresses: ['198.41.0.1'] } }, { farm });
  await expect(t.get('http://a.example/')).rejects.toMatchObject({ code: 'network', message: `a.example ${message}.` });
});

test('a port that belongs to another protocol is explained even when the policy has it', async () => {
  await using t = await guardOn({ 'a.example': {} }, { policy: { ports: [80, 6667] } });
  await expect(t.get('http://a.example:6667/')).rejects.toThrow('a.example cannot be fetched on this port');
});

test('https to a port that speaks http is explained', async () => {
  await using t = await guardOn({ 'a.example': { pages: { '/': site.page('x') } } });
  await expect(t.get('https://a.example/')).rejects.toMatchObject({
    message: 'a.example does not speak TLS on this port.',
    hint: 'Try http.',
  });
});

test('every wait ends: name, connection, TLS, headers, body, total', async () => {
  const never = new Promise<readonly string[]>(() => {});
  const drip: site.SiteAnswer = (_request, response) => {
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
  };
  const sites = {
    'name.example': { addresses: () => never },
    'connection.example': { addresses: ['198.41.0.1'] },
    'tls.example': { addresses: ['198.41.0.2'] },
    'a.example': {
      pages: { '/headers': site.silent(), '/body': site.stalled(), '/drip': drip, '/robots.txt': site.silent() },
    },
  };
  const farm = { addresses: { '198.41.0.1': 'silent', '198.41.0.2': 'mute' } } as const;
  await using connecting = await guardOn(sites, { farm, guard: { connectTimeoutMs: 100 } });
  await using stalling = await guardOn(sites, { farm, guard: { stallTimeoutMs: 20 } });
  await using slow = await guardOn(sites, { farm, guard: { totalTimeoutMs: 100 } });
  const late = 'did not answer within 0.1 s.';
  await Promise.all([
    expect(connecting.get('http://name.example/')).rejects.toThrow('within 0.1 s (resolving its name)'),
    expect(connecting.get('http://connection.example/')).rejects.toThrow('within 0.1 s (opening a connection)'),
    expect(connecting.get('https://tls.example/')).rejects.toThrow('within 0.1 s (agreeing on TLS)'),
    expect(stalling.get('http://a.example/headers')).rejects.toThrow(
      'took the connection and then sent no answer in time',
    ),
    expect(stalling.get('http://a.example/body')).rejects.toThrow('stopped in the middle of its answer'),
    expect(slow.get('http://a.example/drip')).rejects.toThrow(`http://a.example/drip ${late}`),
    expect(slow.get('http://name.example/')).rejects.toMatchObject({ code: 'network', retryable: true }),
  ]);
  for (const { farm } of [connecting, stalling, slow]) await farm.allClosed();
});
