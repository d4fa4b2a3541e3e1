import { createLog } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { failure, json, signal, withGitHub } from '../github.fixture.ts';
import { createPace } from './pace.ts';

const log = createLog({ name: 'test', level: 'silent' });

test('the 81st write of a minute is refused and not sent, reads go on', async () => {
  const pace = createPace({ log });
  await using given = await withGitHub(() => json({}), { pace });
  const write = () =>
    given.github.rest('POST /repos/{owner}/{repo}/issues', { owner: 'a', repo: 'b', title: 'x' }, { signal });
  for (let n = 0; n < 80; n += 1) await write();
  const error = await failure(write());
  expect(error).toMatchObject({ code: 'rate_limit', retryable: true });
  expect(error.retryAfterSeconds).toBeLessThanOrEqual(60);
  expect(error.message).toContain('80 calls in 60 s');
  await given.github.rest('GET /user', {}, { signal });
  expect(given.vendor.requests).toHaveLength(81);
  pace.close();
});

test('searches have a limit of their own', async () => {
  const pace = createPace({ log });
  await using given = await withGitHub(() => json({ items: [] }), { pace });
  const search = () => given.github.rest('GET /search/issues', { q: 'x' }, { signal });
  for (let n = 0; n < 30; n += 1) await search();
  expect(await failure(search())).toMatchObject({ code: 'rate_limit' });
  pace.close();
});
