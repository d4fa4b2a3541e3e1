import { expect, test } from 'vitest';
import { failure, signal, withGitHub } from '../github.fixture.ts';

const place = { owner: 'acme', repo: 'app' };

async function refusal(answer: { status: number; headers?: Record<string, string>; body?: unknown }, given = {}) {
  await using opened = await withGitHub(() => answer, given);
  return await failure(opened.github.rest('POST /repos/{owner}/{repo}/issues', { ...place, title: 'x' }, { signal }));
}

test.each(['public_repo', 'repo'])('a role that is missing is not put down to a token with %s', async (have) => {
  const headers = { 'x-oauth-scopes': have, 'x-accepted-oauth-scopes': 'repo' };
  const error = await refusal({ status: 403, headers, body: { message: 'Must have push access to Repository.' } });
  expect(error.message).not.toContain('scope');
  expect(error.hint).toContain('Its role');
});

test('what is forbidden without a credential wants one, whatever GitHub says', async () => {
  const body = { message: 'Must have admin rights to Repository.' };
  const error = await refusal({ status: 403, body }, { credential: { kind: 'none' } });
  expect(error.message).toContain('GITHUB_TOKEN is not set');
  expect(error.hint).not.toContain('role');
});

test('a run that is already running is no lack of rights', async () => {
  const error = await refusal({ status: 403, body: { message: 'This workflow is already running' } });
  expect(error).toMatchObject({ code: 'conflict', hint: 'Wait for it, or cancel it first.' });
});

test('a sentence of GitHub keeps its one full stop', async () => {
  const errors = [{ message: 'There are no new commits on the base branch.' }];
  const error = await refusal({ status: 422, body: { message: 'Validation Failed', errors } });
  expect(error.message).toMatch(/base branch\.$/);
  expect(error.message).not.toContain('..');
});
