import { describe, expect, test } from 'vitest';
import { addressForms, otherForms } from './forms.fixture.ts';
import { createGuardPolicy, type GuardSettings } from './policy.ts';
import { checkUrl } from './url.ts';

const policy = createGuardPolicy();
const check = (url: string, settings: GuardSettings) => () => checkUrl(url, createGuardPolicy(settings)).href;

describe.each([...addressForms, ...otherForms])('%s', (url, refusal) => {
  if (refusal === undefined) test('is allowed', () => expect(checkUrl(url, policy)).toBeInstanceOf(URL));
  else test(`is refused: ${refusal}`, () => expect(() => checkUrl(url, policy)).toThrow(refusal));
});

test('a refusal is a validation error that names the address and the setting that would open it', () => {
  const refused = { code: 'validation', hint: expect.stringContaining('WEB_ALLOW_PRIVATE=10.0.0.1/32') };
  expect(() => checkUrl('http://[::ffff:a00:1]/', policy)).toThrow(expect.objectContaining(refused));
  const named = createGuardPolicy({ settingPrefix: 'PAGES' });
  const hint = expect.stringContaining('PAGES_ALLOW_PRIVATE=fd00::1/128');
  expect(() => checkUrl('http://[fd00::1]/', named)).toThrow(expect.objectContaining({ hint }));
});

test('a refusal never repeats the password of a URL', () => {
  expect(() => checkUrl('http://user:hunter2@example.com/', policy)).not.toThrow('hunter2');
});

test('a domain on a list stands for its subdomains too, whatever the case, the script and a trailing dot', () => {
  const settings = {
    allowDomains: ['Example.com', 'bücher.example', '*.wild.example'],
    denyDomains: ['bad.example.com.'],
  };
  for (const url of [
    'http://example.com/',
    'http://A.EXAMPLE.COM./',
    'http://xn--bcher-kva.example/',
    'http://www.wild.example/',
  ]) {
    expect(check(url, settings)).not.toThrow();
  }
  for (const url of ['http://notexample.com/', 'http://example.com.evil.example/', 'http://8.8.8.8/']) {
    expect(check(url, settings)).toThrow('not on the list of allowed domains');
  }
  for (const url of ['http://bad.example.com/', 'http://x.BAD.example.com./']) {
    expect(check(url, settings)).toThrow('bad.example.com is on the deny list (WEB_DENY_DOMAINS)');
  }
});

test('an address on a list stands for itself in every form', () => {
  expect(check('http://0x08080808/', { denyDomains: ['8.8.8.8'] })).toThrow('deny list');
  expect(check('http://134744072/', { allowDomains: ['8.8.8.8'] })).not.toThrow();
  expect(check('http://[2606:4700::0:1]/', { denyDomains: ['[2606:4700::1]'] })).toThrow('deny list');
});

test('the lists do not open private addresses', () => {
  expect(check('http://127.0.0.1/', { allowDomains: ['127.0.0.1'] })).toThrow('loopback');
});

test('a setting that cannot be read is refused with its name', () => {
  expect(() => createGuardPolicy({ allowDomains: ['http://example.com/'] })).toThrow('WEB_ALLOW_DOMAINS holds');
  expect(() => createGuardPolicy({ denyDomains: ['a b'] })).toThrow('WEB_DENY_DOMAINS holds');
  expect(() => createGuardPolicy({ denyDomains: [''] })).toThrow('WEB_DENY_DOMAINS holds');
  for (const block of [
    '10.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/8:0',
    '10.0.0.0/8:65536',
    'intranet/8',
    '010.0.0.0/8',
    'fe80::%eth0/64',
    '10.1.2.3/8',
    'fd00::1/8',
    '::ffff:10.0.0.0/104',
  ]) {
    expect(() => createGuardPolicy({ allowPrivate: [block] })).toThrow('WEB_ALLOW_PRIVATE holds');
  }
  expect(() => createGuardPolicy({ exemptOrigins: ['searx.lan'] })).toThrow('no origin');
});

describe('allowPrivate', () => {
  const cases: readonly (readonly [blocks: string[], open: string[], shut: string[]])[] = [
    [
      ['10.1.0.0/16'],
      ['http://10.1.0.0/', 'http://10.1.255.255/', 'http://0x0a010203/', 'http://[::ffff:10.1.2.3]/'],
      [
        ...['http://10.0.255.255/', 'http://10.2.0.0/', 'http://127.0.0.1/', 'http://10.1.2.3:8080/'],
        ...['http://[64:ff9b::10.1.2.3]/', 'http://[2002:a01:203::]/', 'http://[::10.1.2.3]/', 'http://[::1]/'],
      ],
    ],
    [
      ['192.168.1.5/32:8080'],
      ['http://192.168.1.5:8080/', 'http://[::ffff:c0a8:105]:8080/'],
      ['http://192.168.1.5/', 'http://192.168.1.5:443/', 'http://192.168.1.6:8080/', 'http://8.8.8.8:8080/'],
    ],
    [['fd00::/16:8443'], ['https://[fd00::1]:8443/'], ['https://[fd00::1]/', 'https://[fd01::1]:8443/']],
    [['64:ff9b::a01:203/128'], ['http://[64:ff9b::10.1.2.3]/'], ['http://10.1.2.3/', 'http://[64:ff9b::10.1.2.4]/']],
  ];
  test.each(cases)('%s opens exactly what it names', (allowPrivate, open, shut) => {
    for (const url of open) expect(check(url, { allowPrivate }), url).not.toThrow();
    for (const url of shut) expect(check(url, { allowPrivate }), url).toThrow(/refused/);
  });

  test('lets names of the intranet through to the check of their addresses', () => {
    expect(check('http://wiki/', { allowPrivate: ['10.0.0.0/8'] })).not.toThrow();
    expect(check('http://wiki.internal/', { allowPrivate: ['10.0.0.0/8'] })).not.toThrow();
  });
});
