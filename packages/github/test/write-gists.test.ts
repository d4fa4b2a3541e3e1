import { createLog } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { addGist, type Gist, gistFiles, gistsOf, revise } from '../sandbox/model/gists.ts';
import { hostileBodies } from '../sandbox/seed-texts.ts';
import { signal } from '../src/github.fixture.ts';
import { openGitHub } from '../src/index.ts';
import { updateGist } from '../src/write/gists/index.ts';
import { type WriteWorld, withWorld } from './write.fixture.ts';

const tool = 'github_gist_write';
const edit = (old_text: string, new_text: string) => ({ edits: [{ old_text, new_text }] });

/** A world whose clock goes on by a minute with each question for the time. */
function withTime(given: Parameters<typeof withWorld>[0] = {}) {
  let now = Date.UTC(2026, 2, 1, 10);
  return withWorld({
    clock: () => {
      now += 60_000;
      return now;
    },
    github: { allowPublicAfterPrivate: true },
    ...given,
  });
}

function gistOf(world: WriteWorld, id: unknown): Gist {
  const gist = gistsOf(world.sandbox.state).get(String(id));
  if (!gist) throw new Error(`there is no gist ${String(id)}`);
  return gist;
}
const contents = (gist: Gist) => Object.fromEntries(gistFiles(gist));

test('a gist is made secret or public, and read back file by file', async () => {
  await using world = await withTime();
  const files = Object.entries(hostileBodies).map(([name, text]) => ({
    name: `${name.replaceAll('/', ' ')}.md`,
    text,
  }));
  files.push(
    { name: 'ünïcode \u{1f600} #?%.txt', text: ' \r\n\t\r\n  trailing  \r\n' },
    { name: '__proto__', text: 'p' },
  );
  for (const isPublic of [undefined, true]) {
    const made = await world.call(tool, { action: 'create', description: 'Hard <ones>', files, public: isPublic });
    expect(made.isError, made.text).toBe(false);
    expect(made.data).toMatchObject({ public: isPublic ?? false, verified: true, version: expect.any(String) });
    const rows = made.data.files as object[];
    expect(rows.every((row) => 'verified' in row && row.verified === true)).toBe(true);
    const stored = gistFiles(gistOf(world, made.data.gist_id));
    expect([...stored].sort()).toEqual(files.map(({ name, text }) => [name, text]).sort());
  }
  expect(world.sandbox.unknown).toEqual([]);
});

test.each(Object.entries(hostileBodies))('a file and a comment with %s are patched, byte for byte', async (_, text) => {
  await using world = await withTime();
  const before = `${text.slice(0, 7)}EDIT ME${text.slice(7)}`.toWellFormed();
  const after = before.replace('EDIT ME', () => '<n> \u202E  \r\n');
  const { gist_id } = (await world.call(tool, { action: 'create', files: [{ name: 'a', text: before }] })).data;
  const changed = await world.call(tool, {
    ...{ action: 'update', gist_id, files: [{ name: 'a', ...edit('EDIT ME', '<n> \u202E  \r\n') }] },
  });
  expect(changed.data, changed.text).toMatchObject({ verified: true });
  expect(contents(gistOf(world, gist_id))).toEqual({ a: after });
  const { comment_id } = (await world.call(tool, { action: 'comment', gist_id, body: before })).data;
  const edited = await world.call(tool, {
    ...{ action: 'edit_comment', gist_id, comment_id, ...edit('EDIT ME', '<n> \u202E  \r\n') },
  });
  expect(edited.data, edited.text).toMatchObject({ verified: true });
  expect(gistOf(world, gist_id).comments[0]?.body).toBe(after);
  expect(world.sandbox.unknown).toEqual([]);
});

test('files are created, replaced, edited, renamed and removed in one change, and others stay', async () => {
  await using world = await withTime();
  const gist = addGist(world.sandbox.state, {
    owner: world.ada,
    files: { keep: 'keep\r\n', whole: 'old', part: 'one\r\ntwo\r\n', old: 'moved  ', both: 'x = 1', gone: 'gone' },
  });
  const gist_id = gist.id;
  const { data, isError, text } = await world.call(tool, {
    ...{ action: 'update', gist_id, description: 'Now' },
    files: [
      { name: 'fresh', text: 'fresh' },
      { name: 'whole', text: 'new' },
      { name: 'part', ...edit('one\ntwo', 'one\n2') },
      { name: 'new', move_from: 'old' },
      { name: 'moved', move_from: 'both', ...edit('1', '2') },
      { name: 'gone', delete: true },
    ],
  });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ gist_id, verified: true });
  expect((data.files as { status: string }[]).map(({ status }) => status)).toEqual([
    ...['created', 'changed', 'changed', 'moved', 'moved', 'deleted'],
  ]);
  const expected = {
    keep: 'keep\r\n',
    whole: 'new',
    part: 'one\r\n2\r\n',
    new: 'moved  ',
    moved: 'x = 2',
    fresh: 'fresh',
  };
  expect(contents(gist)).toEqual(expected);
  expect([gist.description, gist.revisions.length]).toEqual(['Now', 2]);
  const described = await world.call(tool, { action: 'update', gist_id, description: '' });
  expect(described.data).toMatchObject({ verified: true });
  expect([gist.description, gist.revisions.length]).toEqual(['', 2]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a gist and a comment that changed since they were read are not written', async () => {
  await using world = await withTime();
  const { state } = world.sandbox;
  const gist = addGist(state, { owner: world.ada, files: { a: 'one' } });
  const gist_id = gist.id;
  const at = async () => (await world.call('github_gists', { gist_id })).data.gist as { updated_at: string };
  const expected_updated_at = (await at()).updated_at;
  revise(state, gist, new Map([['a', 'theirs']]));
  const change = { action: 'update', gist_id, files: [{ name: 'a', text: 'mine' }] };
  const stale = await world.call(tool, { ...change, expected_updated_at });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { expected: expected_updated_at } });
  expect((await world.call(tool, { ...change, expected_updated_at: (await at()).updated_at })).isError).toBe(false);
  const said = (await world.call(tool, { action: 'comment', gist_id, body: 'one' })).data;
  const [comment] = gist.comments;
  if (comment) Object.assign(comment, { body: 'theirs', updatedAt: state.now() });
  const mine = { action: 'edit_comment', gist_id, comment_id: said.comment_id, body: 'mine' };
  const late = await world.call(tool, { ...mine, expected_updated_at: said.updated_at });
  expect(late.error?.code).toBe('conflict');
  expect(comment?.body).toBe('theirs');
  expect((await world.call(tool, mine)).data).toMatchObject({ verified: true });
});

test('a change by somebody else between reading and writing is told', async () => {
  await using world = await withTime();
  const { state, url, token } = world.sandbox;
  const gist = addGist(state, { owner: world.ada, files: { a: 'one', b: 'two' } });
  const log = createLog({ name: 'test', level: 'silent' });
  const github = openGitHub({ apiUrl: url, credential: { kind: 'token', token }, version: '1', log });
  const racing: typeof github = {
    ...github,
    rest(route, parameters, call) {
      if (route.startsWith('PATCH')) revise(state, gist, new Map([...gistFiles(gist), ['b', 'theirs']]));
      return github.rest(route, parameters, call);
    },
  };
  const change = { gist_id: gist.id, files: [{ name: 'a', text: 'mine' }] };
  const written = await updateGist(racing, change, { planning: false, call: { signal } });
  expect(written).toMatchObject({ verified: true, note: expect.stringContaining('2 versions came after') });
  expect(contents(gist)).toEqual({ a: 'mine', b: 'theirs' });
});

test('what is read back otherwise, and what GitHub shows in part, is not called verified', async () => {
  await using world = await withTime();
  const { state, faults } = world.sandbox;
  const gist = addGist(state, { owner: world.ada, files: { a: 'one', large: `${'x'.repeat(1_100_000)}` } });
  const gist_id = gist.id;
  const large = `${'é'.repeat(600_000)}!`;
  const written = await world.call(tool, { action: 'update', gist_id, files: [{ name: 'large', text: large }] });
  expect(written.isError, written.text).toBe(false);
  expect(written.data).toMatchObject({ verified: false, files: [{ note: expect.stringContaining('Not verified') }] });
  expect(written.data.files).not.toMatchObject([{ verified: expect.anything() }]);
  expect(contents(gist).large).toBe(large);
  const patch = await world.call(tool, { action: 'update', gist_id, files: [{ name: 'large', ...edit('!', '?') }] });
  expect([patch.error?.code, patch.text]).toEqual(['validation', expect.stringContaining('cannot be edited')]);
  const moved = await world.call(tool, { action: 'update', gist_id, files: [{ name: 'big', move_from: 'large' }] });
  expect(moved.data).toMatchObject({ verified: false, files: [{ status: 'moved', from: 'large' }] });
  expect(Object.keys(contents(gist))).toEqual(['a', 'big']);
  const files = {
    'a.bin': { filename: 'a.bin', size: 4, content: '\uFFFD\uFFFD', truncated: false, encoding: 'utf-8' },
  };
  const binary = { id: gist_id, public: false, updated_at: '2026-03-01T10:00:00Z', files, history: [] };
  faults.add({ on: 'GET /gists/{gist_id}', status: 200, body: binary, times: 3 });
  const shown = await world.call('github_gists', { gist_id });
  expect(shown.data.files).toMatchObject([{ note: expect.stringContaining('binary') }]);
  const change = { action: 'update', gist_id, files: [{ name: 'a.bin', ...edit('\uFFFD\uFFFD', 'x') }] };
  expect((await world.call(tool, change)).text).toContain('binary');
});

test('a gist of others is commented, starred and forked, and not changed', async () => {
  await using world = await withTime();
  const bob = addAccount(world.sandbox.state, { login: 'bob' });
  const gist = addGist(world.sandbox.state, { owner: bob, files: { a: 'one' }, isPublic: true });
  const gist_id = gist.id;
  const act = (action: string, more: object = {}) => world.call(tool, { action, gist_id, ...more });
  expect((await act('comment', { body: 'Nice' })).data).toMatchObject({ gist_id, verified: true });
  for (const times of [1, 2]) {
    expect((await act('star')).data, String(times)).toEqual({ gist_id, starred: true, verified: true });
  }
  expect(gist.stars.has(world.ada.id)).toBe(true);
  expect((await act('unstar')).data).toEqual({ gist_id, starred: false, verified: true });
  const fork = await act('fork');
  expect(fork.data, fork.text).toMatchObject({ public: true, verified: true });
  expect(contents(gistOf(world, fork.data.gist_id))).toEqual({ a: 'one' });
  expect((await act('update', { description: 'x' })).error?.code).toBe('not_found');
  const own = { action: 'fork', gist_id: fork.data.gist_id };
  expect((await world.call(tool, own)).isError).toBe(true);
  expect((await world.call(tool, { action: 'star', gist_id: 'none' })).error?.code).toBe('not_found');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a dry run of every action sends nothing', async () => {
  await using world = await withTime();
  const gist = addGist(world.sandbox.state, { owner: world.ada, files: { a: 'one', b: 'two' } });
  const { gist_id } = { gist_id: gist.id };
  const plan = async (args: object) => {
    const { data, isError, text } = await world.call(tool, { ...args, dry_run: true });
    expect(isError, text).toBe(false);
    return data.requests;
  };
  expect(await plan({ action: 'create', files: [{ name: 'a', text: 'x' }] })).toEqual([
    { method: 'POST', path: '/gists', body: { public: false, files: { a: { content: 'x' } } } },
  ]);
  const files = [
    { name: 'a', ...edit('one', '1') },
    { name: 'b', delete: true },
  ];
  expect(await plan({ action: 'update', gist_id, files: [...files, { name: 'c', text: 'c' }] })).toEqual([
    {
      method: 'PATCH',
      path: `/gists/${gist_id}`,
      body: { files: { a: { content: '1' }, b: null, c: { content: 'c' } } },
    },
  ]);
  expect(await plan({ action: 'update', gist_id, files: [{ name: 'z', move_from: 'a' }] })).toMatchObject([
    { body: { files: { a: { filename: 'z' } } } },
  ]);
  for (const action of ['star', 'unstar', 'fork']) expect(await plan({ action, gist_id })).toHaveLength(1);
  expect(await plan({ action: 'comment', gist_id, body: 'x' })).toHaveLength(1);
  expect(world.writes()).toEqual([]);
});

const files = (...given: object[]) => ({ action: 'update', gist_id: 'abc', files: given });

test.each([
  [{ action: 'create' }, 'files must be given'],
  [{ action: 'create', files: [] }, 'files'],
  [{ action: 'create', files: [{ name: 'a' }] }, 'needs text'],
  [{ action: 'create', files: [{ name: 'a', move_from: 'b', text: 'x' }] }, 'files that exist'],
  [{ action: 'create', gist_id: 'abc', files: [{ name: 'a', text: 'x' }] }, 'not for create'],
  [{ action: 'create', files: [{ name: 'a', text: '' }] }, 'is empty'],
  [{ action: 'create', files: [{ name: 'a/b', text: 'x' }] }, 'no folders'],
  [{ action: 'create', files: [{ name: '..', text: 'x' }] }, 'no name'],
  [{ action: 'create', files: [{ name: 'a\nb', text: 'x' }] }, 'no name'],
  [{ action: 'create', files: [{ name: 'gistfile1.txt', text: 'x' }] }, 'GitHub itself gives'],
  [{ action: 'create', files: [{ name: 'a', text: 'x\u0000' }] }, 'NUL'],
  [
    {
      action: 'create',
      files: [
        { name: 'a', text: 'x' },
        { name: 'a', text: 'y' },
      ],
    },
    'more than once',
  ],
  [{ action: 'create', files: Array.from({ length: 101 }, (_, n) => ({ name: `${n}`, text: 'x' })) }, '100'],
  [{ action: 'update', gist_id: 'abc' }, 'Nothing to change'],
  [{ action: 'update', files: [{ name: 'a', text: 'x' }] }, 'gist_id must be given'],
  [{ ...files({ name: 'a', text: 'x' }), public: true }, 'not for update'],
  [files({ name: 'a' }), 'says no change'],
  [files({ name: 'a', text: 'x', delete: true }), 'one of'],
  [files({ name: 'a', delete: true, move_from: 'b' }), 'stands alone'],
  [files({ name: 'a', move_from: 'a' }), 'more than once'],
  [files({ name: 'a', text: 'x' }, { name: 'b', move_from: 'a' }), 'more than once'],
  [{ action: 'comment', gist_id: 'abc' }, 'body must be given'],
  [{ action: 'comment', gist_id: 'abc', body: ' \r\n' }, 'blank'],
  [{ action: 'comment', gist_id: 'abc', body: 'x'.repeat(65_536) }, '65535'],
  [{ action: 'edit_comment', gist_id: 'abc', body: 'x' }, 'comment_id must be given'],
  [{ action: 'edit_comment', gist_id: 'abc', comment_id: '1' }, 'body or edits'],
  [{ action: 'star' }, 'gist_id must be given'],
  [{ action: 'star', gist_id: '../user' }, 'gist_id'],
])('%j is refused in words before anything is sent', async (given, words) => {
  await using world = await withWorld();
  const { isError, text } = await world.call(tool, given);
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});

test('changes that do not fit the files write nothing', async () => {
  await using world = await withTime();
  const gist = addGist(world.sandbox.state, { owner: world.ada, files: { 'a.txt': 'one one', b: 'two' } });
  const refused = async (...given: object[]) => {
    const { text, isError } = await world.call(tool, { ...files(...given), gist_id: gist.id });
    expect(isError).toBe(true);
    return text;
  };
  expect(await refused({ name: 'b', move_from: 'a.txt' })).toContain('already');
  expect(await refused({ name: 'c', move_from: 'a.text' })).toContain('Did you mean a.txt');
  expect(await refused({ name: 'constructor', delete: true })).toContain('no file');
  expect(await refused({ name: 'a.txt', ...edit('one', '1') })).toContain('more than once');
  expect(await refused({ name: 'b', ...edit('two', '') })).toContain('is empty');
  expect(await refused({ name: 'a.txt', delete: true }, { name: 'b', delete: true })).toContain(
    'No file would be left',
  );
  expect(
    await refused({ name: 'a.txt', edits: [{ old_text: 'one one', new_text: 'x' }] }, { name: 'n', delete: true }),
  ).toContain('no file');
  const many = addGist(world.sandbox.state, {
    owner: world.ada,
    files: Object.fromEntries(Array.from({ length: 299 }, (_, n) => [`f${n}`, 'x'])),
  });
  const two = [
    { name: 'x', text: 'x' },
    { name: 'y', text: 'y' },
  ];
  expect((await world.call(tool, { ...files(...two), gist_id: many.id })).text).toContain('300 files at most');
  const beyond = addGist(world.sandbox.state, {
    owner: world.ada,
    files: Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`f${n}`, 'x'])),
  });
  expect((await world.call(tool, { ...files({ name: 'f1', text: 'y' }), gist_id: beyond.id })).text).toContain('git');
  expect(world.writes()).toEqual([]);
});

test('with an allowlist gists, which are in no repository, are neither read nor written', async () => {
  await using world = await withTime({ github: { repos: ['ada/*'] } });
  const gist = addGist(world.sandbox.state, { owner: world.ada, files: { a: 'one' } });
  const gist_id = gist.id;
  const calls: readonly Record<string, unknown>[] = [
    { action: 'create', files: [{ name: 'a', text: 'x' }] },
    { action: 'update', gist_id, description: 'x' },
    { action: 'comment', gist_id, body: 'x' },
    ...['star', 'unstar', 'fork'].map((action) => ({ action, gist_id })),
  ];
  for (const args of calls) {
    for (const dry_run of [false, true]) {
      const { error, text } = await world.call(tool, { ...args, dry_run });
      expect([error?.code, text], JSON.stringify(args)).toEqual(['auth', expect.stringContaining('GITHUB_REPOS')]);
    }
  }
  expect((await world.call('github_gists', { gist_id, include: ['comments'] })).error?.code).toBe('auth');
  expect(world.sandbox.requests).toEqual([]);
});

test('after a private read no gist is written, and a secret gist is not carried into public', async () => {
  const guarded = { github: {} };
  const made = [{ name: 'a', text: 'x' }];
  await using one = await withTime(guarded);
  one.repository({ 'a.txt': 'private' });
  const before = await one.call(tool, { action: 'create', files: made });
  expect(before.isError, before.text).toBe(false);
  const open = addGist(one.sandbox.state, { owner: one.ada, files: { a: 'one' }, isPublic: true });
  const written = one.writes().length;
  await one.call('github_read_files', { repo: 'ada/app', files: [{ path: 'a.txt' }] });
  const calls: readonly Record<string, unknown>[] = [
    ...[true, false].map((isPublic) => ({ action: 'create', files: made, public: isPublic })),
    { action: 'update', gist_id: before.data.gist_id, description: 'x' },
    { action: 'comment', gist_id: before.data.gist_id, body: 'x' },
    { action: 'comment', gist_id: open.id, body: 'x' },
  ];
  for (const args of calls) {
    const { error, text } = await one.call(tool, args);
    expect([error?.code, text]).toEqual(['auth', expect.stringContaining('GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE')]);
  }
  expect(one.writes()).toHaveLength(written);
  expect((await one.call(tool, { action: 'star', gist_id: open.id })).isError).toBe(false);

  await using other = await withTime(guarded);
  const secret = addGist(other.sandbox.state, { owner: other.ada, files: { a: 'one' } });
  other.repository({ a: 'a' }, { name: 'open', visibility: 'public' });
  const fresh = await other.call(tool, { action: 'create', files: made });
  expect((await other.call('github_issue_write', { repo: 'ada/open', title: 'x' })).isError).toBe(false);
  const changed = await other.call(tool, { action: 'update', gist_id: secret.id, files: [{ name: 'a', text: '2' }] });
  expect(changed.isError, changed.text).toBe(false);
  expect((await other.call(tool, { action: 'comment', gist_id: fresh.data.gist_id, body: 'x' })).isError).toBe(false);
  expect((await other.call(tool, { action: 'create', files: made, public: true })).error?.code).toBe('auth');
  expect((await other.call('github_issue_write', { repo: 'ada/open', title: 'y' })).error?.code).toBe('auth');
});

test('comments page by page, versions, and what a long comment begins with', async () => {
  await using world = await withTime();
  const gist = addGist(world.sandbox.state, { owner: world.ada, files: { a: 'one' } });
  const gist_id = gist.id;
  for (let n = 1; n <= 12; n += 1) await world.call(tool, { action: 'comment', gist_id, body: `Comment ${n}\r\n` });
  await world.call(tool, { action: 'update', gist_id, files: [{ name: 'a', text: 'two' }] });
  const first = await world.call('github_gists', { gist_id, include: ['comments', 'history'], limit: 5 });
  expect(first.isError, first.text).toBe(false);
  expect(first.data).toMatchObject({ files: [{ content: 'two' }], history: [{ author: 'ada' }, { author: 'ada' }] });
  const bodies: unknown[] = [];
  for (let { data } = first; ; ) {
    bodies.push(...(data.rows as { body: string }[]).map(({ body }) => body));
    if (data.next_cursor === undefined) break;
    const next = await world.call('github_gists', { cursor: data.next_cursor, limit: 5 });
    expect(next.isError, next.text).toBe(false);
    expect(next.data.files).toBeUndefined();
    data = next.data;
  }
  expect(bodies).toEqual(Array.from({ length: 12 }, (_, n) => `Comment ${n + 1}\r\n`));
  gist.comments.splice(0);
  await world.call(tool, { action: 'comment', gist_id, body: `${'😀'.repeat(20_000)}` });
  const long = await world.call('github_gists', { gist_id, include: ['comments'], max_chars: 4000 });
  expect(JSON.stringify(long.data).length).toBeLessThan(5200);
  expect(long.data.rows).toMatchObject([{ body_truncated: true, body_chars: 40_000 }]);
  expect((await world.call('github_gists', { include: ['comments'] })).error?.code).toBe('validation');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a gist and a comment on it are deleted by their exact names', async () => {
  await using world = await withTime();
  const gist = addGist(world.sandbox.state, { owner: world.ada, files: { a: 'one' } });
  const { comment_id } = (await world.call(tool, { action: 'comment', gist_id: gist.id, body: 'x' })).data;
  const written = world.writes().length;
  const remove = (kind: string, name: unknown, more: object = {}) =>
    world.call('github_delete', { kind, name, ...more });
  const comment = `${gist.id}/${String(comment_id)}`;
  for (const [kind, name] of [
    ['gist_comment', comment],
    ['gist', gist.id],
  ] as const) {
    const planned = await remove(kind, name, { dry_run: true });
    expect(planned.data.requests, planned.text).toMatchObject([{ method: 'DELETE' }]);
    expect((await remove(kind, `${name}1`)).error?.code).toBe('not_found');
    expect((await remove(kind, name, { repo: 'ada/app' })).text).toContain('in no repository');
    expect((await remove(kind, '../user')).error?.code).toBe('validation');
  }
  expect((await remove('gist', gist.id.toUpperCase())).isError).toBe(true);
  expect((await remove('branch', 'x')).text).toContain('repo must be given');
  expect(world.writes()).toHaveLength(written);
  expect((await remove('gist_comment', comment)).data).toEqual({ kind: 'gist_comment', name: comment, verified: true });
  world.sandbox.faults.add({ on: 'DELETE /gists/{gist_id}', apply: true, break: 'reset' });
  expect((await remove('gist', gist.id)).data).toEqual({ kind: 'gist', name: gist.id, verified: true });
  expect((await remove('gist', gist.id)).error?.code).toBe('not_found');
  expect(gistsOf(world.sandbox.state).size).toBe(0);
  expect(world.sandbox.unknown).toEqual([]);
});
