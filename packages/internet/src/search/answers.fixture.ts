/** Pages of a small web of our own, in the shapes in which the vendors answer. */
export interface PageFixture {
  url: string;
  title?: string;
  text?: string;
  date?: string;
}

export const page = (n: number, more: Partial<PageFixture> = {}): PageFixture => ({
  url: `https://site${n}.example.org/page-${n}`,
  title: `Page ${n} about tides`,
  text: `What page ${n} says about tides and harbours.`,
  ...more,
});

export const pages = (from: number, to: number): PageFixture[] =>
  Array.from({ length: to - from + 1 }, (_, n) => page(from + n));

export const braveAnswer = (found: readonly PageFixture[], more = false) => ({
  type: 'search',
  query: { original: 'tides', more_results_available: more, spellcheck_off: false },
  mixed: { type: 'mixed', main: [], top: [], side: [] },
  web: {
    type: 'search',
    results: found.map(({ url, title, text, date }) => ({
      title,
      url,
      is_source_local: false,
      description: text,
      ...(date && { page_age: `${date}T10:00:00`, age: 'some time ago' }),
      language: 'en',
      family_friendly: true,
      meta_url: { scheme: 'https', netloc: 'example.org' },
    })),
    family_friendly: true,
  },
});

export const tavilyAnswer = (found: readonly PageFixture[]) => ({
  query: 'tides',
  answer: null,
  images: [],
  results: found.map(({ url, title, text, date }) => ({
    title,
    url,
    content: text,
    score: 0.8,
    raw_content: null,
    ...(date && { published_date: date }),
  })),
  response_time: 0.9,
  usage: { credits: 1 },
  request_id: '00000000-0000-4000-8000-000000000000',
});

export const exaAnswer = (found: readonly PageFixture[]) => ({
  requestId: '0123456789abcdef',
  resolvedSearchType: 'neural',
  results: found.map(({ url, title, text, date }) => ({
    id: url,
    title,
    url,
    publishedDate: date && `${date}T00:00:00.000Z`,
    author: null,
    highlights: [text],
    highlightScores: [0.5],
  })),
  costDollars: { total: 0.005, search: { neural: 0.005 } },
});

export const googleAnswer = (found: readonly PageFixture[], more = false) => ({
  kind: 'customsearch#search',
  url: { type: 'application/json', template: 'https://customsearch.googleapis.com/customsearch/v1?q={searchTerms}' },
  queries: { request: [{ startIndex: 1 }], ...(more && { nextPage: [{ startIndex: 11 }] }) },
  searchInformation: { searchTime: 0.2, totalResults: String(found.length) },
  ...(found.length > 0 && {
    items: found.map(({ url, title, text, date }) => ({
      kind: 'customsearch#result',
      title,
      htmlTitle: `<b>${title}</b>`,
      link: url,
      displayLink: 'example.org',
      snippet: text,
      ...(date && { pagemap: { metatags: [{ 'article:published_time': `${date}T08:00:00Z` }] } }),
    })),
  }),
});

export const searxngAnswer = (found: readonly PageFixture[], unresponsive: unknown[] = []) => ({
  query: 'tides',
  number_of_results: 0,
  results: found.map(({ url, title, text, date }) => ({
    url,
    title,
    content: text,
    publishedDate: date ? `${date}T00:00:00` : null,
    engine: 'one',
    engines: ['one', 'two'],
    positions: [1],
    score: 2,
    category: 'general',
    parsed_url: ['https', 'example.org', '/', '', '', ''],
    template: 'default.html',
  })),
  answers: [],
  corrections: [],
  infoboxes: [],
  suggestions: [],
  unresponsive_engines: unresponsive,
});

const ddgResult = ({ url, title, text }: PageFixture) => `
  <div class="result results_links results_links_deep web-result ">
    <div class="links_main links_deep result__body">
      <h2 class="result__title">
        <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(url)}&amp;rut=abc">${title}</a>
      </h2>
      <div class="result__extras"><div class="result__extras__url">
        <a class="result__url" href="${url}">${url}</a>
      </div></div>
      <a class="result__snippet" href="${url}">${text}</a>
      <div class="clear"></div>
    </div>
  </div>`;

const ddgAdvertisement = `
  <div class="result results_links results_links_deep result--ad ">
    <h2 class="result__title"><a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=shop.example">Buy tides</a></h2>
  </div>`;

const ddgNext = `
  <div class="nav-link"><form action="/html/" method="post">
    <input type="submit" class="btn btn--alt" value="Next" />
    <input type="hidden" name="q" value="tides" /><input type="hidden" name="s" value="10" />
    <input type="hidden" name="nextParams" value="" /><input type="hidden" name="v" value="l" />
    <input type="hidden" name="o" value="json" /><input type="hidden" name="dc" value="11" />
    <input type="hidden" name="api" value="d.js" /><input type="hidden" name="vqd" value="4-123" />
    <input type="hidden" name="surprise" value="not ours" />
  </form></div>`;

const ddgPage = (content: string) => `<!DOCTYPE html><html><head><title>tides at DuckDuckGo</title></head>
  <body><form id="search_form_homepage"><input name="q" value="tides"></form>
  <div id="links" class="results">${content}</div></body></html>`;

export const duckduckgoAnswer = (found: readonly PageFixture[], more = false): string =>
  ddgPage(
    found.length === 0
      ? '<div class="no-results">No results.</div>'
      : ddgAdvertisement + found.map(ddgResult).join('') + (more ? ddgNext : ''),
  );

export const duckduckgoChallenge = `<!DOCTYPE html><html><body><form id="challenge-form" action="//duckduckgo.com/anomaly.js">
  <div class="anomaly-modal__title">Please show that you are a person.</div></form></body></html>`;
