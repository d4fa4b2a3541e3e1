import { expect, test } from 'vitest';
import { failure, json, signal, withGitHub } from '../github.fixture.ts';
import { dryRun } from './dry-run.ts';

const place = { owner: 'acme', repo: 'app' };

test('reads are sent, writes recorded; a planned answer lets the work go on, without one it ends', async () => {
  await using given = await withGitHub(() => json({ full_name: 'acme/app', private: true, default_branch: 'main' }));
  const planned = await dryRun(given.github, async (github) => {
    const { data } = await github.rest('GET /repos/{owner}/{repo}', place, { signal });
    const blob = await github.rest(
      'POST /repos/{owner}/{repo}/git/blobs',
      { ...place, content: 'x' },
      { signal, planned: { sha: '<sha of the blob>' } },
    );
    await github.rest(
      'POST /repos/{owner}/{repo}/git/tags',
      { ...place, tag: data.default_branch, message: '', object: blob.data.sha, type: 'blob' },
      { signal },
    );
    throw new Error('not reached');
  });
  expect(planned).toEqual({
    dry_run: true,
    requests: [
      { method: 'POST', path: '/repos/acme/app/git/blobs', body: { content: 'x' } },
      {
        method: 'POST',
        path: '/repos/acme/app/git/tags',
        body: { tag: 'main', message: '', object: '<sha of the blob>', type: 'blob' },
      },
    ],
  });
  expect(given.vendor.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('what would be refused is refused', async () => {
  await using given = await withGitHub(() => json({}), { repos: ['acme/*'] });
  const outside = dryRun(given.github, (github) =>
    github.rest('POST /repos/{owner}/{repo}/issues', { owner: 'evil', repo: 'app', title: 'x' }, { signal }),
  );
  expect(await failure(outside)).toMatchObject({ code: 'auth' });
});
