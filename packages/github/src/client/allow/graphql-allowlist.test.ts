import { expect, test } from 'vitest';
import * as z from 'zod';
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
    /query (Project)?Places/.test(request.body)
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
  [
    'of a draft in a project',
    { __typename: 'DraftIssue', id: 'DI_1', projectsV2: { nodes: [{ title: 'Plan', public: false }] } },
    false,
  ],
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

const toProject = query({
  name: 'ToProject',
  text: 'mutation ToProject($input: UpdateProjectV2Input!) { updateProjectV2(input: $input) { clientMutationId } }',
  ...{ schema: any, names: { nodes: ['input.projectId'], publishes: ['input.public'] } },
});
const quietly = query({
  name: 'Quietly',
  text: 'mutation Quietly($input: ArchiveProjectV2ItemInput!) { archiveProjectV2Item(input: $input) { clientMutationId } }',
  ...{ schema: any, names: { nodes: ['input.projectId'], quiet: true as const } },
});
const board = { __typename: 'ProjectV2', id: 'P_1', title: 'Plan' };
const read = { full_name: 'acme/private', private: true };

test('a public project is a public place, asked for anew each time, but not for what puts no text there', async () => {
  let isPublic = false;
  await using given = await withGitHub((request) => node({ ...board, public: isPublic })(request));
  const { github } = given;
  const write = () => github.graphql(toProject, { input: { projectId: 'P_1', title: 'x' } }, call);
  github.readFrom(read);
  await write();
  isPublic = true;
  expect(await failure(write())).toMatchObject({ code: 'auth' });
  await github.graphql(quietly, { input: { projectId: 'P_1', itemId: 'I_1' } }, call);
});

test('making a project public publishes it; a token without the scope for projects still writes elsewhere', async () => {
  await using given = await withGitHub(node({ ...board, public: false }));
  const { github } = given;
  const show = (isPublic: boolean) =>
    github.graphql(toProject, { input: { projectId: 'P_1', public: isPublic } }, call);
  await show(true);
  github.readFrom(read);
  await show(false);
  expect(await failure(show(true))).toMatchObject({ code: 'auth' });
  const issue = { __typename: 'Issue', id: 'I_1', repository: { nameWithOwner: 'acme/app', isPrivate: true } };
  await using other = await withGitHub(node(issue), { repos });
  await other.github.graphql(byNode, { input: { subjectId: 'I_1' } }, call);
  expect(other.vendor.requests.filter(({ body }) => /ProjectV2/.test(body))).toEqual([]);
});

test('a name in angle brackets stands for a node that a dry run has not made', async () => {
  await using given = await withGitHub(node(null), { repos });
  await given.github.planGraphql(byNode, { input: { subjectId: '<issue>' } }, call);
  expect(await failure(given.github.planGraphql(byNode, { input: { subjectId: '<I 1>' } }, call))).toMatchObject({
    code: 'auth',
  });
});
