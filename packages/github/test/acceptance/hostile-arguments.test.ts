import { expect, test } from 'vitest';
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
  /^\/(graphql|user|rate_limit|search\/\w+|notifications|gists(\/\w+)?|orgs\/acme\/[\w/]+|user\/\w+|-\/logs\/.*)$/.test(
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

test('no text in any argument leads a request elsewhere, and every refusal can be read', async () => {
  await using server = await withServer();
  for (const [tool, args] of everyCall(server)) {
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
  expect(writesOf(server.sandbox)).toEqual([]);
});

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

test('no name of a repository leads anywhere else', async () => {
  await using server = await withServer();
  const calls = new Map(everyCall(server).map(([tool, args]) => [tool, args]));
  for (const [tool, args] of calls) {
    if (args.repo === undefined) continue;
    for (const repo of names) {
      const { length } = server.sandbox.requests;
      const { isError, error, text } = await server.call(tool, { ...args, repo });
      // What is around a name is cut off.
      if (repo.trim() === 'acme/workshop') continue;
      expect.soft([isError, error?.code], `${tool} ${JSON.stringify(repo)}: ${text}`).not.toEqual([true, 'internal']);
      const left = server.sandbox.requests.slice(length).map(({ path }) => path);
      expect
        .soft(
          left.filter(
            (path) =>
              !/^\/(repos|user\/starred)\/acme\/[\w%.-]{3,}(\/|$)|^\/(user|graphql|rate_limit|-\/logs\/.*)$/.test(path),
          ),
          repo,
        )
        .toEqual([]);
    }
  }
  expect(server.sandbox.unknown).toEqual([]);
  expect(writesOf(server.sandbox)).toEqual([]);
});

test('arguments of a wrong type, too many, too few and too large are refused in words, and nothing is sent', async () => {
  await using server = await withServer();
  const calls = new Map(everyCall(server).map(([tool, args]) => [tool, args]));
  for (const [tool, args] of calls) {
    const wrong: Record<string, unknown>[] = [
      { ...args, unexpected: 1 },
      { ...args, constructor: 'x' },
      JSON.parse(`{"__proto__": {"repo": "x"}, "toString": 1, "extra": ${JSON.stringify(args)}}`),
      ...Object.keys(args).flatMap((key) => {
        // A flag that is given as a text is no flag.
        const values: unknown[] = [{ nested: { deeper: [] } }, [[[]]], null, Number.NaN, -1.5, 'x'.repeat(8_000_000)];
        return values.map((value) => ({ ...args, [key]: value }));
      }),
    ];
    for (const given of wrong) {
      const { length } = server.sandbox.requests;
      const { isError, error, text } = await server.call(tool, given);
      const what = `${tool} ${JSON.stringify(given).slice(0, 200)}`;
      expect.soft(error?.code, `${what}: ${text.slice(0, 300)}`).not.toBe('internal');
      expect.soft(text.length, what).toBeLessThan(isError ? 4000 : 40_000);
      if (isError && error?.code === 'validation') expect.soft(server.sandbox.requests.length, what).toBe(length);
    }
  }
  expect(server.sandbox.unknown).toEqual([]);
  expect(writesOf(server.sandbox)).toEqual([]);
});

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
