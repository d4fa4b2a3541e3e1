import { expect, test } from 'vitest';
import * as z from 'zod';
import { json, signal, withGitHub } from '../github.fixture.ts';
import { type Missing, missingInWords, missingOrganisations, watchMissing } from './missing.ts';
import { query } from './query.ts';

const pullQuery = query({
  name: 'Pull',
  text: 'query Pull($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner pullRequest(number: 1) { files(first: 1) { totalCount } } } }',
  schema: z.object({ repository: z.object({ pullRequest: z.object({ files: z.unknown() }) }) }),
  names: { repositories: [['owner', 'name']] },
});
const place = { owner: 'acme', name: 'app' };

test('organisations are missing by a header of answers alone, not by that of refusals', () => {
  const header = (value: string) => missingOrganisations(new Headers({ 'x-github-sso': value }));
  expect(header('partial-results; organizations=21955855,20582480')).toEqual([
    { kind: 'organisations', ids: ['21955855', '20582480'] },
  ]);
  expect(header('required; url=https://github.com/orgs/acme/sso')).toEqual([]);
  expect(missingOrganisations(new Headers())).toEqual([]);
});

test('a list without the results of organisations with single sign-on tells so', async () => {
  const sso = { 'x-github-sso': 'partial-results; organizations=1,2' };
  await using given = await withGitHub(() => json([], sso));
  const { github, missing } = watchMissing(given.github);
  await github.rest('GET /notifications', {}, { signal });
  await github.rest('GET /notifications', {}, { signal });
  expect(missing()).toEqual([expect.stringMatching(/2 organisations .* \(id 1, 2\), until a person authorises/)]);
});

test('a part of a GraphQL answer that may not be seen is told with the words of GitHub, the rest is there', async () => {
  const error = {
    type: 'FORBIDDEN',
    message: 'Resource not accessible',
    path: ['repository', 'pullRequest', 'files', 'nodes', 0],
  };
  const data = { repository: { nameWithOwner: 'acme/app', pullRequest: { files: null } } };
  await using given = await withGitHub(() => json({ data, errors: [error, { ...error }] }));
  const { github, missing } = watchMissing(given.github);
  expect((await github.graphql(pullQuery, place, { signal })).repository.pullRequest.files).toBeNull();
  expect(missing()).toEqual(['GitHub left out repository.pullRequest.files.nodes: "Resource not accessible".']);
});

test('who listens itself hears it instead', async () => {
  await using given = await withGitHub(() => json([], { 'x-github-sso': 'partial-results; organizations=1' }));
  const heard: Missing[] = [];
  const { github, missing } = watchMissing(given.github);
  await github.rest('GET /notifications', {}, { signal, onMissing: (one) => void heard.push(one) });
  expect([heard.length, missing()]).toEqual([1, []]);
});

test('many parts are few sentences', () => {
  const parts = Array.from({ length: 9 }, (_, n) => ({ kind: 'part', path: `a.b${n}`, message: 'no' }) as const);
  const words = missingInWords(parts);
  expect(words).toHaveLength(6);
  expect(words.at(-1)).toBe('It left out 4 other parts.');
});

test('what the allowlist leaves out of a GraphQL answer is counted, and not named', async () => {
  const list = [{ repository: { nameWithOwner: 'evil/app' } }, { repository: { nameWithOwner: 'acme/app' } }];
  const data = { repository: { nameWithOwner: 'acme/app', pullRequest: { files: list } } };
  await using given = await withGitHub(() => json({ data }), { repos: ['acme/*'] });
  const { github, missing } = watchMissing(given.github);
  expect((await github.graphql(pullQuery, place, { signal })).repository.pullRequest.files).toEqual([list[1]]);
  expect(missing()).toEqual(['1 result is outside the repositories that this server may touch.']);
});
