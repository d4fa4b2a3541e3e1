import { expect, test } from 'vitest';
import { withSandbox } from '../../sandbox/index.ts';
import { openPort, signal } from '../github.fixture.ts';

/** A repository ada/app on a loopback GitHub, and a client of the tools that work on it. Whatever GitHub would not take is in `unknown`. */
async function withRepository(given: Parameters<typeof openPort>[1] = {}) {
  const sandbox = await withSandbox({ seed: 'empty' });
  const opened = openPort(sandbox.url, { credential: { kind: 'token', token: sandbox.token }, ...given });
  await openPort(sandbox.url, { credential: { kind: 'token', token: sandbox.token } }).github.rest(
    'POST /user/repos',
    { name: 'app', private: true, auto_init: true },
    { signal },
  );
  const client = await opened.connect();
  return {
    ...{ sandbox, ...opened, call: client.call },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

const repo = 'ada/app';
const writes = (requests: readonly { method: string }[]) => requests.filter(({ method }) => method !== 'GET');

test('github_whoami says who, with what, and under which policy', async () => {
  await using given = await withRepository({ repos: ['ada/*'] });
  const { data, isError } = await given.call('github_whoami');
  expect(isError).toBe(false);
  expect(data).toMatchObject({
    ...{ login: 'ada', credential: 'classic token', url: given.sandbox.url },
    policy: {
      ...{ read_only: false, repos: ['ada/*'], public_after_private: 'refused' },
      ...{ toolsets: ['all'], destroying: 'offered' },
    },
  });
  expect(data.quotas).toHaveProperty('core');
  expect(given.sandbox.unknown).toEqual([]);
});

test('github_whoami says which tools are offered, and that destroying needs more than a toolset', async () => {
  await using given = await withRepository();
  const policyOf = async (selection: Parameters<typeof given.connect>[0]) => {
    await using client = await given.connect(selection);
    const { data, text } = await client.call('github_whoami');
    expect(text).toContain('destroying');
    return data.policy;
  };
  const chosen = { toolsets: ['issues', 'repos'], tools: ['github_delete'], allowDestroy: false };
  expect(await policyOf(chosen)).toMatchObject({
    ...{ toolsets: ['issues', 'repos'], tools: ['github_delete'], destroying: 'not offered' },
  });
  const standard = { defaultToolset: 'default', allowDestroy: true, readOnly: true };
  expect(await policyOf(standard)).toMatchObject({ toolsets: ['default'], destroying: 'not offered' });
});

test('github_repo shows a repository with the lists that were asked for', async () => {
  await using given = await withRepository();
  const { data, text } = await given.call('github_repo', { repo, include: ['branches', 'labels', 'languages'] });
  expect(data.repository).toMatchObject({ full_name: 'ada/app', visibility: 'private', default_branch: 'main' });
  expect(data.lists).toMatchObject({ branches: { items: [{ name: 'main' }] } });
  expect(text).toContain('branches:');
  expect(given.sandbox.unknown).toEqual([]);
});

test('an issue is created, read, changed by an edit, commented on and closed, byte for byte', async () => {
  await using given = await withRepository();
  const body = '<details>\r\n<T extends Promise<string>> <n> \u{1f600} \u202e trailing  \r\n</details>';
  const created = await given.call('github_issue_write', { repo, title: 'A bug', body, labels: ['bug'] });
  expect(created.data).toMatchObject({ number: 1, created: true, verified: true, state: 'open' });
  const read = await given.call('github_issue', { repo, number: 1, include: ['comments'] });
  expect(read.data.issue).toMatchObject({ title: 'A bug', body, labels: ['bug'], author: 'ada' });
  expect(read.text).toContain('⟨U+202E⟩');
  expect(read.text).toMatch(/<<untrusted \w+ from ada\/app#1 by ada>>/);
  const updated_at = (read.data.issue as { updated_at: string }).updated_at;
  const change = { repo, number: 1, edits: [{ old_text: '<n>', new_text: '<m>' }], expected_updated_at: updated_at };
  expect((await given.call('github_issue_write', change)).data).toMatchObject({ verified: true, created: false });
  const after = await given.call('github_issue', { repo, number: 1 });
  expect(after.data.issue).toMatchObject({ body: body.replace('<n>', '<m>') });
  const comment = await given.call('github_comment_write', {
    repo,
    action: 'add',
    number: 1,
    body: 'one <b>two</b>\r\n',
  });
  expect(comment.data).toMatchObject({ verified: true });
  const edit = {
    repo,
    action: 'edit',
    comment_id: comment.data.comment_id,
    edits: [{ old_text: 'two', new_text: '2' }],
  };
  expect((await given.call('github_comment_write', edit)).data).toMatchObject({ verified: true });
  const closing = await given.call('github_issue_write', {
    repo,
    number: 1,
    state: 'closed',
    state_reason: 'not_planned',
  });
  expect(closing.data).toMatchObject({ state: 'closed', verified: true });
  const last = await given.call('github_issue', { repo, number: 1, include: ['comments'] });
  expect(last.data).toMatchObject({ lists: { comments: { items: [{ body: 'one <b>2</b>\r\n', author: 'ada' }] } } });
  expect(given.sandbox.unknown).toEqual([]);
});

test('comments come in pages, whole ones, and the cursor is enough to go on', async () => {
  await using given = await withRepository();
  await given.call('github_issue_write', { repo, title: 'Talk' });
  for (let n = 1; n <= 7; n += 1)
    await given.call('github_comment_write', { repo, action: 'add', number: 1, body: `comment ${n}` });
  const bodies: unknown[] = [];
  let answer = await given.call('github_issue', { repo, number: 1, include: ['comments'], limit: 3 });
  for (;;) {
    const { comments } = answer.data.lists as { comments: { items: { body: string }[]; next_cursor?: string } };
    bodies.push(...comments.items.map(({ body }) => body));
    if (comments.next_cursor === undefined) break;
    answer = await given.call('github_issue', { cursor: comments.next_cursor, limit: 2 });
  }
  expect(bodies).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `comment ${n}`));
  expect(given.sandbox.unknown).toEqual([]);
});

test('a dry run shows what would be sent and sends nothing', async () => {
  await using given = await withRepository();
  await given.call('github_issue_write', { repo, title: 'A', body: 'old text' });
  const before = writes(given.sandbox.requests).length;
  const planned = await given.call('github_issue_write', {
    ...{ repo, number: 1, dry_run: true, title: 'B', add_labels: ['bug'], remove_labels: ['y'] },
    edits: [{ old_text: 'old', new_text: 'new' }],
  });
  expect(planned.data).toEqual({
    dry_run: true,
    requests: [
      { method: 'PATCH', path: '/repos/ada/app/issues/1', body: { title: 'B', body: 'new text' } },
      { method: 'POST', path: '/repos/ada/app/issues/1/labels', body: { labels: ['bug'] } },
      { method: 'DELETE', path: '/repos/ada/app/issues/1/labels/y' },
    ],
  });
  const comment = await given.call('github_comment_write', {
    repo,
    action: 'add',
    number: 1,
    body: 'x',
    dry_run: true,
  });
  expect(comment.data.requests).toEqual([
    { method: 'POST', path: '/repos/ada/app/issues/1/comments', body: { body: 'x' } },
  ]);
  expect(writes(given.sandbox.requests)).toHaveLength(before);
});

test('a change on an older state is refused, and so is an edit that does not fit', async () => {
  await using given = await withRepository();
  await given.call('github_issue_write', { repo, title: 'A', body: 'text' });
  const before = writes(given.sandbox.requests).length;
  const stale = { repo, number: 1, title: 'B', expected_updated_at: '2001-01-01T00:00:00Z' };
  expect((await given.call('github_issue_write', stale)).error?.code).toBe('conflict');
  const wrong = { repo, number: 1, edits: [{ old_text: 'nothing', new_text: 'x' }] };
  expect((await given.call('github_issue_write', wrong)).error?.code).toBe('conflict');
  expect(writes(given.sandbox.requests)).toHaveLength(before);
});

test.each([
  [{ number: 1 }, 'Nothing to change'],
  [{ body: 'x' }, 'title'],
  [{ title: 'A', state: 'closed' }, 'only for an issue that exists'],
  [{ number: 1, body: 'x', edits: [{ old_text: 'a', new_text: 'b' }] }, 'not both'],
  [{ number: 1, labels: ['a'], remove_labels: ['b'] }, 'whole list'],
  [{ number: 1, milestone: 'none such' }, 'no milestone'],
])('%j says what is wrong', async (change, words) => {
  await using given = await withRepository();
  await given.call('github_issue_write', { repo, title: 'A' });
  const { text, isError } = await given.call('github_issue_write', { repo, ...change });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
});

test('the allowlist holds for every tool', async () => {
  await using given = await withRepository({ repos: ['acme/*'] });
  for (const [tool, args] of [
    ['github_repo', { repo }],
    ['github_issue', { repo, number: 1 }],
    ['github_issue_write', { repo, title: 'x' }],
    ['github_comment_write', { repo, action: 'add', number: 1, body: 'x' }],
  ] as const) {
    const { error, text } = await given.call(tool, args);
    expect(error?.code).toBe('auth');
    expect(text).toContain('GITHUB_REPOS');
  }
  expect(given.sandbox.requests.filter(({ path }) => path.includes('/repos/'))).toEqual([]);
});

test('an issue is closed as a duplicate of another one, and linked to it', async () => {
  await using given = await withRepository();
  for (const title of ['First', 'Second']) await given.call('github_issue_write', { repo, title });
  const closed = await given.call('github_issue_write', { repo, number: 2, duplicate_of: 1 });
  expect(closed.text).toContain('"verified":true');
  expect((await given.call('github_issue', { repo, number: 2 })).data.issue).toMatchObject({
    ...{ state: 'closed', state_reason: 'duplicate' },
  });
  expect(given.sandbox.unknown).toEqual([]);
});

test('reactions are given once, however often', async () => {
  await using given = await withRepository();
  await given.call('github_issue_write', { repo, title: 'A' });
  const heart = { repo, action: 'react', number: 1, reaction: 'heart' };
  for (let n = 0; n < 2; n += 1)
    expect((await given.call('github_comment_write', heart)).data).toEqual({ verified: true });
  expect((await given.call('github_issue', { repo, number: 1 })).data.issue).toMatchObject({ reactions: { heart: 1 } });
});

test('after reading in a private repository nothing is written to a public one', async () => {
  await using given = await withRepository();
  const { github } = openPort(given.sandbox.url, { credential: { kind: 'token', token: given.sandbox.token } });
  await github.rest('POST /user/repos', { name: 'open', private: false }, { signal });
  const open = { repo: 'ada/open', title: 'Hello' };
  expect((await given.call('github_issue_write', open)).data).toMatchObject({ verified: true });
  await given.call('github_repo', { repo });
  const { error, text } = await given.call('github_issue_write', open);
  expect([error?.code, text]).toEqual(['auth', expect.stringContaining('GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE')]);
  const { data } = await given.call('github_whoami');
  expect(data.policy).toMatchObject({ private_read: ['ada/app'] });
});

test('a repository that was renamed is read under its old name, unless it left the allowlist', async () => {
  await using given = await withRepository({ repos: ['ada/app', 'ada/newer'] });
  const { github } = openPort(given.sandbox.url, { credential: { kind: 'token', token: given.sandbox.token } });
  await github.rest('PATCH /repos/{owner}/{repo}', { owner: 'ada', repo: 'app', name: 'newer' }, { signal });
  expect((await given.call('github_repo', { repo })).data.repository).toMatchObject({ full_name: 'ada/newer' });
  await github.rest('PATCH /repos/{owner}/{repo}', { owner: 'ada', repo: 'newer', name: 'elsewhere' }, { signal });
  const { error, text } = await given.call('github_repo', { repo });
  expect([error?.code, text]).toEqual(['auth', expect.stringContaining('ada/elsewhere')]);
});

test('a second read costs no quota', async () => {
  await using given = await withRepository();
  await given.call('github_repo', { repo });
  const remaining = () => given.github.state().quotas.core?.remaining;
  const before = remaining();
  await given.call('github_repo', { repo });
  expect(remaining()).toBe(before);
});
