import { AppError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { duckduckgoAnswer, duckduckgoChallenge, page, searxngAnswer } from '../answers.fixture.ts';
import {
  braveContract,
  duckduckgoContract,
  exaContract,
  googleContract,
  keys,
  searxngContract,
  tavilyContract,
} from '../contracts.fixture.ts';
import { reasonOf } from '../failures.ts';
import { type Contract, type Reply, withLoopback } from '../loopback.fixture.ts';
import type { SearchProvider } from '../types.ts';
import { createBrave } from './brave.ts';
import { createDuckDuckGo } from './duckduckgo.ts';
import { createExa } from './exa.ts';
import { createGoogle } from './google.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

const today = () => new Date('2026-06-15T12:00:00Z');
const query = { text: 'tides', sites: [], excludeSites: [], page: 1 };

const providers: Record<string, { contract: Contract; make(url: string): SearchProvider }> = {
  brave: { contract: braveContract, make: (url) => createBrave(keys.brave, { fetch, today, url }) },
  tavily: { contract: tavilyContract, make: (url) => createTavily(keys.tavily, { fetch, today, url }) },
  exa: { contract: exaContract, make: (url) => createExa(keys.exa, { fetch, today, url }) },
  google: {
    contract: googleContract,
    make: (url) => createGoogle({ apiKey: keys.google, engine: keys.engine }, { fetch, today, url }),
  },
  searxng: { contract: searxngContract, make: (url) => createSearxng(url, { fetch, today }) },
  duckduckgo: { contract: duckduckgoContract, make: (url) => createDuckDuckGo({ fetch, today, url }) },
};

async function failureOf(name: string, reply: Reply): Promise<AppError> {
  const provider = providers[name];
  if (provider === undefined) throw new Error(`There is no ${name}.`);
  await using vendor = await withLoopback(provider.contract);
  vendor.reply(reply);
  const answer = provider.make(vendor.url).search(query, { signal: new AbortController().signal });
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`${name} did not fail as it should: ${String(error)}`);
  return error;
}

const braveError = (status: number, code: string, meta = {}) => ({
  status,
  body: { type: 'ErrorResponse', error: { id: '1', status, code, detail: `About ${code}.`, meta }, time: 1 },
});
const googleError = (status: number, reason: string, message: string) => ({
  status,
  body: { error: { code: status, message, errors: [{ message, domain: 'global', reason }], status: 'X' } },
});
const tavilyError = (status: number) => ({ status, body: { detail: { error: `About ${status}.` } } });
const exaError = (status: number, tag: string) => ({ status, body: { requestId: '1', error: `About ${tag}.`, tag } });

test.each<[string, string, Reply]>([
  ['brave', 'key_refused', braveError(422, 'SUBSCRIPTION_TOKEN_INVALID')],
  ['brave', 'key_refused', braveError(403, 'OPTION_NOT_IN_PLAN')],
  ['brave', 'query_refused', braveError(422, 'VALIDATION')],
  ['brave', 'too_fast', { ...braveError(429, 'RATE_LIMITED', { rate_limit: 1, quota_limit: 2000, quota_current: 5 }) }],
  ['brave', 'out_of_quota', { ...braveError(429, 'RATE_LIMITED', { quota_limit: 2000, quota_current: 2000 }) }],
  [
    'brave',
    'out_of_quota',
    {
      status: 429,
      headers: { 'x-ratelimit-limit': '1, 2000', 'x-ratelimit-remaining': '0, 0', 'x-ratelimit-reset': '1, 86400' },
    },
  ],
  ['brave', 'out_of_quota', { status: 402 }],
  ['tavily', 'query_refused', tavilyError(400)],
  ['tavily', 'key_refused', tavilyError(401)],
  ['tavily', 'key_refused', tavilyError(403)],
  ['tavily', 'too_fast', tavilyError(429)],
  ['tavily', 'out_of_quota', tavilyError(432)],
  ['tavily', 'out_of_quota', tavilyError(433)],
  ['exa', 'query_refused', exaError(400, 'INVALID_REQUEST_BODY')],
  ['exa', 'key_refused', exaError(401, 'INVALID_API_KEY')],
  ['exa', 'out_of_quota', exaError(402, 'NO_MORE_CREDITS')],
  ['exa', 'key_refused', exaError(403, 'ACCESS_DENIED')],
  ['exa', 'too_fast', exaError(429, 'RATE_LIMIT')],
  ['google', 'key_refused', googleError(400, 'keyInvalid', 'API key not valid. Please pass a valid API key.')],
  ['google', 'key_refused', googleError(403, 'accessNotConfigured', 'The API is not enabled.')],
  ['google', 'query_refused', googleError(400, 'invalid', 'Request contains an invalid argument.')],
  [
    'google',
    'out_of_quota',
    googleError(429, 'rateLimitExceeded', "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'."),
  ],
  ['google', 'out_of_quota', googleError(403, 'dailyLimitExceeded', 'Daily limit exceeded.')],
  ['google', 'too_fast', googleError(429, 'rateLimitExceeded', "Quota exceeded for limit 'Queries per minute'.")],
  ['searxng', 'blocked', { status: 403, body: '<h1>Forbidden</h1>' }],
  ['searxng', 'blocked', { status: 429, body: 'Too many requests' }],
  ['searxng', 'key_refused', { status: 401 }],
  ['searxng', 'changed', { status: 404 }],
  ['searxng', 'changed', { body: '<html>a start page</html>' }],
  [
    'searxng',
    'down',
    {
      body: searxngAnswer(
        [],
        [
          ['one', 'timeout'],
          ['two', 'CAPTCHA'],
        ],
      ),
    },
  ],
  ['duckduckgo', 'blocked', { status: 202, body: duckduckgoChallenge }],
  ['duckduckgo', 'blocked', { status: 200, body: duckduckgoChallenge }],
  ['duckduckgo', 'blocked', { status: 202, body: '' }],
  ['duckduckgo', 'blocked', { status: 403, body: 'no' }],
  ['duckduckgo', 'blocked', { status: 429, body: 'no' }],
  ['duckduckgo', 'changed', { body: '<html><body><div class="results">New design</div></body></html>' }],
  ['duckduckgo', 'changed', { body: '' }],
  ['duckduckgo', 'changed', { body: '<div><a class="result__a" href="https://site.example.org">'.repeat(5_000) }],
  ['duckduckgo', 'changed', { body: `<div>${'x'.repeat(2_000_000)}</div>` }],
])('%s: %s for %o', async (name, reason, reply) => {
  expect(reasonOf(await failureOf(name, reply))).toBe(reason);
});

test.each(Object.keys(providers))('%s: faults every vendor can have', async (name) => {
  expect(reasonOf(await failureOf(name, { status: 500 }))).toBe('down');
  expect(reasonOf(await failureOf(name, { status: 503, headers: { 'retry-after': '30' } }))).toBe('down');
  expect((await failureOf(name, { status: 503, headers: { 'retry-after': '30' } })).retryAfterSeconds).toBe(30);
  expect(reasonOf(await failureOf(name, { reset: true }))).toBe('down');
  expect(
    reasonOf(await failureOf(name, { status: 302, headers: { location: 'https://elsewhere.example/login' } })),
  ).toBe('changed');
  expect(reasonOf(await failureOf(name, { body: 'x'.repeat(10_000_000) }))).toBe('changed');
  expect(reasonOf(await failureOf(name, { body: '{"results": "none", "web": 1, "items": {}, "kind": 4}' }))).toBe(
    'changed',
  );
  expect(reasonOf(await failureOf(name, { body: '{"results": [{"url": NaN}]}' }))).toBe('changed');
});

test('a SearXNG whose JSON is off says how to switch it on', async () => {
  const failure = await failureOf('searxng', { status: 403 });
  expect(failure.message).toContain('JSON output is off');
  expect(failure.hint).toContain('formats: [html, json]');
});

test('a SearXNG with some results reports the engines that were silent', async () => {
  await using vendor = await withLoopback(searxngContract);
  vendor.reply({ body: searxngAnswer([page(1)], [['one', 'timeout'], 'two']) });
  const answer = await createSearxng(vendor.url, { fetch, today }).search(query, {
    signal: new AbortController().signal,
  });
  expect(answer.notes.join()).toContain('one (timeout), two');
});

test('a result that quotes the words of a challenge is a result', async () => {
  await using vendor = await withLoopback(duckduckgoContract);
  vendor.reply({ body: duckduckgoAnswer([page(1, { text: 'What anomaly-modal and challenge-form are.' })]) });
  const answer = await createDuckDuckGo({ fetch, today, url: vendor.url }).search(query, {
    signal: new AbortController().signal,
  });
  expect(answer.hits).toHaveLength(1);
});

test.each(Object.entries({ brave: keys.brave, tavily: keys.tavily, exa: keys.exa, google: keys.google }))(
  '%s: a key that the vendor repeats does not get into the error',
  async (name, key) => {
    for (const status of [400, 401, 403, 422, 429, 500]) {
      const said = `The key ${key} is wrong`;
      const body = { error: { message: said, detail: said, code: 'X' }, detail: { error: said } };
      const failure = await failureOf(name, { status, body: name === 'exa' ? { error: said } : body });
      expect(JSON.stringify([failure.message, failure.hint, failure.details, String(failure.stack)])).not.toContain(
        key,
      );
    }
  },
);

test('what the client of the host throws is told without its secrets and is a failure of the provider alone', async () => {
  const refusing: typeof fetch = () => Promise.reject(new AppError('validation', `No access with ${keys.brave}.`));
  const provider = createBrave(keys.brave, { fetch: refusing, today });
  const failure = await provider
    .search(query, { signal: new AbortController().signal })
    .catch((error: AppError) => error);
  expect(failure).toMatchObject({ code: 'network', details: { reason: 'down' } });
  expect(String(failure)).not.toContain(keys.brave);
});
