import { expect, test } from 'vitest';
import { call, fakeGitHub, pageOf } from '../fake-github.fixture.ts';
import type { FileDiff } from './file.ts';
import { hunksOf, numbered } from './hunks.ts';
import { readPullDiff } from './pull.ts';

/** A file of so many hunks of so many lines. */
const fileOf = (
  filename: string,
  { hunks = 2, lines = 20, ...more }: { hunks?: number; lines?: number; [key: string]: unknown } = {},
) => ({
  ...{
    filename,
    sha: 'f'.repeat(40),
    status: 'modified',
    additions: hunks * lines,
    deletions: 0,
    changes: hunks * lines,
  },
  patch: Array.from({ length: hunks }, (_, h) =>
    [
      `@@ -${h * 100 + 1} +${h * 100 + 1},${lines} @@ fn${h}()`,
      ...Array.from({ length: lines }, (__, l) => `+line ${h}.${l} of "${filename}"`),
    ].join('\n'),
  ).join('\n'),
  ...more,
});

const githubOf = (files: readonly unknown[], head = 'h1') =>
  fakeGitHub({
    rest: {
      'GET /repos/{owner}/{repo}/pulls/{pull_number}': () => ({
        data: { head: { sha: head }, base: { sha: 'b1', repo: { full_name: 'a/b' } }, changed_files: files.length },
      }),
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': (parameters) => pageOf(files, parameters),
    },
  });

const asked = { repo: 'a/b', number: 1 };

/** Every page of a diff, and how many there were. */
async function readAll(files: readonly unknown[], maxChars: number, more: object = {}): Promise<FileDiff[]> {
  const github = githubOf(files);
  const all: FileDiff[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPullDiff(github, cursor ? { cursor } : { ...asked, ...more }, { ...call, maxChars });
    expect(JSON.stringify(page).length).toBeLessThanOrEqual(maxChars);
    expect(page.files.length + page.notes.length).toBeGreaterThan(0);
    all.push(...page.files);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return all;
}

test('hunks are split, and numbered on the side they are of', () => {
  const [first, second] = hunksOf(
    '@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -9 +9 @@ f\n-x\n+y\n\\ No newline at end of file',
  );
  expect(first).toMatchObject({ hunk: 1, old_start: 1, new_start: 1, text: ' one\n-two\n+2\n three' });
  expect(second).toMatchObject({ hunk: 2, header: '@@ -9 +9 @@ f', new_start: 9 });
  expect(numbered(first as never)).toBe(' 1  one\n-2 -two\n 2 +2\n 3  three');
});

test.each([3000, 5000, 20_000])('pages of %i characters together are every hunk, whole, once', async (maxChars) => {
  const files = Array.from({ length: 130 }, (_, n) => fileOf(`src/f${n}.ts`, { hunks: (n % 3) + 1 }));
  const all = await readAll(files, maxChars);
  const seen = all.flatMap(({ path, hunks = [] }) =>
    hunks.map(({ hunk, header, text }) => `${path} ${hunk} ${header}\n${text}`),
  );
  const expected = files.flatMap(({ filename, patch }) =>
    hunksOf(patch).map(({ hunk, header, text }) => `${filename} ${hunk} ${header}\n${text}`),
  );
  expect(seen).toEqual(expected);
});

test('a diff of 20,000 lines in hunks is read page by page; one hunk of them is named with the way to read it', async () => {
  const many = await readAll([fileOf('big.ts', { hunks: 1000, lines: 20 })], 20_000);
  expect(many.flatMap(({ hunks = [] }) => hunks)).toHaveLength(1000);
  const [one, after] = await readAll([fileOf('new.ts', { hunks: 1, lines: 20_000 }), fileOf('b.ts')], 20_000);
  expect(one?.note).toMatch(/Hunk 1 has 20000 lines .* github_read_files \(ref h1\) from line 1/);
  expect(after?.path).toBe('b.ts');
});

test('binary, renamed and too large files are named', async () => {
  const files = [
    { ...fileOf('logo.png', { changes: 0, additions: 0 }), patch: undefined },
    {
      ...fileOf('new.ts', { changes: 0, additions: 0, status: 'renamed', previous_filename: 'old.ts' }),
      patch: undefined,
    },
    { ...fileOf('lock.json', { changes: 90_000 }), patch: undefined },
  ];
  const notes = (await readAll(files, 5000)).map(({ note }) => note);
  expect(notes).toEqual([
    expect.stringContaining('Binary'),
    expect.stringContaining('Renamed'),
    expect.stringContaining('Too large'),
  ]);
});

test('globs, one file, one hunk, a file by its old name', async () => {
  const files = [fileOf('a.ts'), fileOf('b.md'), fileOf('c.ts', { status: 'renamed', previous_filename: 'old.ts' })];
  expect((await readAll(files, 20_000, { include: ['*.ts'], exclude: ['c.*'] })).map(({ path }) => path)).toEqual([
    'a.ts',
  ]);
  expect((await readAll(files, 20_000, { path: 'old.ts' })).map(({ path }) => path)).toEqual(['c.ts']);
  const [one] = await readAll(files, 20_000, { path: 'a.ts', hunk: 2 });
  expect(one).toMatchObject({ of_hunks: 2, hunks: [{ hunk: 2, new_start: 101 }] });
  expect((await readAll(files, 20_000, { path: 'a.ts', hunk: 9 }))[0]?.note).toBe('It has 2 hunks.');
  await expect(readPullDiff(githubOf(files), { ...asked, path: 'a.tx' }, call)).rejects.toMatchObject({
    hint: expect.stringContaining('a.ts'),
  });
});

test('new commits between two pages are said', async () => {
  const files = [fileOf('a.ts'), fileOf('b.ts')];
  const first = await readPullDiff(githubOf(files), asked, { ...call, maxChars: 1500 });
  const second = await readPullDiff(githubOf(files, 'h2'), { cursor: first.next_cursor }, { ...call, maxChars: 1500 });
  expect(second.notes.join(' ')).toContain('New commits came');
});
