import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { needsOpenssl, page } from '../../testing/site-farm.ts';
import { addressForms } from './forms.fixture.ts';
import { guardOn } from './guard.fixture.ts';

const hello = { '/': page('hello') };
const closing = { '/': page('hello', { headers: { connection: 'close' } }) };
const refused = (address: string) => ({ code: 'validation', message: expect.stringContaining(`leads to ${address}`) });

test('a name whose address is public is fetched from that address', async () => {
  await using t = await guardOn({ 'a.example': { addresses: ['198.41.0.7'], pages: hello } });
  expect(await t.text('http://a.example/')).toBe('hello');
  expect(t.farm.connections).toEqual([{ host: 'a.example', address: '198.41.0.7', port: 80, protocol: 'http:' }]);
});

test('a refused literal costs neither a look-up nor a connection, and an allowed one connects to itself', async () => {
  const public4 = { '8.8.8.8': { pages: hello }, '[2606:4700:4700::1111]': { pages: hello } };
  await using t = await guardOn(public4);
  for (const [url, refusal] of addressForms) {
    if (refusal !== undefined) await expect(t.get(url), url).rejects.toThrow(refusal);
  }
  expect(t.farm.connections).toEqual([]);
  expect(await t.text('http://134744072/')).toBe('hello');
  expect(await t.text('http://[2606:4700:4700:0::1111]/')).toBe('hello');
  expect(t.farm.connections.map(({ address }) => address)).toEqual(['8.8.8.8', '2606:4700:4700::1111']);
  expect(t.farm.lookups('8.8.8.8')).toBe(0);
});

test('the checked address is the one connected to: a resolver that changes its mind is not asked again', async () => {
  const rebinding = (lookup: number) => (lookup === 1 ? ['198.41.0.7'] : ['127.0.0.1']);
  await using t = await guardOn({ 'evil.example': { addresses: rebinding, pages: closing } });
  expect(await t.text('http://evil.example/')).toBe('hello');
  expect(t.farm.lookups('evil.example')).toBe(1);
  expect(t.farm.connections.map(({ address }) => address)).toEqual(['198.41.0.7']);
  await t.farm.allClosed();
  await expect(t.get('http://evil.example/')).rejects.toMatchObject(refused('127.0.0.1'));
  expect(t.farm.connections).toHaveLength(1);
});

test('a kept connection is reused after the name changed, because it was checked when it was opened', async () => {
  const rebinding = (lookup: number) => (lookup === 1 ? ['198.41.0.7'] : ['10.0.0.1']);
  await using t = await guardOn({ 'evil.example': { addresses: rebinding, pages: hello } });
  await t.get('http://evil.example/');
  // undici gives a connection back in the next turn of the event loop.
  await setImmediate();
  await t.get('http://evil.example/');
  expect(t.farm.lookups('evil.example')).toBe(1);
  expect(t.farm.connections.map(({ address }) => address)).toEqual(['198.41.0.7']);
});

test('a kept connection serves its own origin only, even where two names share an address', async () => {
  const same = { addresses: ['198.41.0.7'], pages: hello };
  await using t = await guardOn({ 'a.example': same, 'b.example': same }, { policy: { ports: [80, 81] } });
  for (const url of ['http://a.example/', 'http://b.example/', 'http://a.example:81/', 'http://a.example/'])
    await t.get(url);
  await setImmediate();
  expect(t.farm.connections.map(({ host, port }) => `${host}:${port}`)).toEqual([
    'a.example:80',
    'b.example:80',
    'a.example:81',
  ]);
});

test.each([
  ['a private one first', ['10.0.0.1', '198.41.0.7']],
  ['a private one last', ['198.41.0.7', '198.41.0.8', '10.0.0.1']],
  ['a private one of the other family', ['198.41.0.7', '::ffff:10.0.0.1']],
])('one forbidden address among several refuses the name: %s', async (_case, addresses) => {
  await using t = await guardOn({ 'multi.example': { addresses, pages: hello } });
  await expect(t.get('http://multi.example/')).rejects.toMatchObject(refused('10.0.0.1'));
  await expect(t.get('http://multi.example/')).rejects.not.toThrow('198.41.0.7');
  expect(t.farm.connections).toEqual([]);
});

test.each([
  ['NAT64', '64:ff9b::a00:1'],
  ['a zone id', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['metadata', '169.254.169.254'],
  ['unspecified', '0.0.0.0'],
  ['no address', 'localhost'],
])('a resolver that answers with %s is refused', async (_case, address) => {
  await using t = await guardOn({ 'evil.example': { addresses: [address], pages: hello } });
  await expect(t.get('http://evil.example/')).rejects.toMatchObject(refused(address));
  expect(t.farm.connections).toEqual([]);
});

test('a public address of this machine itself is refused, by name and by number, unless it is opened', async () => {
  const sites = { 'me.example': { addresses: ['198.41.0.7'], pages: hello }, '198.41.0.7': { pages: hello } };
  await using t = await guardOn(sites);
  const network = { ...t.farm.network, own: () => ['127.0.0.1', '198.41.0.7', '2606:4700:0::7'] };
  await using shut = await guardOn({}, { guard: { network } });
  await using open = await guardOn({}, { guard: { network }, policy: { allowPrivate: ['198.41.0.7/32'] } });
  for (const url of ['http://me.example/', 'http://198.41.0.7/', 'http://[2606:4700::7]/']) {
    await expect(shut.get(url)).rejects.toThrow('a public address of this machine itself');
  }
  expect(t.farm.connections).toEqual([]);
  expect(await open.text('http://me.example/')).toBe('hello');
});

test('an alias is judged by the addresses it ends at', async () => {
  const alias = (target: string) => async () => t.farm.network.resolve(target);
  await using t = await guardOn({
    'internal.example': { addresses: ['192.168.0.1'] },
    'public.example': { addresses: ['198.41.0.7'] },
    'www.example': { addresses: () => alias('public.example')(), pages: hello },
    'evil.example': { addresses: () => alias('internal.example')(), pages: hello },
  });
  expect(await t.text('http://www.example/')).toBe('hello');
  await expect(t.get('http://evil.example/')).rejects.toMatchObject(refused('192.168.0.1'));
});

test('an opened block lets its names through, on its port only, and nothing else', async () => {
  const sites = {
    wiki: { addresses: ['10.1.0.5'], pages: hello },
    'app.internal': { addresses: ['192.168.1.5'], pages: hello },
    'other.example': { addresses: ['10.2.0.5'], pages: hello },
    'both.example': { addresses: ['10.1.0.5', '10.2.0.5'], pages: hello },
    'public.example': { addresses: ['198.41.0.7'], pages: hello },
  };
  await using t = await guardOn(sites, { policy: { allowPrivate: ['10.1.0.0/16', '192.168.1.5/32:8080'] } });
  expect(await t.text('http://wiki/')).toBe('hello');
  expect(await t.text('http://app.internal:8080/')).toBe('hello');
  expect(await t.text('http://public.example/')).toBe('hello');
  await expect(t.get('http://app.internal/')).rejects.toMatchObject(refused('192.168.1.5'));
  await expect(t.get('http://other.example/')).rejects.toMatchObject(refused('10.2.0.5'));
  await expect(t.get('http://both.example/')).rejects.toMatchObject(refused('10.2.0.5'));
  await expect(t.get('http://public.example:8080/')).rejects.toThrow('Port 8080 is refused');
  await expect(t.get('http://wiki:8080/')).rejects.toThrow('refused');
  expect(t.farm.connections).toHaveLength(3);
});

test('addresses are tried in order until one answers', async () => {
  const addresses = ['198.41.0.1', '198.41.0.2', '198.41.0.3'];
  const fates = { '198.41.0.1': 'refused', '198.41.0.2': 'unreachable' } as const;
  await using t = await guardOn({ 'a.example': { addresses, pages: hello } }, { farm: { addresses: fates } });
  expect(await t.text('http://a.example/')).toBe('hello');
  expect(t.farm.connections.map(({ address }) => address)).toEqual(addresses);
});

test('an address that is silent does not keep the next one waiting', async () => {
  const fates = { '198.41.0.1': 'silent' } as const;
  const site = { addresses: ['198.41.0.1', '198.41.0.2'], pages: closing };
  await using t = await guardOn({ 'a.example': site }, { farm: { addresses: fates } });
  expect(await t.text('http://a.example/')).toBe('hello');
  // Also the silent attempt is given up.
  await t.farm.allClosed();
});

test('TLS is verified for the host asked for', async (context) => {
  await needsOpenssl(context);
  const sites = { 'a.example': { pages: hello }, 'b.example': { pages: hello }, '198.41.0.9': { pages: hello } };
  const farm = { tls: true, certified: ['a.example', '198.41.0.9'] };
  await using t = await guardOn(sites, { farm });
  expect(await t.text('https://a.example/')).toBe('hello');
  expect(await t.text('https://a.example./')).toBe('hello');
  expect(await t.text('https://198.41.0.9/')).toBe('hello');
  await expect(t.get('https://b.example/')).rejects.toThrow('b.example has a TLS certificate for another host.');
  await expect(t.get('https://198.41.0.8/')).rejects.toThrow('198.41.0.8 has a TLS certificate for another host.');
});

test('a certificate of an unknown authority is refused', async (context) => {
  await needsOpenssl(context);
  await using t = await guardOn({ 'a.example': { pages: hello } }, { farm: { tls: true } });
  const { ca: _unknown, ...network } = t.farm.network;
  await using other = await guardOn({}, { guard: { network } });
  await expect(other.get('https://a.example/')).rejects.toMatchObject({
    code: 'network',
    retryable: false,
    message: 'a.example has a TLS certificate that nobody vouches for (self-signed).',
  });
});
