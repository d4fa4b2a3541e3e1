import { expect, test } from 'vitest';
import { addAccount, addOrganization } from '../sandbox/model/accounts.ts';
import { closeIssue } from '../sandbox/model/issue-changes.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { addRelease } from '../sandbox/model/releases.ts';
import { githubIssue } from '../src/tools/github-issue.ts';
import { githubRepo } from '../src/tools/github-repo.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubRepo, githubIssue];
type Row = Record<string, unknown>;

function withRelease({ sandbox, ada, ...world }: ReadWorld, body: string) {
  const repository = world.repository({ a: 'x' });
  const release = addRelease(sandbox.state, repository, { author: ada, tag: 'rel/1.0', name: 'First', body });
  const now = sandbox.state.now();
  release.assets.push({
    ...{ id: 7, name: 'app.tgz', label: null, data: Buffer.from('bytes'), uploader: ada, downloads: 3 },
    ...{ contentType: 'application/gzip', createdAt: now, updatedAt: now },
  });
  return { repository, release };
}

test('a release by its tag: the whole notes as they are, when it changed, its assets', async () => {
  await using world = await withWorld(tools);
  const body = '## New\r\n<T> \u202e and more\n';
  withRelease(world, body);
  const { data, text, isError } = await world.call('github_repo', { repo: 'ada/site', tag: 'rel/1.0' });
  expect(isError, text).toBe(false);
  expect(data.release).toMatchObject({
    ...{ tag: 'rel/1.0', name: 'First', author: 'ada', body, updated_at: expect.stringMatching(/Z$/) },
    assets: [{ name: 'app.tgz', size: 5, downloads: 3, url: expect.stringContaining('/releases/download/') }],
  });
  expect(text).toMatch(/<<untrusted \w+ from ada\/site by ada>>\n## New/);
  expect(text).toContain('app.tgz · size 5 · downloads 3');
  const listed = await world.call('github_repo', { repo: 'ada/site', include: ['releases'] });
  expect(listed.data.lists).toMatchObject({ releases: { items: [{ tag: 'rel/1.0', assets: 1 }] } });
  expect(world.sandbox.unknown).toEqual([]);
});

test('a draft is found by its tag, and of long notes and many assets there is what fits', async () => {
  await using world = await withWorld(tools);
  const { release } = withRelease(world, 'Line of notes\n'.repeat(3000));
  const [asset] = release.assets;
  if (!asset) throw new Error('it has one');
  release.assets.push(...Array.from({ length: 80 }, (_, n) => ({ ...asset, id: 100 + n, name: `app-${n}.tgz` })));
  release.isDraft = true;
  const asked = { repo: 'ada/site', tag: 'rel/1.0', max_chars: 6000, include: ['branches'] };
  const { data, text } = await world.call('github_repo', asked);
  expect(JSON.stringify(data).length).toBeLessThanOrEqual(6000);
  expect(text.length).toBeLessThanOrEqual(6000);
  const { body, assets, more_assets, ...facts } = data.release as Row & { body: string; assets: Row[] };
  expect(facts).toMatchObject({ draft: true, body_truncated: true, body_chars: 42_000 });
  expect('Line of notes\n'.repeat(3000).startsWith(body)).toBe(true);
  expect(assets.length + Number(more_assets)).toBe(81);
  expect(data.lists).toMatchObject({ branches: { items: [{ name: 'main' }] } });
});

test('a tag without a release, and a tag beside a cursor, are explained', async () => {
  await using world = await withWorld(tools);
  withRelease(world, '');
  const none = await world.call('github_repo', { repo: 'ada/site', tag: 'v9' });
  expect(none.error?.code).toBe('not_found');
  expect(none.text).toContain('v9 has no release');
  const both = await world.call('github_repo', { cursor: 'abc', tag: 'rel/1.0' });
  expect(both.text).toContain('tag: leave it out beside cursor');
  expect((await world.call('github_repo', { repo: 'ada/site', tag: 'rel/1.0' })).text).toContain('(no notes)');
});

test('the types of issues of an organisation, and a word where an account has none', async () => {
  await using world = await withWorld(tools);
  world.repository({ a: 'x' });
  const owner = addOrganization(world.sandbox.state, { login: 'acme' }, [[world.ada, 'admin']]);
  world.repository({ a: 'x' }, { owner });
  const ask = (repo: string) => world.call('github_repo', { repo, include: ['issue_types'] });
  const types = await ask('acme/site');
  expect(types.data.lists).toMatchObject({ issue_types: { items: expect.arrayContaining([expect.anything()]) } });
  expect(types.text).toContain('Bug · description An unexpected problem');
  expect((await ask('ada/site')).text).toContain('only repositories of organisations have types of issues');
  expect(world.sandbox.unknown).toEqual([]);
});

test('an issue says what it is a duplicate of, unless GitHub does not tell', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x' });
  const bob = addAccount(state, { login: 'bob' });
  const first = addIssue(state, repository, { author: bob, title: 'It breaks' });
  const again = addIssue(state, repository, { author: bob, title: 'It breaks too' });
  closeIssue(state, again, { actor: world.ada, reason: 'duplicate', duplicateOf: first });
  const ask = () => world.call('github_issue', { repo: 'ada/site', number: again.number });
  expect((await ask()).data.issue).toMatchObject({ state_reason: 'duplicate', duplicate_of: 'ada/site#1' });
  world.sandbox.faults.add({ on: 'POST /graphql', status: 404, body: { message: 'Not Found' } });
  const without = await ask();
  expect(without.isError, without.text).toBe(false);
  expect(without.data.issue).not.toHaveProperty('duplicate_of');
});
