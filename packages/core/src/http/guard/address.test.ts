import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyAddress } from './address.ts';
import { createGuardPolicy } from './policy.ts';
import { checkUrl } from './url.ts';

/** Written down a second time and matched by Node, so that a slip in the table or in the matching shows. */
const forbidden = new BlockList();
for (const [net, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.31.196.0', 24],
    ['192.52.193.0', 24],
  ] as const),
  ...([
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['192.175.48.0', 24],
    ['198.18.0.0', 15],
  ] as const),
  ...([
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
    ['168.63.129.16', 32],
  ] as const),
]) {
  forbidden.addSubnet(net, bits, 'ipv4');
}

/** Half of them near the edges of blocks. */
const edges = [
  '0.0.0.0',
  '10.0.0.0',
  '100.64.0.0',
  '127.0.0.0',
  '169.254.0.0',
  '172.16.0.0',
  '192.0.0.0',
  '192.168.0.0',
];
const near = fc.tuple(
  fc.constantFrom(...edges, '198.18.0.0', '203.0.113.0', '224.0.0.0'),
  fc.integer({ min: -2, max: 70_000 }),
);
const ipv4 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  near.map(([edge, by]) => (toNumber(edge) + by) >>> 0),
);
const shape = fc.record({
  parts: fc.integer({ min: 1, max: 4 }),
  bases: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
});

test('an IPv4 address is allowed exactly when it is public, in every textual form', () => {
  const policy = createGuardPolicy();
  const property = fc.property(ipv4, shape, (number, { parts, bases }) => {
    const dotted = toDotted(number);
    const open = !forbidden.check(dotted);
    expect(classifyAddress(dotted).allowed).toBe(open);
    const hex = `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
    const client = (~number >>> 0).toString(16).padStart(8, '0');
    const embedding = [`64:ff9b::${hex}`, `2002:${hex}::1`, `2001:0:${hex}::f7f7:f7f7`, `2606:4700::5efe:${hex}`];
    const forms = [`::ffff:${hex}`, ...embedding, `2001:0:808:808::${client.slice(0, 4)}:${client.slice(4)}`];
    for (const form of forms) expect(classifyAddress(form).allowed, form).toBe(open);
    for (const form of [`::${hex}`, `::${dotted}`, `::ffff:0:${hex}`, `64:ff9b:1::${hex}`])
      expect(classifyAddress(form).allowed, form).toBe(false);
    for (const host of [toText(number, parts, bases), ...forms.map((form) => `[${form}]`)]) {
      const allowed = isAllowed(() => checkUrl(`http://${host}/`, policy));
      expect(allowed, host).toBe(open);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('an IPv6 address outside global unicast is refused', () => {
  const property = fc.property(fc.ipV6(), (text) => {
    const { hostname } = new URL(`http://[${text}]/`);
    const first = Number.parseInt(/^\[([0-9a-f]*)/.exec(hostname)?.[1] || '0', 16);
    const verdict = classifyAddress(text);
    if (first >> 13 !== 1 && !/^\[(::ffff:[0-9a-f]+:[0-9a-f]+|64:ff9b::[0-9a-f:]+)\]$/.test(hostname)) {
      expect(verdict.allowed).toBe(false);
    }
    expect(isAllowed(() => checkUrl(`http://${hostname}/`, createGuardPolicy()))).toBe(verdict.allowed);
  });
  fc.assert(property, { numRuns: 500 });
});

test('what is no plain address is refused', () => {
  for (const text of [
    '',
    'example.com',
    '1.2.3',
    '0x8.8.8.8',
    '08.8.8.8',
    '8.8.8.8 ',
    '[2606:4700::1]',
    '::ffff:1.2.3',
  ]) {
    expect(classifyAddress(text)).toEqual({ allowed: false, address: text, reason: 'not an IP address' });
  }
  expect(classifyAddress('2606:4700::1%eth0')).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('zone id'),
  });
});

test('an IPv4-mapped address comes out as the IPv4 address that a socket reaches', () => {
  expect(classifyAddress('::ffff:8.8.8.8')).toEqual({ allowed: true, address: '8.8.8.8' });
});

function isAllowed(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const toNumber = (dotted: string): number => dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toDotted = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

/** In so many parts, the last one holding the rest, each part in its base. */
function toText(number: number, parts: number, bases: readonly number[]): string {
  const bytes = toDotted(number).split('.').map(Number);
  const rest = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
  const prefix: Record<number, string> = { 8: '0', 10: '', 16: '0x' };
  return [...bytes.slice(0, parts - 1), rest]
    .map((part, at) => `${prefix[bases[at] ?? 10]}${part.toString(bases[at] ?? 10)}`)
    .join('.');
}
