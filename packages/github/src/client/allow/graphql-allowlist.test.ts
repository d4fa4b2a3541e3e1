import { expect, test } from 'vitest';
import { z } from 'zod';
import { failure, json, signal, withGitHub } from '../../github.fixture.ts';
import { query } from '../query.ts';

const repos = ['acme/*'];
const call = { signal };
const any = z.record(z.string(), z.unknown());

const byName = query({
  name: 'ByName',
  text: 'query ByName($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { nameWithOwner } }',
  ...{ schema: any, names: { repositories: [['owner', 'repo']] as const } },
});
const byNode = query({
  name: 'ByNode',
  text: 'mutation ByNode($input: AddCommentInput!) { addComment(input: $input) { clientMutationId } }',
  ...{ schema: any, names: { nodes: ['input.subjectId'] } },
});
const ofAccount = query({
  name: 'OfAccount',
  text: 'query OfAccount($login: String!) { user(login: $login) { id } }',
  ...{ schema: any, names: { accounts: ['login'] } },
});
const bySearch = query({
  name: 'BySearch',
  text: 'query BySearch($q: String!) { search(query: $q, type: ISSUE, first: 1) { issueCount } }',
  ...{ schema: any, names: { searches: ['q'] } },
});

test('a name outside is refused before it is sent', async () => {
  await using given = await withGitHub(() => json({ data: { repository: { nameWithOwner: 'acme/app' } } }), { repos });
  await given.github.graphql(byName, { owner: 'acme', repo: 'app' }, call);
  expect(await failure(given.github.graphql(byName, { owner: 'evil', repo: 'app' }, call))).toMatchObject({
    code: 'auth',
  });
  expect(given.vendor.requests).toHaveLength(1);
});

test('a repository that answers under another name is refused, because renames are followed silently', async () => {
  await using given = await withGitHub(() => json({ data: { repository: { nameWithOwner: 'evil/new', secret: 1 } } }), {
    repos,
  });
  const error = await failure(given.github.graphql(byName, { owner: 'acme', repo: 'old' }, call));
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.message).toContain('evil/new');
});

const node = (place: object | null) => (request: { body: string }) =>
  json(
    request.body.includes('Places')
      ? { data: { nodes: [place] } }
      : { data: { addComment: { clientMutationId: null } } },
  );

test.each([
  [
    'in a repository inside',
    { __typename: 'Issue', id: 'I_1', repository: { nameWithOwner: 'acme/app', isPrivate: true } },
    true,
  ],
  [
    'in a repository outside',
    { __typename: 'Issue', id: 'I_1', repository: { nameWithOwner: 'evil/app', isPrivate: false } },
    false,
  ],
  ['of a project', { __typename: 'ProjectV2', id: 'P_1', title: 'Plan', public: true }, false],
  ['that cannot be seen', null, false],
  ['of an unknown kind', { __typename: 'Enterprise', id: 'E_1' }, false],
  ['of a user', { __typename: 'User', id: 'U_1' }, true],
])('a node %s is looked up first', async (_, place, sent) => {
  await using given = await withGitHub(node(place), { repos });
  const write = given.github.graphql(byNode, { input: { subjectId: 'I_1', body: 'x' } }, call);
  if (sent) await write;
  else expect(await failure(write)).toMatchObject({ code: 'auth' });
  expect(given.vendor.requests.filter(({ body }) => body.includes('mutation'))).toHaveLength(sent ? 1 : 0);
});

test('what belongs to accounts is refused with an allowlist', async () => {
  await using given = await withGitHub(() => json({ data: {} }), { repos });
  expect(await failure(given.github.graphql(ofAccount, { login: 'acme' }, call))).toMatchObject({ code: 'auth' });
  expect(given.vendor.requests).toHaveLength(0);
});

test('searches are checked, and rows outside are left out', async () => {
  const nodes = [
    { title: 'in', repository: { nameWithOwner: 'acme/app' } },
    { title: 'out', repository: { nameWithOwner: 'evil/app' } },
  ];
  await using given = await withGitHub(() => json({ data: { search: { nodes } } }), { repos });
  expect(await given.github.graphql(bySearch, { q: 'bug' }, call)).toEqual({ search: { nodes: [nodes[0]] } });
  expect(await failure(given.github.graphql(bySearch, { q: 'bug repo:evil/app' }, call))).toMatchObject({
    code: 'auth',
  });
});

test('a linked thing outside becomes null, and the head of a pull request keeps its name alone', async () => {
  const data = {
    repository: {
      nameWithOwner: 'acme/app',
      issue: { title: 'A', parent: { title: 'secret', repository: { nameWithOwner: 'evil/app' } } },
      pullRequest: { headRepository: { nameWithOwner: 'evil/fork', description: 'secret' } },
    },
  };
  await using given = await withGitHub(() => json({ data }), { repos });
  expect(await given.github.graphql(byName, { owner: 'acme', repo: 'app' }, call)).toEqual({
    repository: {
      nameWithOwner: 'acme/app',
      issue: { title: 'A', parent: null },
      pullRequest: { headRepository: { nameWithOwner: 'evil/fork' } },
    },
  });
});
