import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { findRepository } from '../../sandbox/model/repository.ts';
import { engine, refusal, withTour } from './tour.fixture.ts';

const decoded = (data: unknown) => Buffer.from((data as { content: string }).content, 'base64').toString();

test('contents come as JSON up to one megabyte, raw beyond it', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const small = await rest.repos.getContent({ ...engine, path: 'docs/übersicht.md' });
  expect(decoded(small.data)).toContain('Umlaute');
  const large = await rest.repos.getContent({ ...engine, path: 'data/large.csv' });
  expect(large.data).toMatchObject({ encoding: 'none', content: '' });
  const raw = await rest.repos.getContent({ ...engine, path: 'data/large.csv', mediaType: { format: 'raw' } });
  expect(String(raw.data)).toMatch(/^id,value\n0,0\n/);
  const binary = await rest.repos.getContent({ ...engine, path: 'docs/logo.png' });
  expect(
    Buffer.from((binary.data as { content: string }).content, 'base64')
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  tour.sandbox.state.bounds.blob = 1000;
  expect(await refusal(rest.repos.getContent({ ...engine, path: 'data/large.csv' }))).toMatchObject({ status: 403 });
});

test('symlinks lead to their file, submodules name their home', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const link = await rest.repos.getContent({ ...engine, path: 'docs/latest.md', ref: 'v1.0.0' });
  expect(link.data).toMatchObject({ type: 'file', path: 'docs/guide.md' });
  const broken = await rest.repos.getContent({ ...engine, path: 'docs/latest.md' });
  expect(broken.data).toMatchObject({ type: 'symlink', target: 'guide.md' });
  const submodule = await rest.repos.getContent({ ...engine, path: 'vendor/colors' });
  expect(submodule.data).toMatchObject({ type: 'submodule', submodule_git_url: 'https://github.com/acme/colors.git' });
});

test('a file is written only over the version that the client has seen', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const change = { ...engine, path: 'README.md', message: 'm', content: 'eA==' };
  expect((await refusal(rest.repos.createOrUpdateFileContents(change))).status).toBe(422);
  const stale = await refusal(rest.repos.createOrUpdateFileContents({ ...change, sha: 'a'.repeat(40) }));
  expect(stale).toMatchObject({ status: 409, message: `README.md does not match ${'a'.repeat(40)}` });
  const { data } = await rest.repos.getContent({ ...engine, path: 'README.md' });
  const done = await rest.repos.createOrUpdateFileContents({ ...change, sha: (data as { sha: string }).sha });
  expect(done.status).toBe(200);
  expect((await rest.repos.createOrUpdateFileContents({ ...change, path: 'new.md' })).status).toBe(201);
  expect(
    (await refusal(rest.repos.createOrUpdateFileContents({ ...change, path: 'b.md', branch: 'none' }))).status,
  ).toBe(404);
});

test('the first file of an empty repository makes its default branch', async () => {
  await using tour = await withTour();
  const empty = { owner: 'acme', repo: 'sandbox' };
  await tour.octokit.rest.repos.createOrUpdateFileContents({ ...empty, path: 'a.md', message: 'a', content: 'YQ==' });
  const { data } = await tour.octokit.rest.repos.listBranches(empty);
  expect(data.map(({ name }) => name)).toEqual(['main']);
});

test('trees are cut where the bound is', async () => {
  await using tour = await withTour({ bounds: { treeEntries: 5 } });
  const { data } = await tour.octokit.rest.git.getTree({ ...engine, tree_sha: 'main', recursive: '1' });
  expect(data.truncated).toBe(true);
  expect(data.tree).toHaveLength(5);
});

test('refs move forwards, or by force, and not over a protection', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const back = (await rest.git.getRef({ ...engine, ref: 'tags/v1.0.0' })).data.object.sha;
  const ref = 'heads/docs';
  const refused = await refusal(rest.git.updateRef({ ...engine, ref, sha: back }));
  expect(refused).toMatchObject({ status: 422, message: 'Update is not a fast forward' });
  await rest.git.updateRef({ ...engine, ref, sha: back, force: true });
  expect(await refusal(rest.git.createRef({ ...engine, ref: 'refs/heads/docs', sha: back }))).toMatchObject({
    status: 422,
    message: 'Reference already exists',
  });
  expect((await refusal(rest.git.createRef({ ...engine, ref: 'refs/heads/x', sha: 'b'.repeat(40) }))).status).toBe(422);
  expect((await refusal(rest.git.deleteRef({ ...engine, ref: 'heads/main' }))).status).toBe(422);
  await rest.repos.createRepoRuleset({
    ...engine,
    name: 'main by pull request',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [{ type: 'pull_request' }, { type: 'non_fast_forward' }],
  });
  const ruled = await refusal(
    rest.repos.createOrUpdateFileContents({ ...engine, path: 'x.md', message: 'x', content: 'eA==' }),
  );
  expect(ruled).toMatchObject({
    status: 409,
    message: expect.stringContaining('Changes must be made through a pull request.'),
  });
});

test('branches merge, conflict, or have it already', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const merge = (base: string, head: string) => rest.repos.merge({ ...engine, base, head });
  expect(await refusal(merge('main', 'feature/blue'))).toMatchObject({ status: 409, message: 'Merge conflict' });
  expect((await merge('feature/blue', 'docs')).status).toBe(201);
  expect((await merge('main', 'docs')).status).toBe(204);
  expect((await refusal(merge('main', 'nothing'))).status).toBe(404);
});

test('commits and comparisons come as diffs and patches', async () => {
  await using tour = await withTour();
  const { rest } = tour.octokit;
  const diff = await rest.repos.getCommit({ ...engine, ref: 'feature/blue', mediaType: { format: 'diff' } });
  expect(String(diff.data)).toContain("-  draw: () => '<square>',\n+  draw: () => '<square blue>',");
  const patch = await rest.repos.compareCommitsWithBasehead({
    ...engine,
    basehead: 'main...feature/blue',
    mediaType: { format: 'patch' },
  });
  expect(String(patch.data)).toContain('Subject: [PATCH] Blue squares');
  const { data } = await rest.repos.getCommit({ ...engine, ref: 'docs' });
  expect(data.files?.[0]).toMatchObject({ status: 'renamed', previous_filename: 'docs/guide.md', changes: 0 });
  expect((await refusal(rest.repos.getCommit({ ...engine, ref: 'nothing' }))).status).toBe(422);
});

test('archives are where the redirect leads', async () => {
  await using tour = await withTour();
  const { data } = await tour.octokit.rest.repos.downloadTarballArchive({ ...engine, ref: 'main' });
  expect(gunzipSync(Buffer.from(data as ArrayBuffer)).toString('latin1')).toContain('acme-engine-');
  const zipped = await tour.octokit.rest.repos.downloadZipballArchive({ ...engine, ref: 'main' });
  expect(
    Buffer.from(zipped.data as ArrayBuffer)
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('code is found by words and qualifiers, on default branches, a thousand times at most', async () => {
  await using tour = await withTour();
  const paths = async (q: string) => (await tour.octokit.rest.search.code({ q })).data.items.map((item) => item.path);
  expect(await paths('Promise repo:acme/engine')).toEqual(['src/render.ts']);
  expect(await paths('draw path:src/shapes extension:ts -filename:index org:acme')).toHaveLength(6);
  expect(await paths('KEY org:acme')).toContain('keys.env');
  expect(await refusal(tour.as('ghp_linus').rest.search.code({ q: 'KEY repo:acme/secrets' }))).toMatchObject({
    status: 422,
  });
  expect((await refusal(tour.as(null).rest.search.code({ q: 'Promise' }))).status).toBe(401);
  const { state } = tour.sandbox;
  const engineRepository = findRepository(state, 'acme/engine');
  if (!engineRepository) throw new Error('no acme/engine');
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`many/${index}.txt`, 'needle\n']));
  commitFiles(state, engineRepository, { author: engineRepository.owner, message: 'Many', files });
  state.bounds.searchResults = 20;
  const { data } = await tour.octokit.rest.search.code({ q: 'needle', per_page: 10, page: 2 });
  expect(data).toMatchObject({ total_count: 40, items: { length: 10 } });
  const beyond = await refusal(tour.octokit.rest.search.code({ q: 'needle', per_page: 10, page: 3 }));
  expect(beyond).toMatchObject({ status: 422, message: 'Only the first 1000 search results are available' });
});
