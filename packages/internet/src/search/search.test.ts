import { AppError } from '@mcp-servers/core';
import { describe, expect, test } from 'vitest';
import { blocked, changed, down, keyRefused, notPossible, outOfQuota, queryRefused, tooFast } from './failures.ts';
import { fakeProvider, hit, hits, withProviders } from './search.fixture.ts';

const urls = ({ results }: { results: { url: string }[] }) => results.map(({ url }) => url);
const failureOf = async (answer: Promise<unknown>): Promise<AppError> => {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`It did not fail as it should: ${String(error)}`);
};

describe('failover', () => {
  test('asks the first provider only while it answers', async () => {
    const [one, two] = [fakeProvider('one', hits(1, 3)), fakeProvider('two', hits(4, 5))];
    const { ask } = withProviders([one, two]);
    const answer = await ask({ query: 'tides' });
    expect(answer.results).toHaveLength(3);
    expect(answer.results[0]).toEqual({
      rank: 1,
      title: 'Page 1',
      url: 'https://site1.example.org/page',
      site: 'site1.example.org',
      snippet: 'About 1.',
      providers: ['one'],
    });
    expect(answer.asked).toEqual([{ provider: 'one', query: 0, outcome: 'found', results: 3 }]);
    expect(two.asked).toHaveLength(0);
  });

  test.each([
    ['blocked', blocked('A robot?')],
    ['out_of_quota', outOfQuota('Used up.')],
    ['key_refused', keyRefused('Wrong key.')],
    ['changed', changed('New design.')],
    ['down', down('HTTP 500.')],
    ['not_possible', notPossible('Too long.')],
    ['too_fast', tooFast('Slower.', { retryAfterSeconds: 60 })],
  ])('goes on when the first is %s, and says so', async (outcome, failure) => {
    const { ask } = withProviders([fakeProvider('one', failure), fakeProvider('two', hits(1, 2))]);
    const answer = await ask({ query: 'tides' });
    expect(urls(answer)).toHaveLength(2);
    expect(answer.asked).toMatchObject([
      { provider: 'one', outcome, said: failure.message },
      { provider: 'two', outcome: 'found' },
    ]);
  });

  test('goes on when the code of a provider is broken, and logs the cause', async () => {
    const { ask, lines } = withProviders([
      fakeProvider('one', new TypeError('defect')),
      fakeProvider('two', hits(1, 1)),
    ]);
    expect((await ask({ query: 'tides' })).results).toHaveLength(1);
    expect(lines.join()).toContain('search_provider_broken');
  });

  test('stops at a query that is refused', async () => {
    const two = fakeProvider('two', hits(1, 1));
    const { ask } = withProviders([fakeProvider('one', queryRefused('No such operator.')), two]);
    expect(await failureOf(ask({ query: 'tides' }))).toMatchObject({
      code: 'validation',
      message: 'No such operator.',
    });
    expect(two.asked).toHaveLength(0);
  });

  test('stops at an empty answer, or goes on when it is told to', async () => {
    const providers = () => [fakeProvider('one', []), fakeProvider('two', hits(1, 1))];
    const stopping = await withProviders(providers()).ask({ query: 'tides' });
    expect(stopping).toMatchObject({ results: [], note: 'Nothing was found. one has no results.' });
    const going = await withProviders(providers(), { onEmpty: 'next' }).ask({ query: 'tides' });
    expect(going.results).toHaveLength(1);
  });

  test('tells empty from failed when both happen', async () => {
    const { ask } = withProviders([fakeProvider('one', blocked('A robot?')), fakeProvider('two', [])]);
    const answer = await ask({ query: 'tides' });
    expect(answer.results).toEqual([]);
    expect(answer.note).toContain('one did not answer (blocked): A robot?');
    expect(answer.note).toContain('two has no results.');
  });

  test('fails when nobody answered, with the reason of each and what to do', async () => {
    const { ask } = withProviders([
      fakeProvider('one', blocked('A robot?')),
      fakeProvider('two', outOfQuota('Used up.', { hint: 'Pay.' })),
    ]);
    const failure = await failureOf(ask({ query: 'tides' }));
    expect(failure.code).toBe('unavailable');
    expect(failure.message).toContain('A robot?');
    expect(failure.message).toContain('Used up.');
    expect(failure.hint).toContain('Pay.');
    expect(failure.details?.asked).toHaveLength(2);
  });

  test('names the settings that would help when only the last resort is there', async () => {
    const missing = [{ name: 'brave' as const, setting: 'BRAVE_API_KEY' }];
    const { ask } = withProviders([fakeProvider('duckduckgo', blocked('A robot?'))], { missing });
    expect((await failureOf(ask({ query: 'tides' }))).hint).toContain('BRAVE_API_KEY');
    expect((await failureOf(withProviders([], { missing }).ask({ query: 'tides' }))).hint).toContain('BRAVE_API_KEY');
  });

  test('leaves a provider alone for as long as it asked', async () => {
    const one = fakeProvider('one', blocked('A robot?', { retryAfterSeconds: 100 }), hits(1, 1));
    const { ask, clock, search } = withProviders([one, fakeProvider('two', hits(2, 2))]);
    await ask({ query: 'a' });
    expect(search.state().providers[0]).toMatchObject({
      ready: false,
      paused_because: 'blocked',
      paused_until: '2026-06-15T12:01:40.000Z',
      last_error: { reason: 'blocked', message: 'A robot?' },
    });
    expect((await ask({ query: 'b' })).asked[0]).toMatchObject({ outcome: 'paused' });
    expect(one.asked).toHaveLength(1);
    await clock.advance(100_000);
    expect(search.state().providers[0]?.ready).toBe(true);
    expect((await ask({ query: 'c' })).asked).toMatchObject([{ provider: 'one', outcome: 'found' }]);
  });

  test('opens the breaker of the one that fails and of no other', async () => {
    const one = fakeProvider('one', down('HTTP 500.'));
    const { ask, search } = withProviders([one, fakeProvider('two', hits(2, 2))]);
    for (const query of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await ask({ query });
    expect(one.asked).toHaveLength(5);
    expect(search.state().providers).toMatchObject([
      { name: 'one', ready: false, breaker: 'open' },
      { name: 'two', ready: true, breaker: 'closed' },
    ]);
  });

  test('retries the last provider alone', async () => {
    const one = fakeProvider('one', down('HTTP 500.'));
    const two = fakeProvider('two', down('HTTP 500.'), hits(1, 1));
    const { ask, clock } = withProviders([one, two]);
    const answer = ask({ query: 'tides' });
    await clock.advance(1_000);
    expect((await answer).results).toHaveLength(1);
    expect([one.asked.length, two.asked.length]).toEqual([1, 2]);
  });

  test('waits a second for a limit a second instead of going on', async () => {
    const one = fakeProvider('one', tooFast('Slower.'), hits(1, 1));
    const two = fakeProvider('two', hits(2, 2));
    const { ask, clock } = withProviders([one, two]);
    const answer = ask({ query: 'tides' });
    await clock.advance(1_000);
    expect((await answer).asked).toMatchObject([{ provider: 'one', outcome: 'found' }]);
    expect(two.asked).toHaveLength(0);
  });

  test('waits for its own limit as well, which counts each provider for itself', async () => {
    const one = fakeProvider('one', hits(1, 1));
    const { ask, clock, search } = withProviders(
      [{ ...one, limit: { calls: 2, seconds: 3600 } }, fakeProvider('two', hits(2, 2))],
      {
        limiter: undefined as never,
      },
    );
    const outcomes = [];
    for (const query of ['a', 'b', 'c']) {
      const answer = ask({ query });
      await clock.advance(10_000);
      outcomes.push((await answer).asked.map(({ provider, outcome }) => `${provider} ${outcome}`).join());
    }
    expect(outcomes).toEqual(['one found', 'one found', 'one too_fast,two found']);
    search.close();
  });

  test('gives up on a provider that hangs and asks the next', async () => {
    const one = fakeProvider('one', () => new Promise(() => {}));
    const { ask, clock } = withProviders([one, fakeProvider('two', hits(1, 1))]);
    const answer = ask({ query: 'tides' });
    await clock.advance(15_000);
    expect((await answer).asked).toMatchObject([{ provider: 'one', outcome: 'down' }, { provider: 'two' }]);
  });
});

describe('merging', () => {
  test('several queries are asked side by side and fused, each page once', async () => {
    const one = fakeProvider('one', async ({ text }) => ({
      hits:
        text === 'a'
          ? [hit(1), hit(2), hit(3)]
          : [hit(4), hit(3, { url: 'http://www.site3.example.org/page/?utm_source=x' })],
      unsupported: [],
      more: false,
      notes: [],
    }));
    const answer = await withProviders([one]).ask({ queries: ['a', 'b'] });
    expect(urls(answer)).toEqual([3, 1, 4, 2].map((n) => expect.stringContaining(`site${n}.`)));
    expect(answer.results[0]).toMatchObject({ queries: [0, 1], providers: ['one'], snippet: 'About 3.' });
    expect(answer.results[1]).toMatchObject({ queries: [0] });
  });

  test('providers asked for by name are all asked and fused', async () => {
    const [one, two, three] = [
      fakeProvider('one', hits(1, 2)),
      fakeProvider('two', [hit(2), hit(5)]),
      fakeProvider('three', hits(9, 9)),
    ];
    const answer = await withProviders([one, two, three]).ask({ query: 'tides', providers: ['two', 'one'] });
    expect(answer.results[0]).toMatchObject({ title: 'Page 2', providers: ['one', 'two'] });
    expect(answer.results).toHaveLength(3);
    expect(three.asked).toHaveLength(0);
    const failure = await failureOf(withProviders([one]).ask({ query: 'tides', providers: ['bing'] }));
    expect(failure).toMatchObject({ code: 'validation', hint: expect.stringContaining('There are: one') });
  });

  test('one of several providers may fail', async () => {
    const { ask } = withProviders([fakeProvider('one', blocked('A robot?')), fakeProvider('two', hits(1, 1))]);
    const answer = await ask({ query: 'tides', providers: ['one', 'two'] });
    expect(answer.results).toHaveLength(1);
    expect(answer.asked).toMatchObject([{ outcome: 'blocked' }, { outcome: 'found' }]);
  });

  test('searxng stands for all its instances', async () => {
    const [one, two] = [fakeProvider('searxng', hits(1, 1)), fakeProvider('searxng-2', hits(2, 2))];
    expect((await withProviders([one, two]).ask({ query: 'a', providers: ['searxng'] })).results).toHaveLength(2);
  });

  test('what the query excludes is dropped and counted, and what a provider cannot do is named', async () => {
    const found = [
      hit(1, { url: 'https://docs.example.org/a.pdf', date: '2026-02-01' }),
      hit(2, { url: 'https://example.com/a.pdf' }),
      hit(3, { url: 'https://example.org/b.pdf', date: '2020-01-01' }),
      hit(4, { url: 'https://example.org/c.html' }),
      hit(5, { url: 'https://notexample.org/d.pdf' }),
    ];
    const one = fakeProvider('one', { hits: found, unsupported: ['file_type'] });
    const answer = await withProviders([one]).ask({
      query: 'tides',
      sites: ['https://www.example.org/'],
      since: '2026-01-01',
      file_type: '.PDF',
    });
    expect(urls(answer)).toEqual(['https://docs.example.org/a.pdf']);
    expect(answer.asked[0]).toMatchObject({
      unsupported: ['file_type'],
      dropped: { other_site: 2, other_date: 1, other_type: 1 },
    });
  });
});

describe('pages', () => {
  test('are stable, without repetition, and go on to the next pages of the provider', async () => {
    const one = fakeProvider('one', async ({ page }) => ({
      hits: hits((page - 1) * 8 + 1, page * 8 + 2),
      unsupported: [],
      more: page < 3,
      notes: [],
    }));
    const { ask } = withProviders([one]);
    const seen: string[] = [];
    const sizes: number[] = [];
    let answer = await ask({ query: 'tides', limit: 7 });
    for (;;) {
      seen.push(...urls(answer));
      sizes.push(answer.results.length);
      expect(answer.results.map(({ rank }) => rank)).toEqual(
        answer.results.map((_, n) => seen.length - answer.results.length + n + 1),
      );
      if (answer.cursor === undefined) break;
      answer = await ask({ cursor: answer.cursor, limit: 7 });
    }
    expect(sizes).toEqual([7, 7, 7, 5]);
    expect(new Set(seen).size).toBe(26);
    expect(one.asked.map(({ page }) => page)).toEqual([1, 2, 3]);
  });

  test('a cursor works after the results were forgotten', async () => {
    const one = fakeProvider('one', hits(1, 9));
    const { ask, clock } = withProviders([one]);
    const first = await ask({ query: 'tides', limit: 5, sites: ['example.org'], within: 'week', file_type: 'pdf' });
    await clock.advance(601_000);
    const second = await ask({ cursor: first.cursor ?? '' });
    expect(urls(second)).toEqual(hits(6, 9).map(({ url }) => url));
    expect(second.note).toContain('searched again');
    expect(one.asked[1]).toEqual(one.asked[0]);
  });

  test('a page that failed can be asked for again', async () => {
    const one = fakeProvider('one', { hits: hits(1, 5), more: true }, changed('New design.'), hits(6, 8));
    const { ask } = withProviders([one]);
    const first = await ask({ query: 'tides', limit: 5 });
    expect(await failureOf(ask({ cursor: first.cursor ?? '' }))).toMatchObject({ code: 'unavailable' });
    expect((await ask({ cursor: first.cursor ?? '' })).results).toHaveLength(3);
  });

  test.each(['', 'x', 'e30', Buffer.from('{"v":1,"at":1,"q":{"cursor":"x"}}').toString('base64url')])(
    'the cursor %j is refused',
    async (cursor) => {
      expect(await failureOf(withProviders([fakeProvider('one', [])]).ask({ cursor }))).toMatchObject({
        code: 'validation',
      });
    },
  );

  test('a cursor cannot smuggle in what an argument may not say', async () => {
    const cursor = (q: object) => Buffer.from(JSON.stringify({ v: 1, at: 1, q })).toString('base64url');
    const { ask } = withProviders([fakeProvider('one', hits(1, 3))]);
    for (const q of [{}, { query: 'x'.repeat(500) }, { query: 'a', other: 1 }, { query: 'a', sites: ['-site:x y'] }]) {
      expect(await failureOf(ask({ cursor: cursor(q) }))).toMatchObject({ code: 'validation' });
    }
    expect(await failureOf(ask({ cursor: cursor({ query: 'a' }), query: 'b' }))).toMatchObject({ code: 'validation' });
  });
});

describe('what is kept and shared', () => {
  test('the same search is answered from memory for ten minutes', async () => {
    const one = fakeProvider('one', hits(1, 3));
    const { ask, clock, search } = withProviders([one]);
    expect(await ask({ query: 'tides' })).not.toHaveProperty('age_s');
    await clock.advance(30_000);
    expect((await ask({ query: ' tides ', limit: 2 })).age_s).toBe(30);
    expect((await ask({ query: 'tides', region: 'us' })).results).toHaveLength(3);
    expect([one.asked.length, search.state().kept]).toEqual([2, 2]);
    await clock.advance(600_001);
    await ask({ query: 'tides' });
    expect([one.asked.length, search.state().kept]).toEqual([3, 1]);
  });

  test('memory is bounded', async () => {
    const { ask, search } = withProviders([fakeProvider('one', hits(1, 1))]);
    for (let n = 0; n < 130; n += 1) await ask({ query: `tides ${n}` });
    expect(search.state().kept).toBe(100);
  });

  test('failures are not kept', async () => {
    const one = fakeProvider('one', changed('New design.'), hits(1, 1));
    const { ask } = withProviders([one]);
    await failureOf(ask({ query: 'tides' }));
    expect((await ask({ query: 'tides' })).results).toHaveLength(1);
  });

  test('an answer without one of its queries serves its own pages and no new search', async () => {
    const one = fakeProvider('one', hits(1, 6), changed('New design.'), hits(7, 8));
    const { ask } = withProviders([one]);
    const first = await ask({ queries: ['a', 'b'], limit: 3 });
    expect(first.asked.map(({ outcome }) => outcome)).toEqual(['found', 'changed']);
    expect((await ask({ cursor: first.cursor ?? '' })).results).toHaveLength(3);
    expect(one.asked).toHaveLength(2);
    await ask({ queries: ['a', 'b'], limit: 3 });
    expect(one.asked).toHaveLength(4);
  });

  test('identical searches at once are one call, which lives as long as somebody waits', async () => {
    const gate = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const one = fakeProvider('one', async (_, signal) => {
      signals.push(signal);
      await gate.promise;
      return { hits: hits(1, 1), unsupported: [], more: false, notes: [] };
    });
    const { ask, clock } = withProviders([one]);
    const impatient = new AbortController();
    const [left, stayed] = [failureOf(ask({ query: 'a' }, impatient.signal)), ask({ query: 'a' })];
    await clock.advance(1);
    impatient.abort();
    expect((await left).code).toBe('cancelled');
    expect(signals[0]?.aborted).toBe(false);
    gate.resolve();
    expect((await stayed).results).toHaveLength(1);
    expect(one.asked).toHaveLength(1);
  });

  test('a cancelled search is cancelled down to the provider, asks no other and counts against none', async () => {
    const signals: AbortSignal[] = [];
    const one = fakeProvider('one', (_, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const two = fakeProvider('two', hits(1, 1));
    const { ask, search, clock } = withProviders([one, two]);
    const controller = new AbortController();
    const answer = failureOf(ask({ queries: ['a', 'b'] }, controller.signal));
    await clock.advance(1);
    controller.abort();
    expect((await answer).code).toBe('cancelled');
    await clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(two.asked).toHaveLength(0);
    expect(search.state().providers[0]).toMatchObject({ ready: true, counts: { failed: 0 } });
    expect(search.state().providers[0]).not.toHaveProperty('last_error');
    expect((await failureOf(ask({ query: 'a' }, AbortSignal.abort()))).code).toBe('cancelled');
  });
});

test.each([
  [{}],
  [{ query: '  ' }],
  [{ query: 'x'.repeat(401) }],
  [{ queries: [] }],
  [{ queries: ['a', 'b', 'c', 'd', 'e', 'f'] }],
  [{ query: 'a', limit: 0 }],
  [{ query: 'a', limit: Number.NaN }],
  [{ query: 'a', since: '2026-13-01' }],
  [{ query: 'a', since: '2026-02-01', until: '2026-01-01' }],
  [{ query: 'a', sites: ['not a host'] }],
  [{ query: 'a', sites: ['example.org OR 1'] }],
  [{ query: 'a', file_type: 'pdf OR' }],
  [{ query: 'a', language: 'english' }],
  [{ query: 'a', other: true } as object],
])('%j is refused before anybody is asked', async (request) => {
  const one = fakeProvider('one', hits(1, 1));
  expect(await failureOf(withProviders([one]).ask(request))).toMatchObject({ code: 'validation' });
  expect(one.asked).toHaveLength(0);
});
