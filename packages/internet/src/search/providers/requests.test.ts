import { describe, expect, test } from 'vitest';
import {
  braveAnswer,
  duckduckgoAnswer,
  exaAnswer,
  googleAnswer,
  page,
  pages,
  searxngAnswer,
  tavilyAnswer,
} from '../answers.fixture.ts';
import {
  braveContract,
  duckduckgoContract,
  exaContract,
  googleContract,
  keys,
  searxngContract,
  tavilyContract,
} from '../contracts.fixture.ts';
import { type Contract, type Loopback, withLoopback } from '../loopback.fixture.ts';
import type { SearchProvider, SearchQuery } from '../types.ts';
import { createBrave } from './brave.ts';
import { createDuckDuckGo } from './duckduckgo.ts';
import { createExa } from './exa.ts';
import { createGoogle } from './google.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

const today = () => new Date('2026-06-15T12:00:00Z');
const signal = new AbortController().signal;
const plain: SearchQuery = { text: 'tides', sites: [], excludeSites: [], page: 1 };

interface Case {
  contract: Contract;
  answer: unknown;
  make(url: string): SearchProvider;
}

const cases = {
  brave: {
    contract: braveContract,
    answer: braveAnswer([page(1, { date: '2026-05-01' })], true),
    make: (url) => createBrave(keys.brave, { fetch, today, url }),
  },
  tavily: {
    contract: tavilyContract,
    answer: tavilyAnswer([page(1, { date: '2026-05-01' })]),
    make: (url) => createTavily(keys.tavily, { fetch, today, url }),
  },
  exa: {
    contract: exaContract,
    answer: exaAnswer([page(1, { date: '2026-05-01' })]),
    make: (url) => createExa(keys.exa, { fetch, today, url }),
  },
  google: {
    contract: googleContract,
    answer: googleAnswer([page(1, { date: '2026-05-01' })], true),
    make: (url) => createGoogle({ apiKey: keys.google, engine: keys.engine }, { fetch, today, url }),
  },
  searxng: {
    contract: searxngContract,
    answer: searxngAnswer([page(1, { date: '2026-05-01' })]),
    make: (url) => createSearxng(url, { fetch, today }),
  },
  duckduckgo: {
    contract: duckduckgoContract,
    answer: duckduckgoAnswer([page(1)], true),
    make: (url) => createDuckDuckGo({ fetch, today, url }),
  },
} satisfies Record<string, Case>;
type Name = keyof typeof cases;
const names = Object.keys(cases) as Name[];

async function ask(name: Name, query: Partial<SearchQuery> = {}) {
  const { contract, answer, make } = cases[name];
  await using vendor = await withLoopback(contract);
  vendor.reply({ body: answer });
  const hits = await make(vendor.url).search({ ...plain, ...query }, { signal });
  return { hits, sent: sentTo(vendor) };
}

function sentTo({ seen }: Loopback): Record<string, unknown> {
  const [request] = seen;
  return { ...request?.query, ...(typeof request?.body === 'object' ? request.body : {}) };
}

describe.each(names)('%s', (name) => {
  test('is asked as documented and answers with address, title, snippet and date', async () => {
    const { hits } = await ask(name);
    const expected = page(1);
    expect(hits.hits).toHaveLength(1);
    const [hit] = hits.hits;
    expect(decodeURIComponent(hit?.url ?? '')).toContain(expected.url);
    expect(hit).toMatchObject({ title: expected.title, snippet: expected.text });
    if (name !== 'duckduckgo') expect(hit?.date).toMatch(/^2026-05-01/);
    expect(hits.unsupported).toEqual([]);
  });

  test('takes every option as documented, or names those it cannot do', async () => {
    const { hits } = await ask(name, {
      sites: ['example.org', 'example.net/docs'],
      since: '2026-01-01',
      until: '2026-03-31',
      language: 'en',
      region: 'GB',
      safe: 'strict',
      fileType: 'pdf',
    });
    const unsupported = {
      brave: [],
      tavily: ['language', 'safe', 'file_type'],
      exa: ['language', 'file_type'],
      google: [],
      searxng: ['since', 'until'],
      duckduckgo: [],
    };
    expect(hits.unsupported).toEqual(unsupported[name]);
  });

  test.each(['day', 'week', 'month', 'year'] as const)('takes the last %s', async (within) => {
    expect((await ask(name, { within })).hits.unsupported).toEqual([]);
  });

  test('leaves out sites', async () => {
    const { sent } = await ask(name, { excludeSites: ['example.com'] });
    expect(JSON.stringify(sent)).toContain('example.com');
  });

  test('an answer without results is empty and no failure', async () => {
    const empty = {
      brave: { ...braveAnswer([]), web: undefined },
      tavily: tavilyAnswer([]),
      exa: exaAnswer([]),
      google: googleAnswer([]),
      searxng: searxngAnswer([]),
      duckduckgo: duckduckgoAnswer([]),
    };
    await using vendor = await withLoopback(cases[name].contract);
    vendor.reply({ body: empty[name] });
    const answer = await cases[name].make(vendor.url).search(plain, { signal });
    expect(answer).toMatchObject({ hits: [], more: false });
  });
});

describe('what is sent', () => {
  const site = { sites: ['example.org'], excludeSites: ['example.com'], fileType: 'pdf' };
  const range = { since: '2026-01-01', until: '2026-03-31' };

  test.each<[Name, Partial<SearchQuery>, Record<string, unknown>]>([
    ['brave', site, { q: 'tides site:example.org -site:example.com filetype:pdf' }],
    ['brave', range, { freshness: '2026-01-01to2026-03-31' }],
    ['brave', { within: 'week' }, { freshness: 'pw' }],
    ['brave', { language: 'ja', region: 'JP' }, { search_lang: 'jp', country: 'JP' }],
    ['brave', { page: 3 }, { offset: '2' }],
    [
      'tavily',
      { sites: ['example.org'], excludeSites: ['example.com'] },
      { include_domains: ['example.org'], exclude_domains: ['example.com'] },
    ],
    [
      'tavily',
      { ...range, region: 'US' },
      { start_date: '2026-01-01', end_date: '2026-03-31', country: 'united states' },
    ],
    ['tavily', { within: 'month' }, { time_range: 'month' }],
    ['exa', range, { startPublishedDate: '2026-01-01T00:00:00.000Z', endPublishedDate: '2026-03-31T23:59:59.999Z' }],
    [
      'exa',
      { within: 'day', safe: 'strict', region: 'DE' },
      { startPublishedDate: '2026-06-14T00:00:00.000Z', moderation: true, userLocation: 'DE' },
    ],
    ['google', { sites: ['example.org'] }, { q: 'tides', siteSearch: 'example.org', siteSearchFilter: 'i' }],
    ['google', { excludeSites: ['example.com'] }, { siteSearch: 'example.com', siteSearchFilter: 'e' }],
    ['google', { sites: ['a.example', 'b.example'] }, { q: 'tides (site:a.example OR site:b.example)' }],
    ['google', range, { sort: 'date:r:20260101:20260331' }],
    ['google', { within: 'year', page: 2, fileType: 'pdf' }, { dateRestrict: 'y1', start: '11', fileType: 'pdf' }],
    ['google', { language: 'de', region: 'AT', safe: 'off' }, { lr: 'lang_de', gl: 'at', safe: 'off' }],
    [
      'searxng',
      { ...site, language: 'de', region: 'AT' },
      { language: 'de-AT', q: 'tides site:example.org -site:example.com filetype:pdf' },
    ],
    [
      'searxng',
      { since: '2026-06-01', safe: 'moderate', page: 2 },
      { time_range: 'month', safesearch: '1', pageno: '2' },
    ],
    ['duckduckgo', { ...range, language: 'de', region: 'CH' }, { df: '2026-01-01..2026-03-31', kl: 'ch-de' }],
    ['duckduckgo', { within: 'month', safe: 'off' }, { df: 'm', kp: '-2' }],
  ])('%s maps %o', async (name, query, expected) => {
    expect((await ask(name, query)).sent).toMatchObject(expected);
  });

  test('options that cannot be expressed are named', async () => {
    expect((await ask('brave', { language: 'xx', region: 'ZZ' })).hits.unsupported).toEqual(['language', 'region']);
    expect((await ask('tavily', { region: 'ZZ' })).hits.unsupported).toEqual(['region']);
    expect((await ask('duckduckgo', { language: 'de' })).hits.unsupported).toEqual(['language']);
    expect((await ask('searxng', { region: 'DE' })).hits.unsupported).toEqual(['region']);
  });

  test('a provider that cannot do a query at all says so without being asked', async () => {
    const brave = createBrave(keys.brave, { fetch, today, url: 'http://127.0.0.1:9' });
    await expect(brave.search({ ...plain, text: 'word '.repeat(60) }, { signal })).rejects.toMatchObject({
      details: { reason: 'not_possible' },
    });
    const exa = createExa(keys.exa, { fetch, today, url: 'http://127.0.0.1:9' });
    await expect(
      exa.search({ ...plain, sites: ['a.example'], excludeSites: ['b.example'] }, { signal }),
    ).rejects.toMatchObject({
      details: { reason: 'not_possible' },
    });
  });

  test('the next page of DuckDuckGo is its own form, and no field beyond it', async () => {
    await using vendor = await withLoopback(duckduckgoContract);
    vendor.reply({ body: duckduckgoAnswer([page(1)], true) }, { body: duckduckgoAnswer([page(2)]) });
    const provider = cases.duckduckgo.make(vendor.url);
    const first = await provider.search(plain, { signal });
    expect(first.more).toBe(true);
    const second = await provider.search({ ...plain, page: 2, next: first.next ?? '' }, { signal });
    expect(vendor.seen[1]?.body).toMatchObject({ q: 'tides', s: '10', dc: '11', vqd: '4-123' });
    expect(vendor.seen[1]?.body).not.toHaveProperty('surprise');
    expect(second).toMatchObject({ hits: [{ title: page(2).title }], more: false });
  });

  test('advertisements of DuckDuckGo are no results', async () => {
    const { hits } = await ask('duckduckgo');
    expect(hits.hits.map(({ title }) => title)).toEqual([page(1).title]);
  });

  test('a login in the address of a SearXNG goes into a header, under a path too', async () => {
    await using vendor = await withLoopback({ ...searxngContract, path: '/sub/search' });
    vendor.reply({ body: searxngAnswer(pages(1, 2)) });
    const address = vendor.url.replace('http://', 'http://reader:geheim%40@');
    const provider = createSearxng(`${address}/sub/`, { fetch, today });
    expect((await provider.search(plain, { signal })).hits).toHaveLength(2);
    expect(vendor.seen[0]?.headers.authorization).toBe(`Basic ${btoa('reader:geheim@')}`);
  });
});
