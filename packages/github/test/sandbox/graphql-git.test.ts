import { expect, test } from 'vitest';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { openProtection } from '../../sandbox/model/protection.ts';
import { withGraphql } from './graphql.fixture.ts';

const engine = (fields: string) => `{ repository(owner: "acme", name: "engine") { ${fields} } }`;

test('an expression leads to a file, a folder or a commit', async () => {
  await using tour = await withGraphql();
  const text = engine(`
    readme: object(expression: "main:README.md") { __typename oid ... on Blob { text byteSize isBinary isTruncated } }
    picture: object(expression: "HEAD:docs/logo.png") { ... on Blob { text isBinary } }
    folder: object(expression: "main:src") { ... on Tree { entries { name type mode path object { ... on Blob { byteSize } } } } }
    tagged: object(expression: "v1.1.0") { __typename ... on Tag { name target { oid } } }
    gone: object(expression: "main:nothing.md") { oid }`);
  const { repository } = (await tour.ask(text)).data;
  expect(repository.readme).toMatchObject({
    __typename: 'Blob',
    text: expect.stringMatching(/^# Engine/),
    isTruncated: false,
  });
  expect(repository.picture).toEqual({ text: null, isBinary: true });
  expect(repository.folder.entries).toContainEqual(
    expect.objectContaining({ name: 'shapes', type: 'tree', mode: 0o40000 }),
  );
  expect(repository.tagged).toMatchObject({ __typename: 'Tag', name: 'v1.1.0' });
  expect(repository.gone).toBeNull();
});

test('history is that of a branch, of a path, and can be narrowed', async () => {
  await using tour = await withGraphql();
  const history = async (args: string) => {
    const text = engine(
      `defaultBranchRef { target { ... on Commit { history(${args}) { totalCount pageInfo { endCursor } nodes { messageHeadline author { name user { login } } } } } } }`,
    );
    return (await tour.ask(text)).data.repository.defaultBranchRef.target.history;
  };
  const first = await history('first: 3');
  expect(first.nodes.map(({ messageHeadline }: { messageHeadline: string }) => messageHeadline)).toEqual([
    ...['Note change 5', 'Note change 4', 'Note change 3'],
  ]);
  expect((await history(`first: 1, after: "${first.pageInfo.endCursor}"`)).nodes[0].messageHeadline).toBe(
    'Note change 2',
  );
  expect(await history('first: 9, path: "src/shapes/circle.ts"')).toMatchObject({
    totalCount: 2,
    nodes: [{ messageHeadline: 'Fix the circle', author: { user: { login: 'grace' } } }, { messageHeadline: 'Begin' }],
  });
  expect((await history('first: 9, until: "2026-01-02T23:00:00Z"')).totalCount).toBe(1);
  expect((await history('first: 9, author: { emails: ["nobody@example.com"] }')).totalCount).toBe(0);
});

test('blame names the commit of every line', async () => {
  await using tour = await withGraphql();
  const text = engine(
    `object(expression: "main") { ... on Commit { blame(path: "src/shapes/circle.ts") { ranges { startingLine endingLine commit { messageHeadline } } } } }`,
  );
  const { ranges } = (await tour.ask(text)).data.repository.object.blame;
  expect(ranges.map(({ commit }: { commit: { messageHeadline: string } }) => commit.messageHeadline)).toContain(
    'Fix the circle',
  );
  expect(ranges[0].startingLine).toBe(1);
  const gone = await tour.ask(text.replace('circle.ts', 'gone.ts'));
  expect(gone.errors[0]?.type).toBe('NOT_FOUND');
});

test('branches are compared, those of forks too', async () => {
  await using tour = await withGraphql();
  const compare = async (head: string) => {
    const text = engine(
      `ref(qualifiedName: "refs/heads/main") { compare(headRef: "${head}") { status aheadBy behindBy commits(first: 5) { nodes { messageHeadline } } } }`,
    );
    return (await tour.ask(text)).data.repository.ref.compare;
  };
  expect(await compare('feature/blue')).toMatchObject({ status: 'DIVERGED', aheadBy: 1 });
  expect((await compare('linus:faster')).commits.nodes).toEqual([{ messageHeadline: 'Draw faster' }]);
});

test('branches and tags are listed with their protection', async () => {
  await using tour = await withGraphql();
  const checks = { strict: true, contexts: ['build'] };
  tour.repository('acme/engine').protections.set('main', { ...openProtection, requiredStatusChecks: checks });
  const text = engine(`
    heads: refs(refPrefix: "refs/heads/", first: 9, query: "f") { totalCount nodes { name } }
    tags: refs(refPrefix: "refs/tags/", first: 1, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) { nodes { name target { __typename } } }
    branchProtectionRules(first: 2) { nodes { pattern requiresStatusChecks requiredStatusCheckContexts requiresStrictStatusChecks } }`);
  expect((await tour.ask(text)).data.repository).toEqual({
    heads: { totalCount: 2, nodes: [{ name: 'conflict' }, { name: 'feature/blue' }] },
    tags: { nodes: [{ name: 'v1.1.0', target: { __typename: 'Tag' } }] },
    branchProtectionRules: {
      nodes: [
        {
          ...{ pattern: 'main', requiresStatusChecks: true, requiresStrictStatusChecks: true },
          requiredStatusCheckContexts: ['build'],
        },
      ],
    },
  });
});

const commit = `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { clientMutationId commit { oid message author { user { login } } } ref { name target { oid } } } }`;

test('a commit is made on the head that was expected, and on no other', async () => {
  await using tour = await withGraphql();
  const repository = tour.repository('acme/engine');
  const head = repository.refs.get('refs/heads/main');
  const input = {
    branch: { repositoryNameWithOwner: 'acme/engine', branchName: 'main' },
    expectedHeadOid: head,
    message: { headline: 'Greet', body: 'Twice.' },
    fileChanges: {
      additions: [{ path: 'docs/hello.md', contents: Buffer.from('hello\n').toString('base64') }],
      deletions: [{ path: 'docs/logo.png' }],
    },
    clientMutationId: 'one',
  };
  const made = (await tour.ask(commit, { input })).data.createCommitOnBranch;
  expect(made).toMatchObject({
    clientMutationId: 'one',
    commit: { message: 'Greet\n\nTwice.' },
    ref: { name: 'main' },
  });
  expect(made.ref.target.oid).toBe(made.commit.oid);
  const check = engine(
    'a: object(expression: "main:docs/hello.md") { ... on Blob { text } } b: object(expression: "main:docs/logo.png") { oid }',
  );
  expect((await tour.ask(check)).data.repository).toEqual({ a: { text: 'hello\n' }, b: null });
  const again = await tour.ask(commit, { input });
  expect(again.data.createCommitOnBranch).toBeNull();
  expect(again.errors[0]).toMatchObject({ type: 'STALE_DATA', path: ['createCommitOnBranch'] });
});

test('a commit is refused to those who may not write, and where a branch is protected', async () => {
  await using tour = await withGraphql();
  const repository = tour.repository('acme/engine');
  const input = (extra: object = {}) => ({
    branch: { repositoryNameWithOwner: 'acme/engine', branchName: 'main' },
    expectedHeadOid: repository.refs.get('refs/heads/main'),
    message: { headline: 'x' },
    fileChanges: { additions: [{ path: 'x.md', contents: 'eA==' }] },
    ...extra,
  });
  const stranger = await tour.ask(commit, { input: input() }, 'ghp_linus');
  expect(stranger.errors[0]).toMatchObject({
    type: 'FORBIDDEN',
    message: 'linus does not have the correct permissions to execute `CreateCommitOnBranch`',
  });
  const workflow = { fileChanges: { additions: [{ path: '.github/workflows/x.yml', contents: 'eA==' }] } };
  expect((await tour.ask(commit, { input: input(workflow) }, 'ghp_grace')).errors[0]?.message).toContain('workflow');
  const reviews = { count: 1, dismissStale: false, codeOwners: false };
  repository.protections.set('main', { ...openProtection, enforceAdmins: true, requiredReviews: reviews });
  expect((await tour.ask(commit, { input: input() })).errors[0]).toMatchObject({
    type: 'UNPROCESSABLE',
    message: 'Changes must be made through a pull request.',
  });
});

test('a token without contents reads the metadata of a private repository alone', async () => {
  await using tour = await withGraphql();
  const { state } = tour.sandbox;
  const secrets = tour.repository('acme/secrets');
  commitFiles(state, secrets, { author: tour.account('ada'), message: 'More', files: { 'a.txt': 'a' } });
  const token = {
    ...[...state.tokens.values()][0],
    value: 'github_pat_none',
    kind: 'fine-grained',
    permissions: {},
    scopes: [],
  };
  state.tokens.set('github_pat_none', token as never);
  const text = '{ repository(owner: "acme", name: "secrets") { name object(expression: "HEAD:a.txt") { oid } } }';
  const { data, errors } = await tour.ask(text, {}, 'github_pat_none');
  expect(data.repository).toEqual({ name: 'secrets', object: null });
  expect(errors[0]?.type).toBe('FORBIDDEN');
});
