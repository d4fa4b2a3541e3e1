import { test as base, expect } from 'vitest';
import { tools } from '../../src/tools/index.ts';
import { type Acceptance, addTalk, factsOf, withServer, writesOf } from './acceptance.fixture.ts';
import { addBeside } from './beside.fixture.ts';
import { type Call, readCalls, writeCalls } from './calls.fixture.ts';

const offered = new Set(tools.map(({ name }) => name));

/** Typical calls of every tool; those that write only plan. */
function everyCall({ sandbox }: Acceptance): Call[] {
  const facts = factsOf(sandbox);
  const { number: talk } = addTalk(sandbox);
  const before = { comment_id: '1234', number: facts.large.number, head: facts.large.pull.head.sha };
  const writes = writeCalls(facts, { talk, thread: 'PRRT_x' }).map(([tool, args]): Call => {
    const given = typeof args === 'function' ? args(before) : args;
    return [tool, { ...given, dry_run: true }];
  });
  const beside = addBeside(sandbox, { repository: facts.workshop, text: 'Some <words>' });
  return [...readCalls(facts, { talk, ...beside }), ...writes].filter(([tool]) => offered.has(tool));
}

/** One server for the whole file, whose calls change nothing. */
const test = base.extend<{ shared: { server: Acceptance; calls: readonly Call[] } }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's needs from a destructured parameter.
    async ({}, use) => {
      await using server = await withServer();
      await use({ server, calls: everyCall(server) });
      expect(server.sandbox.unknown).toEqual([]);
      expect(writesOf(server.sandbox)).toEqual([]);
    },
    { scope: 'file' },
  ],
});

const toolNames = tools.map(({ name }) => name);

/** Where the texts of arguments are, at any depth. */
function textsIn(value: unknown, at: readonly string[] = []): { at: readonly string[]; text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...at, key]));
}

function withText(args: Record<string, unknown>, at: readonly string[], text: unknown): Record<string, unknown> {
  const copy = structuredClone(args);
  const last = at.at(-1) ?? '';
  const place = at.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  place[last] = text;
  return copy;
}

const isInside = (path: string) =>
  /^\/repos\/acme\/(workshop|engine)(\/.*[^/])?$/.test(path) ||
  /^\/(graphql|user|rate_limit|search\/\w+|notifications(\/threads\/\d+)?|gists(\/\w+){0,3}|advisories\/GHSA[\w-]+|orgs\/acme\/[\w/]+|user\/\w+|-\/logs\/.*)$/.test(
    path,
  );

/** Nothing but described requests to the repositories that were named, and none that changes anything. */
function expectNoHarm({ sandbox }: Acceptance, what: string, from = 0): void {
  const left = sandbox.requests.slice(from);
  expect
    .soft(
      left.filter(({ path }) => !isInside(path)).map(({ path }) => path),
      what,
    )
    .toEqual([]);
  expect
    .soft(
      left.flatMap(({ problems }) => problems),
      what,
    )
    .toEqual([]);
}

const escapes = [
  ...[
    '..',
    '.',
    '../../../user',
    '%2e%2e',
    '%2e%2e/%2e%2e',
    '..\\..',
    'a/../../b',
    '../',
    '?x=1',
    '#x',
    '%00',
    'a%2fb',
  ],
  ...['\u0000', 'a\u0000b', 'a\nb', 'a\r\nHost: evil', '__proto__', 'constructor', '\u202Eevil', 'ünï€', ' ', ''],
];

test.for(toolNames)(
  '%s: no text leads a request elsewhere, and every refusal can be read',
  async (name, { shared }) => {
    const { server, calls } = shared;
    for (const [tool, args] of calls.filter(([tool]) => tool === name)) {
      for (const { at } of textsIn(args)) {
        for (const text of at[0] === 'repo' ? [] : escapes) {
          const what = `${tool} ${at.join('.')} ${JSON.stringify(text)}`;
          const { length } = server.sandbox.requests;
          const answer = await server.call(tool, withText(args, at, text));
          expect.soft(answer.error?.code, `${what}: ${answer.text}`).not.toBe('internal');
          expectNoHarm(server, what, length);
        }
      }
    }
  },
);

const names = [
  ...[
    'acme/..',
    '../..',
    'acme/../user',
    '..%2f..',
    'acme/%2e%2e',
    'acme/.',
    './acme',
    'acme',
    'acme/',
    '/acme',
    'a/b/c',
  ],
  ...['acme/workshop\n', 'acme/work\nshop', 'acme/work\u0000shop', 'acme/workshop?x=1', 'acme/workshop#1', ' / '],
  ...[
    'acme/__proto__x/..',
    'acme/wörkshop',
    'acme/\u202Eworkshop',
    'acme\\workshop',
    'https://evil.example/acme/workshop',
  ],
  ...['https://github.com/acme/../..', 'git@evil:acme/workshop', `acme/${'x'.repeat(200)}`],
];

const atHome = /^\/(repos|user\/starred)\/acme\/[\w%.-]{3,}(\/|$)|^\/(user|graphql|rate_limit|-\/logs\/.*)$/;

test.for(toolNames)('%s: no name of a repository leads anywhere else', async (name, { shared }) => {
  const { server, calls } = shared;
  const [tool, args] = calls.findLast(([tool]) => tool === name) ?? [name, {}];
  if (args.repo === undefined) return;
  for (const repo of names) {
    const { length } = server.sandbox.requests;
    const { isError, error, text } = await server.call(tool, { ...args, repo });
    // What is around a name is cut off.
    if (repo.trim() === 'acme/workshop') continue;
    expect.soft([isError, error?.code], `${JSON.stringify(repo)}: ${text}`).not.toEqual([true, 'internal']);
    const left = server.sandbox.requests.slice(length).map(({ path }) => path);
    expect
      .soft(
        left.filter((path) => !atHome.test(path)),
        repo,
      )
      .toEqual([]);
  }
});

// A flag that is given as a text is no flag.
const wrongValues: readonly unknown[] = [
  { nested: { deeper: [] } },
  [[[]]],
  null,
  Number.NaN,
  -1.5,
  'x'.repeat(8_000_000),
];

test.for(toolNames)(
  '%s refuses what is wrong, too much, too little and too large in words, and sends nothing',
  async (name, { shared }) => {
    const { server, calls } = shared;
    const [tool, args] = calls.findLast(([tool]) => tool === name) ?? [name, {}];
    const hostile = JSON.parse(`{"__proto__": {"repo": "x"}, "toString": 1, "extra": ${JSON.stringify(args)}}`);
    const wrong: [what: string, given: Record<string, unknown>][] = [
      ['one too many', { ...args, unexpected: 1 }],
      ['constructor', { ...args, constructor: 'x' }],
      ['__proto__', hostile],
      ...Object.keys(args).flatMap((key) =>
        wrongValues.map((value, n): [string, Record<string, unknown>] => [
          `${key}, wrong value ${n}`,
          { ...args, [key]: value },
        ]),
      ),
    ];
    for (const [what, given] of wrong) {
      const { length } = server.sandbox.requests;
      const { isError, error, text } = await server.call(tool, given);
      expect.soft(error?.code, `${what}: ${text.slice(0, 300)}`).not.toBe('internal');
      expect.soft(text.length, what).toBeLessThan(isError ? 4000 : 40_000);
      if (isError && error?.code === 'validation') expect.soft(server.sandbox.requests.length, what).toBe(length);
    }
  },
);

test.each(tools.filter(({ name }) => name !== 'github_whoami').map(({ name }) => name))(
  '%s without arguments says what it needs, or answers',
  async (tool) => {
    await using server = await withServer({ seed: 'world' });
    const { isError, error, text } = await server.call(tool);
    if (!isError) return;
    expect([error?.code, text]).toEqual(['validation', expect.stringMatching(/\w{4}/)]);
    expect(server.sandbox.requests).toEqual([]);
  },
);
