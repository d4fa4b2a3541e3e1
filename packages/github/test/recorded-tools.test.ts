import { expect, test } from 'vitest';
import { openPort } from '../src/github.fixture.ts';
import { type Beside, type Exchange, exchangesOf, nameOf, withRecording } from './recorded.fixture.ts';

const org = 'octokit-fixture-org';
const at = `/repos/${org}`;

/** Every tool on these exchanges, through a client. */
async function withTools(exchanges: readonly Exchange[], beside?: Beside) {
  const recording = await withRecording(exchanges, beside);
  const connection = await openPort(recording.url, { allowPublicAfterPrivate: true }).connect();
  return {
    recording,
    call: connection.call,
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await recording[Symbol.asyncDispose]();
    },
  };
}

const answerOf = (exchanges: readonly Exchange[], name: string): Exchange => {
  const found = exchanges.find((exchange) => nameOf(exchange) === name);
  if (!found) throw new Error(`${name} is not recorded`);
  return found;
};

test('a repository is shown as it is recorded, under the name it has now', async () => {
  await using server = await withTools([
    ...exchangesOf('get-repository'),
    ...exchangesOf('rename-repository').slice(1),
  ]);
  const { data, isError, text } = await server.call('github_repo', { repo: `${org}/hello-world` });
  expect(isError, text).toBe(false);
  expect(JSON.stringify(data)).toContain('"default_branch":"master"');
  const renamed = await server.call('github_repo', { repo: `${org}/rename-repository` });
  expect(renamed.text).toContain(`${org}/rename-repository-newname`);
  expect(server.recording.unknown).toEqual([]);
});

test('a label is made and renamed', async () => {
  const label = `${at}/labels/labels/test-label`;
  const recorded = exchangesOf('labels');
  const [made, renamed] = [answerOf(recorded, `POST ${at}/labels/labels`), answerOf(recorded, `PATCH ${label}`)];
  let isRenamed = false;
  const beside: Beside = ({ name, body, isDone }) => {
    if (name === `GET ${label}`) return isDone(nameOf(made)) ? { body: made.response } : undefined;
    if (name === `GET ${label}-updated`) return isRenamed ? { body: renamed.response } : undefined;
    isRenamed = true;
    expect(JSON.parse(body)).toEqual({ ...(renamed.body as object), color: 'bada55' });
    return { body: renamed.response };
  };
  await using server = await withTools([made], beside);
  const write = (asked: object) => server.call('github_labels_write', { repo: `${org}/labels`, labels: [asked] });
  const first = await write({ name: 'test-label', color: '663399' });
  expect(first.data.items).toMatchObject([{ status: 'created', verified: true }]);
  const again = await write({ name: 'test-label', color: '#663399' });
  expect(again.data.items).toMatchObject([{ status: 'unchanged', verified: true }]);
  const last = await write({ name: 'test-label', new_name: 'test-label-updated', color: 'BADA55' });
  expect(last.data.items).toMatchObject([{ status: 'updated', verified: true }]);
  expect(server.recording.left()).toEqual([]);
  // Each label is read before and after it is written, the new name as well, and colours are written small.
  expect(server.recording.unknown).toEqual([
    ...[`GET ${label}`, `GET ${label}`, `GET ${label}`, `GET ${label}`],
    ...[`GET ${label}-updated`, `PATCH ${label}`, `GET ${label}-updated`],
  ]);
});

test('an issue is made and gets its labels', async () => {
  const recorded = exchangesOf('add-labels-to-issue');
  const [created, labelled] = recorded;
  const issue = `${at}/add-labels-to-issue/issues/1`;
  const list = `GET ${at}/add-labels-to-issue/labels?per_page=100`;
  const beside: Beside = ({ name, isDone }) => {
    const labels = isDone(`POST ${issue}/labels`) ? labelled?.response : [];
    if (name === list) return { body: labelled?.response };
    return name === `GET ${issue}` ? { body: { ...(created?.response as object), labels } } : undefined;
  };
  await using server = await withTools(recorded, beside);
  const write = (args: object) => server.call('github_issue_write', { repo: `${org}/add-labels-to-issue`, ...args });
  const made = await write({ title: 'Issue without a label' });
  expect(made.data).toMatchObject({ number: 1, state: 'open', verified: true });
  const after = await write({ number: 1, add_labels: ['Foo', 'bAr', 'baZ'] });
  expect(after.data).toMatchObject({ number: 1, verified: true });
  expect(server.recording.left()).toEqual([]);
  // What was written is read back, and what is changed and given is read before.
  expect(server.recording.unknown).toEqual([...[`GET ${issue}`, list, `GET ${issue}`, `GET ${issue}`]]);
});

test('a branch is made and moved', async () => {
  const recorded = exchangesOf('git-refs');
  const made = answerOf(recorded, `POST ${at}/git-refs/git/refs`);
  const moved = answerOf(recorded, `PATCH ${at}/git-refs/git/refs/heads/test`);
  const [from, to] = [made, moved].map(({ body }) => (body as { sha: string }).sha);
  let isMoved = false;
  const beside: Beside = ({ name, body, isDone }) => {
    if (name.includes('/commits/')) return { body: name.split('/').at(-1) };
    if (name.includes('/compare/')) return { body: { status: 'ahead', ahead_by: 1, behind_by: 0 } };
    if (name.startsWith('GET')) return isDone(nameOf(made)) ? { body: (isMoved ? moved : made).response } : undefined;
    expect(JSON.parse(body)).toEqual({ ...(moved.body as object), force: false });
    isMoved = true;
    return { body: moved.response };
  };
  await using server = await withTools([made], beside);
  const write = (args: object) =>
    server.call('github_branch_write', { repo: `${org}/git-refs`, branch: 'test', ...args });
  expect((await write({ action: 'create', to: from })).data).toEqual({ branch: 'test', head: from, verified: true });
  const forward = await write({ action: 'update', to });
  expect(forward.data).toEqual({ branch: 'test', head: to, before: from, verified: true });
  const ref = `GET ${at}/git-refs/git/ref/heads%2Ftest`;
  const commit = (sha = '') => `GET ${at}/git-refs/commits/${sha}`;
  // What it starts at is looked up, the branch read before and after; moving says that nothing may be lost.
  expect(server.recording.unknown).toEqual([
    ...[commit(from), ref, ref],
    ...[ref, commit(to), `GET ${at}/git-refs/compare/${from}...${to}?per_page=1`],
    ...[`PATCH ${at}/git-refs/git/refs/heads%2Ftest`, ref],
  ]);
});

test('issues are searched', async () => {
  const [exchange] = exchangesOf('search-issues');
  await using server = await withTools([], () => ({ body: exchange?.response }));
  const { data, isError, text } = await server.call('github_search', {
    ...{ kind: 'issues', query: 'sesame', filters: { repo: `${org}/search-issues` } },
  });
  expect(isError, text).toBe(false);
  expect(text).toContain('2 issues');
  expect((data.rows as { number: number }[]).map(({ number }) => number)).toEqual([2, 1]);
  // GitHub wants to be told that issues are meant, how many, and which syntax.
  const [query = ''] = exchange?.path.split('/search/issues?').slice(1) ?? [];
  expect(server.recording.unknown).toEqual([
    `GET /search/issues?${query}%20is%3Aissue&page=1&per_page=20&advanced_search=true`,
  ]);
});

test('all issues are listed, page by page', async () => {
  const rows = exchangesOf('paginate-issues').flatMap(({ response }) => response as { number: number }[]);
  await using server = await withTools([], ({ query }) => {
    const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))];
    const next = `<https://api.github.com/repositories/1000/issues?page=${page + 1}>; rel="next"`;
    const headers = page * size < rows.length ? { link: next } : {};
    return { body: rows.slice((page - 1) * size, page * size), headers };
  });
  const numbers: number[] = [];
  let args: Record<string, unknown> | undefined = { repo: `${org}/paginate-issues`, limit: 3 };
  while (args !== undefined) {
    const { data, isError, text } = await server.call('github_list_issues', args);
    expect(isError, text).toBe(false);
    numbers.push(...(data.rows as { number: number }[]).map(({ number }) => number));
    args = data.next_cursor === undefined ? undefined : { cursor: data.next_cursor, limit: 3 };
  }
  expect(numbers).toEqual(rows.map(({ number }) => number));
  // Pull requests among them are left out here, so a page is as large as GitHub has them.
  const asked = 'state=open&sort=created&direction=desc&page=1&per_page=100';
  expect(new Set(server.recording.unknown)).toEqual(new Set([`GET ${at}/paginate-issues/issues?${asked}`]));
});
