import { expect, test } from 'vitest';
import { withSandbox } from '../../sandbox/index.ts';
import { engine, refusal, withTour } from './tour.fixture.ts';

test('requests that GitHub does not describe are refused, and kept for the test to see', async () => {
  await using tour = await withTour();
  const { octokit, sandbox } = tour;
  expect(
    (await refusal(octokit.request('GET /repos/{owner}/{repo}/branches', { ...engine, filter: 'x' }))).status,
  ).toBe(422);
  expect(
    (await refusal(octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...engine, ref: 'refs/heads/x' } as never)))
      .status,
  ).toBe(422);
  expect(
    (await refusal(octokit.request('PUT /repos/{owner}/{repo}/topics', { ...engine, names: 'graphics' } as never)))
      .status,
  ).toBe(422);
  expect((await refusal(octokit.request('GET /repos/{owner}/{repo}/nothing', engine))).status).toBe(404);
  expect((await refusal(octokit.request('PATCH /repos/{owner}/{repo}/branches', engine))).status).toBe(404);
  expect(sandbox.unknown.map(({ problems }) => problems)).toEqual([
    ['query filter: not a parameter of GET /repos/{owner}/{repo}/branches'],
    ["body: must have required property 'sha'"],
    ['body/names: must be array'],
    ['no operation has the path /repos/acme/engine/nothing'],
    ['PATCH is not a method of /repos/{owner}/{repo}/branches'],
  ]);
});

test('an answer that did not change costs nothing of the quota', async () => {
  await using tour = await withTour();
  const first = await tour.octokit.rest.repos.get(engine);
  const again = await refusal(
    tour.octokit.rest.repos.get({ ...engine, headers: { 'if-none-match': first.headers.etag ?? '' } }),
  );
  expect(again.status).toBe(304);
  expect(again.headers['x-ratelimit-remaining']).toBe(first.headers['x-ratelimit-remaining']);
  expect(tour.sandbox.limits.spent.core).toBe(1);
  await tour.octokit.rest.repos.update({ ...engine, description: 'other' });
  const third = await tour.octokit.rest.repos.get({
    ...engine,
    headers: { 'if-none-match': first.headers.etag ?? '' },
  });
  expect(third.status).toBe(200);
});

test('an exhausted quota is a 403 that says when it comes back', async () => {
  await using tour = await withTour();
  const { sandbox, octokit } = tour;
  sandbox.limits.set(sandbox.token, 'core', { remaining: 1, resetIn: 30 });
  await octokit.rest.repos.get(engine);
  const refused = await refusal(octokit.rest.repos.get(engine));
  expect(refused).toMatchObject({ status: 403, message: expect.stringContaining('API rate limit exceeded') });
  expect(refused.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-resource': 'core' });
  const { data } = await octokit.rest.rateLimit.get();
  expect(data.resources.core.remaining).toBe(0);
  expect(data.resources.search.limit).toBe(30);
  await octokit.rest.search.repos({ q: 'engine' });
  sandbox.limits.exhaustedStatus = 429;
  expect((await refusal(octokit.rest.repos.get(engine))).status).toBe(429);
});

test('faults are met once, so often, or always, before or after the work', async () => {
  await using tour = await withTour();
  const { sandbox, octokit } = tour;
  const get = () => octokit.rest.repos.get(engine);
  sandbox.faults.secondaryLimit('GET /repos/{owner}/{repo}', { retryAfter: 2 });
  const limited = await refusal(get());
  expect(limited).toMatchObject({ status: 403, message: expect.stringContaining('secondary rate limit') });
  expect(limited.headers['retry-after']).toBe('2');
  expect((await get()).status).toBe(200);

  const broken = sandbox.faults.add({
    on: 'GET /repos/acme/*',
    times: 2,
    after: 1,
    status: 502,
    body: 'Bad gateway',
    type: 'text/html',
  });
  expect((await get()).status).toBe(200);
  expect((await refusal(get())).status).toBe(502);
  expect((await refusal(get())).status).toBe(502);
  expect((await get()).status).toBe(200);
  expect(broken.hits).toBe(2);

  sandbox.faults.add({ on: 'GET /repos/{owner}/{repo}', break: 'reset' });
  await expect(fetch(`${sandbox.url}/repos/acme/engine`)).rejects.toThrow();
  sandbox.faults.add({ on: 'GET /repos/{owner}/{repo}', break: 'truncated' });
  await expect(fetch(`${sandbox.url}/repos/acme/engine`).then((answer) => answer.text())).rejects.toThrow();
  sandbox.faults.add({ on: 'PUT /repos/{owner}/{repo}/topics', break: 'reset', apply: true });
  await refusal(octokit.rest.repos.replaceAllTopics({ ...engine, names: ['lost'] }));
  expect((await octokit.rest.repos.getAllTopics(engine)).data.names).toEqual(['lost']);
});

test('pages carry links to each other, by the repository’s own route', async () => {
  await using tour = await withTour();
  const all = await tour.octokit.paginate(tour.octokit.rest.repos.listCommits, { ...engine, per_page: 4 });
  expect(all).toHaveLength(10);
  const { headers } = await tour.octokit.rest.repos.listCommits({ ...engine, per_page: 4, page: 2 });
  expect(
    [...(headers.link ?? '').matchAll(/page=(\d+)>; rel="(\w+)"/g)].map(([, page, rel]) => `${rel} ${page}`),
  ).toEqual(['prev 1', 'next 3', 'last 3', 'first 1']);
});

test('a client without a name, and a version that never was, are refused', async () => {
  await using sandbox = await withSandbox({ seed: 'empty' });
  const answer = (headers: Record<string, string>) => fetch(`${sandbox.url}/meta`, { headers });
  expect((await answer({ 'user-agent': '' })).status).toBe(403);
  expect((await answer({ 'x-github-api-version': '2019-01-01' })).status).toBe(400);
  const good = await answer({ 'x-github-api-version': '2022-11-28' });
  expect(good.headers.get('x-github-api-version-selected')).toBe('2022-11-28');
  expect(good.headers.get('x-github-request-id')).toMatch(/^[0-9A-F]{4}:/);
});

test('Enterprise Server’s addresses work as well', async () => {
  await using sandbox = await withSandbox();
  const answer = await fetch(`${sandbox.url}/api/v3/repos/acme/engine`);
  expect(await answer.json()).toMatchObject({ full_name: 'acme/engine' });
});
