import { expect, test } from 'vitest';
import { failField } from '../../sandbox/graphql/faults.ts';
import { addAccount } from '../../sandbox/model/accounts.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { addRepository } from '../../sandbox/model/repository.ts';
import { addToken } from '../../sandbox/model/tokens.ts';
import { withGraphql } from './graphql.fixture.ts';

const repository = (fields: string) =>
  `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${fields} } }`;
const engine = { owner: 'acme', name: 'engine' };
const secrets = { owner: 'acme', name: 'secrets' };

test('the viewer is the user of the token', async () => {
  await using tour = await withGraphql();
  expect((await tour.ask('{ viewer { login name isViewer } }')).data.viewer).toEqual({
    ...{ login: 'ada', name: 'Ada Lovelace', isViewer: true },
  });
  expect((await tour.ask('{ viewer { login } }', {}, 'ghp_grace')).data.viewer.login).toBe('grace');
  expect(tour.sandbox.unknown).toEqual([]);
});

test('a repository tells its metadata', async () => {
  await using tour = await withGraphql();
  const { data } = await tour.ask(
    repository(`nameWithOwner isPrivate visibility stargazerCount hasDiscussionsEnabled viewerPermission
      defaultBranchRef { name target { oid } } owner { __typename login } primaryLanguage { name } licenseInfo { spdxId }
      repositoryTopics(first: 5) { nodes { topic { name } } } languages(first: 2) { totalSize edges { size node { name } } }`),
    engine,
  );
  expect(data.repository).toMatchObject({
    ...{ nameWithOwner: 'acme/engine', isPrivate: false, visibility: 'PUBLIC', viewerPermission: 'ADMIN' },
    defaultBranchRef: { name: 'main' },
    owner: { __typename: 'Organization', login: 'acme' },
    primaryLanguage: { name: expect.any(String) },
    licenseInfo: { spdxId: 'MIT' },
    repositoryTopics: { nodes: [{ topic: { name: 'graphics' } }, { topic: { name: 'typescript' } }] },
  });
});

test('the quota is told, counted and named in the headers', async () => {
  await using tour = await withGraphql();
  const text = `{ rateLimit { limit cost remaining used nodeCount } viewer { repositories(first: 50) { nodes { issues(first: 10) { totalCount } } } } }`;
  const { rateLimit } = (await tour.ask(text)).data;
  expect(rateLimit).toEqual({ limit: 5000, cost: 1, remaining: 4999, used: 1, nodeCount: 550 });
  expect(tour.sandbox.limits.standing(tour.sandbox.state.tokens.get(tour.sandbox.token), 'graphql').used).toBe(1);
});

test('an exhausted quota is an error in an answer of 200', async () => {
  await using tour = await withGraphql();
  tour.sandbox.limits.set(tour.sandbox.token, 'graphql', { remaining: 0, resetIn: 60 });
  const { data, errors } = await tour.ask('{ viewer { login } }');
  expect(data).toBeUndefined();
  expect(errors).toEqual([
    expect.objectContaining({ type: 'RATE_LIMIT', message: expect.stringContaining('exceeded') }),
  ]);
  expect(tour.sandbox.requests.at(-1)?.status).toBe(200);
});

test('more than half a million possible nodes are too many', async () => {
  await using tour = await withGraphql();
  const text = `{ viewer { repositories(first: 100) { nodes { issues(first: 100) { nodes { comments(first: 100) { totalCount } } } } } } }`;
  expect((await tour.ask(text)).errors[0]?.type).toBe('MAX_NODE_LIMIT_EXCEEDED');
});

test('what is not there, or may not be seen, is NOT_FOUND beside the rest', async () => {
  await using tour = await withGraphql();
  const text = `{ viewer { login } gone: repository(owner: "acme", name: "gone") { id } }`;
  const { data, errors } = await tour.ask(text);
  expect(data).toEqual({ viewer: { login: 'ada' }, gone: null });
  expect(errors).toEqual([
    {
      type: 'NOT_FOUND',
      path: ['gone'],
      locations: [{ line: 1, column: 20 }],
      message: "Could not resolve to a Repository with the name 'acme/gone'.",
    },
  ]);
  expect((await tour.ask(repository('id'), secrets, 'ghp_linus')).errors[0]?.type).toBe('NOT_FOUND');
  expect((await tour.ask(repository('name'), secrets, 'ghp_grace')).data.repository.name).toBe('secrets');
});

test('single sign-on and missing permissions are FORBIDDEN', async () => {
  await using tour = await withGraphql();
  const { state } = tour.sandbox;
  const ada = tour.account('ada');
  addToken(state, { value: 'github_pat_meta', user: ada, permissions: {}, repositories: ['acme/secrets'] });
  const issues = await tour.ask(repository('name issues(first: 1) { totalCount }'), secrets, 'github_pat_meta');
  expect(issues.errors[0]).toMatchObject({ type: 'FORBIDDEN', path: ['repository', 'issues'] });
  tour.account('acme').saml = true;
  const { errors } = await tour.ask(repository('id'), engine);
  expect(errors[0]).toMatchObject({ type: 'FORBIDDEN', extensions: { saml_failure: true } });
});

test('a missing scope refuses the whole query, and says what it takes', async () => {
  await using tour = await withGraphql();
  const { data, errors } = await tour.ask('{ viewer { login email } }', {}, 'ghp_linus');
  expect(data).toBeUndefined();
  expect(errors[0]).toMatchObject({
    type: 'INSUFFICIENT_SCOPES',
    message: expect.stringContaining("'email' field requires one of the following scopes: ['user:email', 'read:user']"),
  });
});

test('without a token there is no GraphQL', async () => {
  await using tour = await withGraphql();
  await expect(tour.ask('{ viewer { login } }', {}, 'ghp_wrong')).rejects.toMatchObject({ status: 401 });
});

test('a field that GitHub does not have is refused as GitHub does, and noted', async () => {
  await using tour = await withGraphql();
  const { data, errors } = await tour.ask('{ viewer { shoeSize } }');
  expect(data).toBeUndefined();
  expect(errors[0]).toMatchObject({
    message: "Field 'shoeSize' doesn't exist on type 'User'",
    extensions: { code: 'undefinedField', typeName: 'User', fieldName: 'shoeSize' },
  });
  expect(tour.sandbox.unknown).toHaveLength(1);
});

test('variables that the query does not take are refused, and noted', async () => {
  await using tour = await withGraphql();
  const { data, errors } = await tour.ask(repository('id'), { owner: 'acme' });
  expect(data).toBeUndefined();
  expect(errors[0]?.message).toContain('$name');
  expect(tour.sandbox.unknown).toHaveLength(1);
});

test('a field that the sandbox lacks fails loudly, by name', async () => {
  await using tour = await withGraphql();
  const { errors } = await tour.ask('{ viewer { login sponsorsListing { id } } }');
  expect(errors[0]).toMatchObject({
    type: 'NOT_IMPLEMENTED',
    message: expect.stringContaining('User.sponsorsListing'),
  });
  expect(tour.sandbox.unknown[0]?.problems).toEqual(["The sandbox's GraphQL does not answer User.sponsorsListing"]);
});

test('an argument that the sandbox would ignore fails loudly too', async () => {
  await using tour = await withGraphql();
  const { errors } = await tour.ask('{ viewer { repositories(first: 1, isLocked: true) { totalCount } } }');
  expect(errors[0]?.message).toContain('User.repositories(isLocked)');
  expect(tour.sandbox.unknown).toHaveLength(1);
});

test('a field can be made to fail, and the rest of the answer stays', async () => {
  await using tour = await withGraphql();
  failField(tour.sandbox.state, 'Repository.languages', {
    type: 'SERVICE_UNAVAILABLE',
    message: 'Something went wrong',
  });
  const text = repository('name languages(first: 1) { totalCount }');
  const { data, errors } = await tour.ask(text, engine);
  expect(data.repository).toEqual({ name: 'engine', languages: null });
  expect(errors[0]).toMatchObject({ type: 'SERVICE_UNAVAILABLE', path: ['repository', 'languages'] });
  expect((await tour.ask(text, engine)).errors).toEqual([]);
  expect(tour.sandbox.unknown).toEqual([]);
});

test('lists need a bound of at most a hundred, and a cursor of their own', async () => {
  await using tour = await withGraphql();
  const labels = async (args: string) =>
    (await tour.ask(repository(`labels${args} { totalCount }`), engine)).errors[0]?.type;
  expect(await labels('')).toBe('MISSING_PAGINATION_BOUNDARIES');
  expect(await labels('(first: 101)')).toBe('EXCESSIVE_PAGINATION');
  expect(await labels('(first: 1, after: "x")')).toBe('INVALID_CURSOR_ARGUMENTS');
});

test('lists are paged forwards and backwards', async () => {
  await using tour = await withGraphql();
  const page = async (args: string) => {
    const fields =
      'totalCount nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
    return (await tour.ask(repository(`labels(${args}) { ${fields} }`), engine)).data.repository.labels;
  };
  const names = ({ nodes }: { nodes: { name: string }[] }) => nodes.map(({ name }) => name);
  const first = await page('first: 4');
  expect(first).toMatchObject({ totalCount: 9, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  expect(first.edges[3].cursor).toBe(first.pageInfo.endCursor);
  const second = await page(`first: 4, after: "${first.pageInfo.endCursor}"`);
  const last = await page(`first: 4, after: "${second.pageInfo.endCursor}"`);
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const all = tour.repository('acme/engine').labels.map(({ name }) => name);
  expect([first, second, last].flatMap(names)).toEqual(all);
  expect(names(await page('last: 2'))).toEqual(all.slice(-2));
  expect(names(await page(`last: 2, before: "${last.pageInfo.startCursor}"`))).toEqual(all.slice(6, 8));
  tour.repository('acme/engine').labels.splice(3, 1);
  expect(names(await page(`first: 4, after: "${first.pageInfo.endCursor}"`))).toEqual(all.slice(4, 8));
  expect(names(await page('first: 2, orderBy: { field: NAME, direction: DESC }'))).toEqual(['wontfix', 'question']);
});

test('former names lead to the repository, unless that is not wanted', async () => {
  await using tour = await withGraphql();
  await tour.ask('{ viewer { login } }');
  const found = tour.repository('acme/engine');
  tour.sandbox.state.renamed.set('acme/motor', found.id);
  expect((await tour.ask(repository('nameWithOwner'), { owner: 'Acme', name: 'Motor' })).data.repository).toEqual({
    nameWithOwner: 'acme/engine',
  });
  const strict = '{ repository(owner: "acme", name: "motor", followRenames: false) { id } }';
  expect((await tour.ask(strict)).errors[0]?.type).toBe('NOT_FOUND');
});

test('node ids are those of the REST API, and lead back', async () => {
  await using tour = await withGraphql();
  const { id } = (await tour.ask(repository('id'), engine)).data.repository;
  expect(id).toBe(nodeId('Repository', tour.repository('acme/engine').id));
  const secret = nodeId('Repository', tour.repository('acme/secrets').id);
  const text = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Repository { name } } }';
  const { data, errors } = await tour.ask(text, { ids: [id, 'R_nothing', secret] }, 'ghp_linus');
  expect(data.nodes).toEqual([{ __typename: 'Repository', id, name: 'engine' }, null, null]);
  expect(errors).toMatchObject([
    {
      type: 'NOT_FOUND',
      path: ['nodes', 1],
      message: "Could not resolve to a node with the global id of 'R_nothing'.",
    },
    { type: 'NOT_FOUND', path: ['nodes', 2] },
  ]);
});

test('an address leads to what its page shows', async () => {
  await using tour = await withGraphql();
  const text = 'query ($page: URI!) { resource(url: $page) { __typename url } }';
  const of = async (path: string) =>
    (await tour.ask(text, { page: `https://github.com/${path}` })).data.resource?.__typename;
  expect(await of('ada')).toBe('User');
  expect(await of('acme/engine')).toBe('Repository');
});

test('repositories and users are searched, private ones for those who see them', async () => {
  await using tour = await withGraphql();
  const text = `query ($q: String!, $type: SearchType!) { search(query: $q, type: $type, first: 10) {
    repositoryCount userCount nodes { __typename ... on Repository { nameWithOwner } ... on User { login } } } }`;
  const ask = async (q: string, type: string, token?: string) => (await tour.ask(text, { q, type }, token)).data.search;
  expect(await ask('user:acme', 'REPOSITORY', 'ghp_linus')).toMatchObject({ repositoryCount: 3, userCount: 0 });
  expect(await ask('user:acme', 'REPOSITORY')).toMatchObject({ repositoryCount: 4 });
  expect((await ask('grace', 'USER')).nodes).toEqual([{ __typename: 'User', login: 'grace' }]);
});

test('organisations show members and teams, with the scope for it', async () => {
  await using tour = await withGraphql();
  const text = `{ organization(login: "acme") { login viewerIsAMember membersWithRole(first: 5) { edges { role node { login } } }
    teams(first: 5) { nodes { slug members(first: 5) { nodes { login } } } } } }`;
  expect((await tour.ask(text, {}, 'ghp_grace')).data.organization).toEqual({
    ...{ login: 'acme', viewerIsAMember: true },
    membersWithRole: {
      edges: [
        { role: 'ADMIN', node: { login: 'ada' } },
        { role: 'MEMBER', node: { login: 'grace' } },
      ],
    },
    teams: { nodes: [{ slug: 'core-team', members: { nodes: [{ login: 'grace' }] } }] },
  });
  expect((await tour.ask(text, {}, 'ghp_linus')).errors[0]?.type).toBe('INSUFFICIENT_SCOPES');
});

test('fields of a team and most of an organisation take a scope, by the text of the query alone', async () => {
  await using tour = await withGraphql();
  const { state } = tour.sandbox;
  addToken(state, { value: 'ghp_repo', user: tour.account('ada'), scopes: ['repo'] });
  const refusals = async (text: string, token = 'ghp_repo') => (await tour.ask(text, {}, token)).errors;
  const node = (fields: string) => `{ node(id: "${nodeId('User', tour.account('ada').id)}") { ${fields} } }`;
  const [error] = await refusals(node('... on Team { __typename slug }'));
  expect(error).toMatchObject({
    type: 'INSUFFICIENT_SCOPES',
    message: expect.stringContaining(
      "'slug' field requires one of the following scopes: ['read:org', 'read:discussion']",
    ),
  });
  expect(await refusals(node('... on Team { __typename }'))).toEqual([]);
  expect(await refusals(node('... on Organization { membersWithRole(first: 1) { totalCount } }'))).toHaveLength(1);
  expect(await refusals(node('... on Organization { login }'))).toEqual([]);
  expect(await refusals(node('... on Team { slug }'), tour.sandbox.token)).toEqual([]);
});

test('repositories of an owner can be filtered and sorted', async () => {
  await using tour = await withGraphql();
  const { state } = tour.sandbox;
  const eve = addAccount(state, { login: 'eve' });
  addRepository(state, { owner: eve, name: 'b', archived: true });
  addRepository(state, { owner: eve, name: 'a' });
  addRepository(state, { owner: eve, name: 'hidden', visibility: 'private' });
  const names = async (args: string) => {
    const text = `{ user(login: "eve") { repositories(first: 9, ${args}) { nodes { name } } } }`;
    return (await tour.ask(text)).data.user.repositories.nodes.map(({ name }: { name: string }) => name);
  };
  expect(await names('orderBy: { field: NAME, direction: ASC }')).toEqual(['a', 'b']);
  expect(await names('isArchived: true')).toEqual(['b']);
});
