import { expect, test } from 'vitest';
import { type Sandbox, withSandbox } from '../sandbox/index.ts';
import { type Account, addAccount, addOrganization, addTeam } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { addRelease, releasesOf } from '../sandbox/model/releases.ts';
import { addRepository, type Repository } from '../sandbox/model/repository.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { type Exchange, exchangesOf, lacking, nameOf } from './recorded.fixture.ts';

const org = 'octokit-fixture-org';
const token = 'ghp_recorded';

/** Where the sandbox has less than was recorded: by request, and by request and field. */
const exceptions: Readonly<Record<string, string>> = {
  [`GET /repos/${org}/add-and-remove-repository-collaborator/invitations`]: 'the sandbox takes invitations at once',
  'PATCH /user/repository_invitations/1000': 'the sandbox takes invitations at once',
  [`GET /repos/${org}/git-refs/git/refs/`]: 'the description has matching-refs/{ref} instead',
  [`PUT /repos/${org}/branch-protection/branches/main/protection: restrictions.teams[].description`]:
    'teams of the sandbox have no description, which GitHub has as null',
  'POST /markdown/raw': 'no tool renders texts',
  [`POST /repos/${org}/release-assets-conflict/releases/1000/assets?name=test-upload.txt&label=test: request_id`]:
    'the host of uploads wrote its number into errors',
};

interface Stage {
  readonly sandbox: Sandbox;
  readonly user: Account;
  readonly repository: Repository;
  commit(files: Record<string, string>, branch?: string): string;
}

/** What a scenario found when it was recorded; gives what its normalized ids stand for here. */
type Prepare = (stage: Stage) => (text: string) => string;
const asIs = (text: string): string => text;

const withRelease: Prepare = ({ sandbox, user, repository, commit }) => {
  commit({ 'README.md': '# Release' });
  addRelease(sandbox.state, repository, {
    author: user,
    tag: 'v1.0.0',
    name: 'Version 1.0.0',
    body: 'Initial release',
  });
  const [release] = releasesOf(repository);
  return (text) =>
    text
      .replace('/releases/1000', `/releases/${release?.id}`)
      .replace('/assets/1000', `/assets/${release?.assets.at(-1)?.id}`);
};

const prepare: Readonly<Record<string, Prepare>> = {
  'add-and-remove-repository-collaborator': () => asIs,
  'add-labels-to-issue': () => asIs,
  'branch-protection': ({ commit }) => {
    commit({ a: 'a' });
    return asIs;
  },
  'create-file': () => asIs,
  'create-status': ({ commit }) => {
    const sha = commit({ a: 'a' });
    return (text) => text.replaceAll(/0{39}1/g, sha);
  },
  errors: () => asIs,
  'get-archive': ({ commit }) => {
    commit({ 'README.md': '# archive' });
    return asIs;
  },
  'get-content': ({ commit }) => {
    commit({ 'README.md': '# hello-world' }, 'master');
    return asIs;
  },
  'get-organization': () => asIs,
  'get-repository': ({ commit }) => {
    commit({ 'README.md': '# hello-world' }, 'master');
    return asIs;
  },
  'get-root': () => asIs,
  'git-refs': ({ commit }) => {
    const [older, newer] = [commit({ a: 'a' }), commit({ a: 'b' })];
    return (text) => text.replaceAll(/0{39}1/g, newer).replaceAll(/0{39}2/g, older);
  },
  labels: () => asIs,
  'lock-issue': ({ sandbox, user, repository }) => {
    addIssue(sandbox.state, repository, { author: user, title: 'Lock me', body: '' });
    return asIs;
  },
  'mark-notifications-as-read': () => asIs,
  'paginate-issues': ({ sandbox, user, repository }) => {
    for (let n = 1; n <= 13; n += 1)
      addIssue(sandbox.state, repository, { author: user, title: `Test issue ${n}`, body: null });
    return (text) => text.replace('/repositories/1000', `/repositories/${repository.id}`);
  },
  'release-assets': withRelease,
  'release-assets-conflict': (stage) => {
    const toOwn = withRelease(stage);
    const { state } = stage.sandbox;
    releasesOf(stage.repository)[0]?.assets.push({
      ...{ id: state.nextId(), name: 'test-upload.txt', label: 'test', contentType: 'text/plain', downloads: 0 },
      ...{ data: Buffer.from('x'), uploader: stage.user, createdAt: state.now(), updatedAt: state.now() },
    });
    return toOwn;
  },
  'rename-repository': ({ commit, repository }) => {
    commit({ a: 'a' });
    return (text) => text.replace('/repositories/1000', `/repositories/${repository.id}`);
  },
  'search-issues': ({ sandbox, user, repository }) => {
    for (const title of ['The doors do not open', 'Sesame seeds split without a pop!']) {
      addIssue(sandbox.state, repository, { author: user, title, body: 'I tried "open sesame"' });
    }
    return asIs;
  },
};

async function withStage(scenario: string) {
  const sandbox = await withSandbox({ seed: 'empty' });
  const { state } = sandbox;
  const user = addAccount(state, { login: 'octokit-fixture-user-a' });
  addAccount(state, { login: 'octokit-fixture-user-b' });
  const owner = addOrganization(state, { login: org }, [[user, 'admin']]);
  addTeam(state, owner, { name: 'A-Team', members: [user] });
  addToken(state, { value: token, user, scopes: ['repo', 'notifications', 'admin:org'] });
  const isHello = scenario === 'get-content' || scenario === 'get-repository';
  const repository = addRepository(state, {
    ...{ owner, name: isHello ? 'hello-world' : scenario, defaultBranch: isHello ? 'master' : 'main' },
    ...(isHello && { topics: ['hello'] }),
  });
  const commit = (files: Record<string, string>, branch = 'main') =>
    commitFiles(state, repository, { author: user, branch, message: 'Change', files });
  return {
    ...{ sandbox, user, repository, commit },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

async function ask(
  sandbox: Sandbox,
  { method, path, body, reqheaders }: Exchange,
  toOwn: (text: string) => string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sandbox.url}${toOwn(path)}`, {
    ...{ method: method.toUpperCase(), redirect: 'manual' },
    headers: {
      ...{ authorization: `Bearer ${token}`, 'user-agent': 'test', accept: String(reqheaders.accept) },
      ...(reqheaders['content-type'] !== undefined && { 'content-type': String(reqheaders['content-type']) }),
    },
    ...(body !== '' && { body: toOwn(typeof body === 'string' ? body : JSON.stringify(body)) }),
  });
  return { status: response.status, text: await response.text() };
}

test.each(Object.entries(prepare))('the sandbox answers %s with all that GitHub answers', async (scenario, setUp) => {
  await using stage = await withStage(scenario);
  const { sandbox } = stage;
  const toOwn = setUp(stage);
  const problems: string[] = [];
  for (const exchange of exchangesOf(scenario)) {
    const name = nameOf(exchange);
    if (exchange.scope.includes('codeload') || exceptions[name] !== undefined) continue;
    const { status, text } = await ask(sandbox, exchange, toOwn);
    if (status !== exchange.status) problems.push(`${name}: ${status}, not ${exchange.status}`);
    else if (typeof exchange.response === 'object') {
      const lacks = lacking(exchange.response, JSON.parse(text)).map((problem) => `${name}: ${problem}`);
      problems.push(...lacks.filter((problem) => exceptions[problem.replace(/: [^:]*$/, '')] === undefined));
    }
  }
  expect(problems).toEqual([]);
});
