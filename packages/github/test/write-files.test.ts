import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { openProtection } from '../sandbox/model/protection.ts';
import { contentsOf, tipOf, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const tool = 'github_write_files';
const message = 'Change';
const shaOf = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const edit = (old_text: string, new_text: string) => [{ old_text, new_text }];

test('one commit creates, edits, replaces, deletes, moves and makes executable, byte for byte', async () => {
  await using world = await withWorld();
  const repository = world.repository({
    'src/a.ts': 'one\r\ntwo\r\nthree',
    'src/b.ts': 'b\n',
    'old/name.txt': 'stays\n',
    'run.sh': '#!/bin/sh\n',
    'gone.txt': 'x',
    tool: { mode: '100755', content: 'bin' },
    link: { mode: '120000', content: 'src/a.ts' },
    vendor: { mode: '160000', sha: 'a'.repeat(40) },
    'docs/x/1.md': '1',
    'docs/x/2.md': '2',
    'drop/1': '1',
  });
  const head = tipOf(repository);
  const png = Buffer.from('89504e470d0a1a0a00ff', 'hex');
  const answer = await world.call(tool, {
    ...{ repo, message, expected_head: head },
    files: [
      { path: 'src/a.ts', edits: edit('two\nthree', 'zwei\ndrei') },
      { path: 'src/b.ts', text: '\ufeffB \u{1f600}' },
      { path: 'new/deep/c.txt', text: 'c\r\n' },
      { path: 'empty', text: '' },
      { path: 'logo.png', base64: png.toString('base64') },
      { path: 'new/name.txt', move_from: 'old/name.txt' },
      { path: 'run.sh', executable: true },
      { path: 'tool2', move_from: 'tool', edits: edit('bin', 'bin2') },
      { path: 'link2', move_from: 'link' },
      { path: 'gone.txt', delete: true },
      { path: 'manual/', move_from: 'docs/x/' },
      { path: 'drop/', delete: true },
    ],
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(contentsOf(repository)).toEqual({
    'src/a.ts': '100644 one\r\nzwei\r\ndrei',
    'src/b.ts': `100644 ${Buffer.from('\ufeffB \u{1f600}').toString('latin1')}`,
    'new/deep/c.txt': '100644 c\r\n',
    empty: '100644 ',
    'logo.png': `100644 ${png.toString('latin1')}`,
    'new/name.txt': '100644 stays\n',
    'run.sh': '100755 #!/bin/sh\n',
    tool2: '100755 bin2',
    link2: '120000 src/a.ts',
    vendor: `160000 ${'a'.repeat(40)}`,
    'manual/1.md': '100644 1',
    'manual/2.md': '100644 2',
  });
  const commit = tipOf(repository);
  expect(answer.data).toMatchObject({ branch: 'main', commit, parent: head });
  expect(repository.objects.read('commit', commit)).toMatchObject({ parents: [head], message });
  const files = answer.data.files as { path: string; status: string; verified: boolean; sha?: string }[];
  expect(files.map(({ status }) => status)).toEqual(
    'updated updated created created created moved updated moved moved deleted moved deleted'.split(' '),
  );
  expect(files.every(({ verified }) => verified)).toBe(true);
  expect(files[4]?.sha).toBe(shaOf(png));
  expect(world.writes()).toEqual([
    'POST /repos/ada/app/git/blobs',
    'POST /repos/ada/app/git/trees',
    'POST /repos/ada/app/git/commits',
    'PATCH /repos/ada/app/git/refs/heads%2Fmain',
  ]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('50 files of 5 MB are one commit', async () => {
  await using world = await withWorld();
  const before = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`d${n}/old${n}.txt`, `old ${n}\n`]));
  const repository = world.repository(before);
  const bytes = (n: number) => Buffer.alloc(480_000, n % 2 === 0 ? `line ${n}\n` : Buffer.from([n, 0, 255]));
  const files = Array.from({ length: 50 }, (_, n) => {
    if (n < 10) return { path: `big/${n}`, base64: bytes(n).toString('base64') };
    if (n < 20) return { path: `new/${n}.txt`, text: `${n}\n`, executable: n % 2 === 0 };
    if (n < 30) return { path: `d${n - 20}/old${n - 20}.txt`, delete: true };
    if (n < 40) return { path: `moved/${n}.txt`, move_from: `d${n - 20}/old${n - 20}.txt` };
    return { path: `d${n - 20}/old${n - 20}.txt`, edits: edit('old', 'new') };
  });
  const answer = await world.call(tool, { repo, message, files });
  expect(answer.isError, answer.text).toBe(false);
  const contents = contentsOf(repository);
  expect(Object.keys(contents)).toHaveLength(40);
  expect(contents['big/3']).toBe(`100644 ${bytes(3).toString('latin1')}`);
  expect(contents['new/12.txt']).toBe('100755 12\n');
  expect(contents['moved/35.txt']).toBe('100644 old 15\n');
  expect(contents['d25/old25.txt']).toBe('100644 new 25\n');
  expect(world.writes().filter((write) => write.endsWith('/commits'))).toHaveLength(1);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a head that moved before or in between is a conflict, and nothing is written', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a\n' });
  const first = tipOf(repository);
  const push = () =>
    commitFiles(world.sandbox.state, repository, { author: world.ada, message: 'Other', files: { 'b.txt': 'b' } });
  const pushed = push();
  const files = [{ path: 'a.txt', text: 'A\n' }];
  const stale = await world.call(tool, { repo, message, files, expected_head: first });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { expected: first, actual: pushed } });
  expect(world.writes()).toEqual([]);
  let latest = '';
  // The branch moves right before the request that would move it.
  const take = world.sandbox.faults.take;
  world.sandbox.faults.take = (method, path, route) => {
    if (method === 'PATCH' && latest === '') {
      latest = commitFiles(world.sandbox.state, repository, {
        ...{ author: world.ada, message: 'Faster', files: { 'a.txt': 'theirs' } },
      });
    }
    return take(method, path, route);
  };
  const late = await world.call(tool, { repo, message, files });
  expect(late.error).toMatchObject({ code: 'conflict', details: { expected: pushed, actual: latest } });
  expect(late.text).toContain('nothing was written');
  expect(tipOf(repository)).toBe(latest);
  expect(contentsOf(repository)['a.txt']).toBe('100644 theirs');
});

test('a dry run sends nothing and shows the requests and the changed lines', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'one\ntwo\nthree\n' });
  const head = tipOf(repository);
  const { data, isError, text } = await world.call(tool, {
    ...{ repo, message, dry_run: true },
    files: [
      { path: 'a.txt', edits: edit('two', '2\n2') },
      { path: 'b.bin', base64: Buffer.from([0, 255]).toString('base64') },
      { path: 'c.txt', text: 'long\n'.repeat(2000) },
    ],
  });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({
    ...{ dry_run: true, branch: 'main', parent: head },
    files: [
      { path: 'a.txt', status: 'updated', lines: '-1 +2 at line 2' },
      { path: 'b.bin', status: 'created' },
      { path: 'c.txt', lines: '-0 +2000 at line 1' },
    ],
    requests: [
      { method: 'POST', path: '/repos/ada/app/git/blobs' },
      { method: 'POST', path: '/repos/ada/app/git/trees', body: { base_tree: expect.any(String) } },
      { method: 'POST', path: '/repos/ada/app/git/commits', body: { tree: '<tree>', parents: [head] } },
      { method: 'PATCH', path: '/repos/ada/app/git/refs/heads%2Fmain', body: { sha: '<commit>', force: false } },
    ],
  });
  expect(JSON.stringify(data.requests)).toContain('(10000 characters)');
  expect(world.writes()).toEqual([]);
  expect(tipOf(repository)).toBe(head);
});

test('a new branch begins where it is told, and one that exists is refused', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  const files = [{ path: 'a.txt', text: 'b' }];
  const made = await world.call(tool, { repo, message, files, branch: 'feature/x', new_branch_from: 'main' });
  expect(made.isError, made.text).toBe(false);
  expect(contentsOf(repository, 'feature/x')['a.txt']).toBe('100644 b');
  expect(contentsOf(repository)['a.txt']).toBe('100644 a');
  const again = await world.call(tool, { repo, message, files, branch: 'feature/x', new_branch_from: 'main' });
  expect(again.error).toMatchObject({ code: 'conflict', details: { actual: made.data.commit } });
  const wrong = await world.call(tool, { repo, message, files, branch: 'feature/y' });
  expect(wrong.text).toContain('feature/x');
  expect(world.sandbox.unknown).toEqual([]);
});

test('an empty repository gets its first file, then the others', async () => {
  await using world = await withWorld();
  const repository = world.repository({});
  const planned = await world.call(tool, { repo, message, dry_run: true, files: [{ path: 'a', text: 'x' }] });
  expect(planned.data).toMatchObject({ requests: [{ method: 'PUT', path: '/repos/ada/app/contents/a' }] });
  const { data, isError, text } = await world.call(tool, {
    ...{ repo, message },
    files: [
      { path: 'run.sh', text: '#!/bin/sh\r\n', executable: true },
      { path: 'README.md', text: '# x' },
      { path: 'src/b', base64: 'AP8=' },
    ],
  });
  expect(isError, text).toBe(false);
  expect(contentsOf(repository)).toEqual({
    'run.sh': '100755 #!/bin/sh\r\n',
    'README.md': '100644 # x',
    'src/b': '100644 \0\xff',
  });
  expect(data.note).toContain('empty');
  expect(data.files).toHaveLength(3);
  expect(world.sandbox.unknown).toEqual([]);
});

test('what is there already makes no commit', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  const { data } = await world.call(tool, { repo, message, files: [{ path: 'a.txt', text: 'a' }] });
  expect(data).toMatchObject({ commit: tipOf(repository), files: [{ status: 'unchanged' }] });
  expect(world.writes()).toEqual([]);
});

test('a protected default branch must be named, and its refusal says what to do', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  repository.protections.set('main', {
    ...openProtection,
    enforceAdmins: true,
    requiredReviews: { count: 1, dismissStale: false, codeOwners: false },
  });
  const files = [{ path: 'a.txt', text: 'b' }];
  const unnamed = await world.call(tool, { repo, message, files });
  expect([unnamed.isError, unnamed.text]).toEqual([true, expect.stringContaining('protected')]);
  const named = await world.call(tool, { repo, message, files, branch: 'main' });
  expect(named.text).toContain('new_branch_from');
  expect(contentsOf(repository)['a.txt']).toBe('100644 a');
});

test.each([
  [[{ path: '../x', text: '' }], 'no path of a repository'],
  [[{ path: '.git/config', text: '' }], 'no path of a repository'],
  [[{ path: '/etc/x', text: '' }], 'no path of a repository'],
  [[{ path: 'a', text: '', base64: '' }], 'give one of'],
  [[{ path: 'a' }], 'says no change'],
  [[{ path: 'a', base64: 'not base64' }], 'no'],
  [[{ path: 'a', text: '\ud800' }], 'surrogate'],
  [
    [
      { path: 'a', text: 'x' },
      { path: 'a', delete: true },
    ],
    'more than once',
  ],
  [
    [
      { path: 'dir/', delete: true },
      { path: 'dir/b', text: '' },
    ],
    'inside of dir',
  ],
  [[{ path: 'dir', delete: true }], 'is a folder'],
  [[{ path: 'a/b', text: 'x' }], 'a is a file, no folder'],
  [[{ path: 'link', text: 'x' }], 'symbolic link'],
  [[{ path: 'none', edits: edit('a', 'b') }], 'none is not there'],
  [[{ path: 'a', edits: edit('zzz', 'b') }], 'a: Edit 1'],
  [[{ path: 'bin', edits: edit('a', 'b') }], 'UTF-8'],
  [[{ path: 'a', move_from: 'link' }], 'a exists'],
])('%j is refused before anything is sent', async (files, words) => {
  await using world = await withWorld();
  world.repository({
    ...{ a: 'a', 'dir/b': 'b', bin: Buffer.from([0xff, 0xfe, 0x00]) },
    link: { mode: '120000', content: 'a' },
  });
  const { text, isError } = await world.call(tool, { repo, message, files });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.writes()).toEqual([]);
});

test('answers that are lost are asked for again, and do the work once', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  const head = tipOf(repository);
  const faults = ['POST */git/trees', 'POST */git/commits', 'PATCH */git/refs/*', 'POST */git/refs'].map((on) =>
    world.sandbox.faults.add({ on, apply: true, break: 'reset' }),
  );
  const files = [{ path: 'a.txt', text: 'b' }];
  const moved = await world.call(tool, { repo, message, files });
  expect(moved.isError, moved.text).toBe(false);
  expect(repository.objects.read('commit', tipOf(repository)).parents).toEqual([head]);
  const branched = await world.call(tool, {
    repo,
    message: 'x',
    files: [{ path: 'c', text: 'c' }],
    branch: 'n',
    new_branch_from: 'main',
  });
  expect(branched.isError, branched.text).toBe(false);
  expect(tipOf(repository, 'n')).toBe(branched.data.commit);
  expect(faults.map(({ hits }) => hits)).toEqual([1, 1, 1, 1]);
});

test('limits, broken and wrong answers leave the branch as it was', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  const head = tipOf(repository);
  const files = [{ path: 'a.txt', text: 'b' }];
  const { faults } = world.sandbox;
  faults.secondaryLimit('POST */git/trees', { retryAfter: 90, times: Number.POSITIVE_INFINITY });
  expect((await world.call(tool, { repo, message, files })).error).toMatchObject({
    code: 'rate_limit',
    retry_after_s: 90,
  });
  faults.clear();
  for (const [status, code] of [
    [409, 'conflict'],
    [422, 'validation'],
    [403, 'auth'],
  ] as const) {
    faults.add({ on: 'POST */git/commits', status, body: { message: 'No' } });
    expect((await world.call(tool, { repo, message, files })).error?.code).toBe(code);
  }
  const other = repository.objects.put({ type: 'tree', entries: [] });
  faults.add({ on: 'POST */git/trees', status: 201, body: { sha: other, tree: [], url: '', truncated: false } });
  const spoiled = await world.call(tool, { repo, message, files });
  expect(spoiled.text).toContain('other content than was sent: a.txt');
  expect(tipOf(repository)).toBe(head);
});

test('the allowlist and the guard of private data refuse it', async () => {
  await using world = await withWorld({ github: { repos: ['acme/*'] } });
  world.repository({ 'a.txt': 'a' });
  const files = [{ path: 'a.txt', text: 'b' }];
  expect((await world.call(tool, { repo, message, files })).error?.code).toBe('auth');
  expect(world.sandbox.requests).toEqual([]);
  await using guarded = await withWorld();
  guarded.repository({ 'a.txt': 'secret' });
  const open = guarded.repository({ 'a.txt': 'a' }, { name: 'open', visibility: 'public' });
  const head = tipOf(open);
  await guarded.call('github_read_files', { repo, files: [{ path: 'a.txt' }] });
  const leaked = await guarded.call(tool, { repo: 'ada/open', message, files });
  expect(leaked.text).toContain('GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE');
  expect([tipOf(open), guarded.writes()]).toEqual([head, []]);
});
