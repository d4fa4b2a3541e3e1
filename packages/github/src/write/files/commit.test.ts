import { ValidationError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import type { GitHub } from '../../client/index.ts';
import { failure, signal } from '../../github.fixture.ts';
import { moveBranch } from './commit.ts';

const move = { owner: 'ada', repo: 'app', branch: 'main', commit: 'mine', head: 'old' };

/** GitHub refuses to move the branch, which is at `actual`; `status` is how that stands to the commit. */
const refusing = (actual: string, status: string) =>
  ({
    async rest(route: string) {
      if (route.startsWith('PATCH')) throw new ValidationError('Update is not a fast forward');
      return { status: 200, data: route.includes('/compare/') ? { status } : { object: { sha: actual } } };
    },
  }) as unknown as GitHub;

test('a repeated move finds its own work, also where somebody built on it before', async () => {
  await moveBranch(refusing('mine', 'identical'), move, { signal });
  await moveBranch(refusing('theirs', 'ahead'), move, { signal });
});

test('a branch that somebody else moved is a conflict with its head', async () => {
  const error = await failure(moveBranch(refusing('theirs', 'diverged'), move, { signal }));
  expect(error).toMatchObject({ code: 'conflict', details: { expected: 'old', actual: 'theirs' } });
  expect(await failure(moveBranch(refusing('old', 'behind'), move, { signal }))).toMatchObject({ code: 'validation' });
});
