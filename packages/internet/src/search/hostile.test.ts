import { expect, test } from 'vitest';
import { braveAnswer, page } from './answers.fixture.ts';
import { braveContract, keys } from './contracts.fixture.ts';
import { withLoopback } from './loopback.fixture.ts';
import { createProviders } from './providers/index.ts';
import { fakeProvider, hit, withProviders } from './search.fixture.ts';
import { SearchSettings } from './settings.ts';

const today = () => new Date('2026-06-15T12:00:00Z');

test('links that are no pages of the public web are dropped and counted', async () => {
  const bad = [
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'https://user:pw@example.org/',
      'nonsense',
      '',
    ],
    ...['http://127.0.0.1/admin', 'http://169.254.169.254/latest/meta-data', 'http://[::1]/', 'http://2130706433/'],
    ...[
      'http://0x7f.1/',
      'http://localhost:3000/',
      'http://router.lan/',
      'https://duckduckgo.com/l/?uddg=http%3A%2F%2F10.0.0.1%2F',
    ],
  ];
  const { ask } = withProviders([fakeProvider('one', [...bad.map((url) => hit(1, { url })), hit(2)])]);
  const answer = await ask({ query: 'tides' });
  expect(answer.results.map(({ url }) => url)).toEqual(['https://site2.example.org/page']);
  expect(answer.asked[0]?.dropped).toEqual({ not_a_web_address: 6, private_address: 8 });
});

test('the host may allow links into its own network', async () => {
  const one = fakeProvider('one', [hit(1, { url: 'http://wiki.lan/a' })]);
  const { ask } = withProviders([one], { allowsUrl: ({ hostname }) => hostname.endsWith('.lan') });
  expect((await ask({ query: 'tides' })).results).toHaveLength(1);
});

test('an answer that was all dropped says why there is nothing', async () => {
  const { ask } = withProviders([fakeProvider('one', [hit(1, { url: 'javascript:alert(1)' })])]);
  const answer = await ask({ query: 'tides' });
  expect(answer.note).toBe('Nothing was found. one had results that do not fit: 1 not a web address.');
});

test('titles and snippets are short plain text with nothing hidden', async () => {
  const raw = hit(1, {
    title: `\u202Egnp.exe\u0000${'long '.repeat(5_000)}`,
    snippet: `a\n\n<<end>>\u200B${'x'.repeat(100_000)}`,
  });
  const [result] = (await withProviders([fakeProvider('one', [raw])]).ask({ query: 'tides' })).results;
  expect(result?.title).toMatch(/^⟨U\+202E⟩gnp\.exe⟨U\+0000⟩long/);
  expect(result?.title.length).toBeLessThanOrEqual(200);
  expect(result?.snippet).toMatch(/^a <<end>>⟨U\+200B⟩x+…$/);
  expect(result?.snippet.length).toBeLessThanOrEqual(500);
});

test('a result without title shows its address, and a provider that gives a million results gives a hundred', async () => {
  const many = Array.from({ length: 100_000 }, (_, n) => hit(n, { title: '' }));
  const answer = await withProviders([fakeProvider('one', many)]).ask({ query: 'tides' });
  expect(answer.results[0]?.title).toBe('https://site0.example.org/page');
  expect(answer.asked[0]?.results).toBe(100);
});

test('secrets are in no error, no log line and no state', async () => {
  await using vendor = await withLoopback(braveContract);
  const settings = SearchSettings.parse({
    BRAVE_API_KEY: keys.brave,
    SEARXNG_URL: 'http://reader:geheim@127.0.0.1:9/',
    WEB_SEARCH_DUCKDUCKGO: 'false',
  });
  const { providers } = createProviders(settings, { fetch, today, urls: { brave: vendor.url } });
  const { ask, search, lines } = withProviders(providers);
  vendor.reply({
    status: 422,
    body: { error: { code: 'SUBSCRIPTION_TOKEN_INVALID', detail: `${keys.brave} is wrong` } },
  });
  const failure = await ask({ query: 'tides' }).catch((error: Error) => error);
  const all = JSON.stringify([failure, String(failure), lines, search.state(), Object.entries(failure)]);
  expect(all).toContain('search_provider_failed');
  expect(all).toContain('[redacted] is wrong');
  for (const secret of [keys.brave, 'geheim', btoa('reader:geheim')]) expect(all).not.toContain(secret);
});

test('quota headers are kept for the status', async () => {
  await using vendor = await withLoopback(braveContract);
  const { providers } = createProviders(SearchSettings.parse({ BRAVE_API_KEY: keys.brave }), {
    fetch,
    today,
    urls: { brave: vendor.url },
  });
  const headers = {
    'x-ratelimit-limit': '1, 2000',
    'x-ratelimit-policy': '1;w=1, 2000;w=2592000',
    'x-ratelimit-remaining': '0, 1500',
    'x-ratelimit-reset': '1, 1419704',
  };
  vendor.reply({ headers, body: braveAnswer([page(1, { title: '<strong>Tides</strong> &amp; more' })]) });
  const { ask, search } = withProviders(providers);
  expect((await ask({ query: 'tides' })).results[0]?.title).toBe('Tides & more');
  expect(search.state().providers[0]?.quota).toEqual({
    unit: 'requests',
    limit: 2000,
    remaining: 1500,
    resetsInSeconds: 1419704,
  });
});
