import { expect, test } from 'vitest';
import { addRepository } from '../../sandbox/model/repository.ts';
import { addToken } from '../../sandbox/model/tokens.ts';
import { engine, refusal, withTour } from './tour.fixture.ts';

const secrets = { owner: 'acme', repo: 'secrets' };
const put = { ...engine, path: 'x.md', message: 'x', content: 'eA==' };

test('a token that does not exist is refused', async () => {
  await using tour = await withTour();
  expect(await refusal(tour.as('ghp_wrong').rest.repos.get(engine))).toMatchObject({
    status: 401,
    message: 'Bad credentials',
  });
  expect(tour.sandbox.requests[0]?.headers.authorization).toBe('[redacted]');
});

test('a token says when it ends, and is refused from then on', async () => {
  let now = Date.UTC(2026, 5, 1);
  await using tour = await withTour({ clock: () => now });
  const { state } = tour.sandbox;
  const ada = [...state.accounts.values()].find(({ login }) => login === 'ada');
  if (!ada) throw new Error('no ada');
  addToken(state, { value: 'ghp_short', user: ada, expiresAt: Date.UTC(2026, 5, 2) });
  const { headers } = await tour.as('ghp_short').rest.users.getAuthenticated();
  expect(headers['github-authentication-token-expiration']).toBe('2026-06-02 00:00:00 UTC');
  now = Date.UTC(2026, 5, 3);
  expect((await refusal(tour.as('ghp_short').rest.users.getAuthenticated())).status).toBe(401);
});

test('private repositories do not exist for those who may not see them', async () => {
  await using tour = await withTour();
  for (const token of [null, 'ghp_linus', 'ghp_nothing', 'github_pat_ada']) {
    expect(await refusal(tour.as(token).rest.repos.get(secrets))).toMatchObject({ status: 404, message: 'Not Found' });
  }
  expect((await tour.as('ghp_grace').rest.repos.get(secrets)).data.private).toBe(true);
});

test('without a token public things can be read, sixty times an hour, and nothing written', async () => {
  await using tour = await withTour();
  const { headers } = await tour.as(null).rest.repos.get(engine);
  expect(headers['x-ratelimit-limit']).toBe('60');
  expect(headers['x-oauth-scopes']).toBeUndefined();
  expect(await refusal(tour.as(null).rest.repos.createOrUpdateFileContents(put))).toMatchObject({ status: 401 });
});

test('a user without push access, and a token without the scope, learn what is missing', async () => {
  await using tour = await withTour();
  const stranger = await refusal(tour.as('ghp_linus').rest.repos.createOrUpdateFileContents(put));
  expect(stranger).toMatchObject({ status: 403, message: 'Must have push access to Repository.' });
  const { state } = tour.sandbox;
  const grace = [...state.accounts.values()].find(({ login }) => login === 'grace');
  if (!grace) throw new Error('no grace');
  addToken(state, { value: 'ghp_few', user: grace, scopes: ['gist'] });
  const few = await refusal(tour.as('ghp_few').rest.repos.createOrUpdateFileContents(put));
  expect(few.status).toBe(404);
  expect(few.headers).toMatchObject({ 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'repo' });
});

test('a fine-grained token is told which permission it would need', async () => {
  await using tour = await withTour();
  const pat = tour.as('github_pat_ada');
  await pat.rest.repos.createOrUpdateFileContents(put);
  const denied = await refusal(pat.rest.repos.replaceAllTopics({ ...engine, names: [] }));
  expect(denied).toMatchObject({ status: 403, message: 'Resource not accessible by personal access token' });
  expect(denied.headers['x-accepted-github-permissions']).toBe('administration=write');
  expect(denied.headers['x-oauth-scopes']).toBeUndefined();
});

test('workflow files take a scope of their own', async () => {
  await using tour = await withTour();
  const { state } = tour.sandbox;
  const ada = [...state.accounts.values()].find(({ login }) => login === 'ada');
  if (!ada) throw new Error('no ada');
  addToken(state, { value: 'ghp_repo', user: ada, scopes: ['repo'] });
  const change = { ...put, path: '.github/workflows/new.yml' };
  expect((await refusal(tour.as('ghp_repo').rest.repos.createOrUpdateFileContents(change))).status).toBe(404);
  await tour.octokit.rest.repos.createOrUpdateFileContents(change);
});

test('single sign-on asks for an authorised token, and lists leave the organisation out', async () => {
  await using tour = await withTour();
  const acme = [...tour.sandbox.state.accounts.values()].find(({ login }) => login === 'acme');
  if (!acme) throw new Error('no acme');
  acme.saml = true;
  const denied = await refusal(tour.octokit.rest.repos.get(engine));
  expect(denied.status).toBe(403);
  expect(denied.headers['x-github-sso']).toMatch(/^required; url=https:\/\/github\.com\/orgs\/acme\/sso\?/);
  const { data, headers } = await tour.octokit.rest.repos.listForAuthenticatedUser();
  expect(data.map(({ full_name }) => full_name)).toEqual(['ada/notes']);
  expect(headers['x-github-sso']).toBe(`partial-results; organizations=${acme.id}`);
});

test('renamed and transferred repositories lead on, for reads and for writes', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  await rest.repos.update({ ...engine, name: 'motor' });
  expect((await rest.repos.get(engine)).data.full_name).toBe('acme/motor');
  const moved = await fetch(`${tour.sandbox.url}/repos/acme/engine/contents/README.md?ref=main`, {
    redirect: 'manual',
  });
  expect(moved.status).toBe(301);
  expect(moved.headers.get('location')).toMatch(/\/repositories\/\d+\/contents\/README\.md\?ref=main$/);
  await rest.repos.createOrUpdateFileContents(put);
  expect(tour.sandbox.requests.map(({ status }) => status)).toContain(307);
  const { data } = await rest.repos.getContent({ owner: 'acme', repo: 'motor', path: 'x.md' });
  expect(data).toMatchObject({ path: 'x.md' });
});

test('archived, blocked and empty repositories refuse in their own ways', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const archived = await refusal(rest.repos.createOrUpdateFileContents({ ...put, repo: 'site' }));
  expect(archived).toMatchObject({ status: 403, message: 'Repository was archived so is read-only.' });
  const empty = await refusal(rest.git.getRef({ owner: 'acme', repo: 'sandbox', ref: 'heads/main' }));
  expect(empty).toMatchObject({ status: 409, message: 'Git Repository is empty.' });
  const { state } = tour.sandbox;
  const ada = [...state.accounts.values()].find(({ login }) => login === 'ada');
  if (!ada) throw new Error('no ada');
  for (const status of [451, 410] as const) {
    addRepository(state, { owner: ada, name: `blocked-${status}` }).blocked = { status, reason: 'dmca' };
    expect((await refusal(rest.repos.get({ owner: 'ada', repo: `blocked-${status}` }))).status).toBe(status);
  }
});
