import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitFiles, mergeInto } from '../sandbox/model/commits.ts';
import { fork } from '../sandbox/model/settings.ts';
import { githubHistory } from '../src/tools/github-history.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubHistory];
type Row = Record<string, unknown>;
const rowsOf = (data: Row) => data.rows as Row[];

function withCommits(world: ReadWorld, count: number) {
  const repository = world.repository({ 'README.md': 'one\ntwo\nthree\n' });
  const commit = (message: string, files: Record<string, string>, branch = 'main') =>
    commitFiles(world.sandbox.state, repository, { branch, message, files, author: world.ada });
  const shas = Array.from({ length: count }, (_, n) =>
    commit(`Change ${n}\n\nWhy ${n}`, { [`f${n % 3}.txt`]: `${n}\n` }),
  );
  return { repository, commit, shas };
}

test('commits of a branch page by page, although it moves between them; of a path and an author', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 30);
  const seen: unknown[] = [];
  let args: Row = { repo: 'ada/site', limit: 7 };
  for (let page = 0; ; page += 1) {
    const { data, isError, text } = await world.call('github_history', args);
    expect(isError, text).toBe(false);
    seen.push(...rowsOf(data).map(({ title }) => title));
    commit(`Later ${page}`, { late: `${page}` });
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, limit: 7 };
  }
  expect(seen).toEqual([...Array.from({ length: 30 }, (_, n) => `Change ${29 - n}`), 'First']);
  const ofPath = await world.call('github_history', { repo: 'ada/site', path: './f1.txt', author: 'ada' });
  expect(rowsOf(ofPath.data)).toHaveLength(10);
  expect((await world.call('github_history', { repo: 'ada/site', author: 'nobody' })).data.notes).toEqual([
    'No commit matches.',
  ]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('one commit has its message fenced, its files and what they grew by', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 1);
  const sha = commit('Title\n\nBody \u202e', { 'README.md': 'one\n2\nthree\nfour\n', new: 'n\n' });
  const answer = await world.call('github_history', { repo: 'ada/site', show: 'commit', ref: sha.slice(0, 10) });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data.about).toMatchObject({
    sha,
    author: 'ada',
    message: 'Title\n\nBody \u202e',
    additions: 3,
    deletions: 1,
    signed: false,
  });
  expect(answer.data.files).toEqual([
    { path: 'README.md', additions: 2, deletions: 1 },
    { path: 'new', status: 'added', additions: 1, deletions: 0 },
  ]);
  expect(answer.text).toContain('Body ⟨U+202E⟩');
});

test('two refs are compared: ahead, behind, commits and files', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 2);
  commit('Side', { side: 's\n' }, 'feature');
  commit('Side 2', { side: 's\nt\n' }, 'feature');
  commit('Main', { main: 'm\n' });
  const answer = await world.call('github_history', {
    repo: 'ada/site',
    show: 'compare',
    base: 'main',
    head: 'feature',
  });
  expect(answer.data.about).toMatchObject({ status: 'diverged', ahead_by: 2, behind_by: 1 });
  expect(rowsOf(answer.data).map(({ title }) => title)).toEqual(['Side', 'Side 2']);
  expect(answer.data.files).toEqual([{ path: 'side', status: 'added', additions: 2, deletions: 0 }]);
});

test('a big comparison stays within the budget and says what is missing', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 1);
  commit('Wide', Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`wide/file-${n}.txt`, 'x\n'])), 'feature');
  const args = { repo: 'ada/site', show: 'compare', base: 'main', head: 'feature', max_chars: 3000 };
  const answer = await world.call('github_history', args);
  expect(JSON.stringify(answer.data).length).toBeLessThanOrEqual(3000);
  expect(answer.text).toMatch(/\d+ more files did not fit/);
});

test('what is needed, and refs that are not there, are named', async () => {
  await using world = await withWorld(tools);
  withCommits(world, 1);
  const ask = async (args: Row) => (await world.call('github_history', { repo: 'ada/site', ...args })).text;
  expect(await ask({ show: 'commit' })).toContain('give the commit');
  expect(await ask({ show: 'compare' })).toContain('give the ref to compare');
  expect(await ask({ show: 'blame' })).toContain('needs the path');
  expect(await ask({ ref: 'mian' })).toContain('Did you mean "main"');
});

type File = {
  path: string;
  status?: string;
  previous?: string;
  note?: string;
  hunks?: { hunk: number; new_start: number; text: string }[];
};
const filesOf = (data: Row) => data.files as File[];

/** Every page of a diff. */
async function pagesOf(world: ReadWorld, args: Row, between: () => void = () => {}): Promise<Row[]> {
  const pages: Row[] = [];
  for (let asked = args; ; ) {
    const { data, isError, text } = await world.call('github_history', asked);
    expect(isError, text).toBe(false);
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(Number(args.max_chars ?? 20_000));
    pages.push(data);
    if (data.next_cursor === undefined) return pages;
    expect(pages.length).toBeLessThan(200);
    asked = { cursor: data.next_cursor, max_chars: args.max_chars };
    between();
  }
}

const manyLines = Array.from({ length: 120 }, (_, n) => `line ${n + 1}`);
const changed = (...at: number[]) =>
  manyLines.map((line, n) => (at.includes(n + 1) ? `${line} \u202e new\n` : `${line}\n`)).join('');

test('the hunks of a commit, with numbered lines, and why a file has none and how to read it', async () => {
  await using world = await withWorld(tools, { bounds: { patchLines: 300 } });
  const repository = world.repository({
    ...{ 'src/a.txt': changed(), 'old.txt': 'same\n', 'logo.png': Buffer.from([0, 1]), 'gone.txt': 'x\n' },
  });
  const sha = commitFiles(world.sandbox.state, repository, {
    ...{ message: 'Change', author: world.ada },
    files: {
      ...{ 'src/a.txt': changed(10, 60), 'old.txt': null, 'new.txt': 'same\n', 'gone.txt': null },
      ...{ 'logo.png': Buffer.from([0, 2]), 'big.txt': 'line\n'.repeat(1000), 'empty.txt': '' },
    },
  });
  const answer = await world.call('github_history', { repo: 'ada/site', show: 'commit', ref: 'main', diff: true });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data).toMatchObject({ about: { sha, message: 'Change', parents: [expect.any(String)] }, rows: [] });
  const files = new Map(filesOf(answer.data).map((file) => [file.path, file]));
  expect(files.get('src/a.txt')?.hunks).toMatchObject([
    { hunk: 1, new_start: 7 },
    { hunk: 2, new_start: 57 },
  ]);
  expect(files.get('gone.txt')).toMatchObject({ status: 'removed', hunks: [{ text: '-x' }] });
  expect(files.get('new.txt')).toMatchObject({ previous: 'old.txt', note: 'Renamed without a change.' });
  expect(files.get('logo.png')?.note).toMatch(new RegExp(`^Binary.*github_read_files \\(ref ${sha}\\)`));
  expect(files.get('big.txt')?.note).toBe(
    `Too large: GitHub gives no patch. Read it with github_read_files (ref ${sha}).`,
  );
  expect(files.get('empty.txt')?.note).toMatch(/empty/);
  expect(answer.text).toMatch(/ 60 \+line 60 ⟨U\+202E⟩ new/);
  expect(world.sandbox.unknown).toEqual([]);
});

test.each([3000, 20_000])('in pages of %i characters a commit of 700 files has every hunk once', async (max_chars) => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 1);
  const sha = commit('Wide', Object.fromEntries(Array.from({ length: 700 }, (_, n) => [`wide/f${n}.txt`, `${n}\n`])));
  const args = { repo: 'ada/site', show: 'commit', ref: 'main', diff: true, include: ['wide/f*[05].txt'], max_chars };
  const pages = await pagesOf(world, args, () => void commit('Later', { late: `${Math.random()}` }));
  const texts = pages.flatMap(filesOf).map(({ path, hunks }) => `${path} ${hunks?.[0]?.text}`);
  expect(texts.length).toBe(140);
  expect(new Set(texts).size).toBe(140);
  expect(texts).toContain('wide/f695.txt +695');
  expect(pages.every((page) => (page.about as Row).sha === sha)).toBe(true);
  const names = await pagesOf(world, { repo: 'ada/site', show: 'commit', ref: sha, max_chars });
  expect(names.flatMap(filesOf).length).toBe(700);
  expect(world.sandbox.unknown).toEqual([]);
});

test('the hunks of a comparison are of the two commits it began with, and of the files that were asked for', async () => {
  await using world = await withWorld(tools);
  const { repository, commit } = withCommits(world, 1);
  commit('Base', { 'src/a.txt': changed(), 'src/b.txt': 'b\n', 'doc.md': 'x\n' });
  const head = commit('Side', { 'src/a.txt': changed(10, 60, 110), 'doc.md': 'y\n' }, 'feature/x#1');
  const args = { repo: 'ada/site', show: 'compare', base: 'main', head: 'feature/x#1', diff: true, max_chars: 1500 };
  const pages = await pagesOf(world, args, () => void commit('More', { late: 'x\n' }, 'feature/x#1'));
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.every(({ about }) => (about as Row).head === head && (about as Row).ahead_by === 1)).toBe(true);
  const hunks = pages.flatMap(filesOf).flatMap(({ path, hunks: all = [] }) => all.map(({ hunk }) => `${path} ${hunk}`));
  expect(hunks).toEqual(['doc.md 1', 'src/a.txt 1', 'src/a.txt 2', 'src/a.txt 3']);
  const some = { ...args, head, max_chars: 20_000 };
  const at = async (more: Row) =>
    filesOf((await world.call('github_history', { ...some, ...more })).data).map(({ path }) => path);
  expect(await at({ path: 'src/' })).toEqual(['src/a.txt']);
  expect(await at({ exclude: ['*.txt'] })).toEqual(['doc.md']);
  expect(await at({ diff: false, include: ['*.md'] })).toEqual(['doc.md']);
  expect(repository.refs.has('refs/heads/feature/x#1')).toBe(true);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a comparison of more than 300 files, and one with a fork of another name', async () => {
  await using world = await withWorld(tools);
  const { repository, commit } = withCommits(world, 1);
  const { state } = world.sandbox;
  const bob = addAccount(state, { login: 'bob' });
  const forked = fork(state, repository, { owner: bob, name: 'site-of-bob' });
  commitFiles(state, forked, { message: 'Fork', branch: 'fast', files: { fast: 'x\n' }, author: bob });
  for (const head of ['bob:fast', 'bob:site-of-bob:fast']) {
    const args = { repo: 'ada/site', show: 'compare', base: 'main', head, diff: true };
    const { data, isError, text } = await world.call('github_history', args);
    expect(isError, text).toBe(false);
    expect(filesOf(data)).toMatchObject([{ path: 'fast', hunks: [{ text: '+x' }] }]);
  }
  commit('Wide', Object.fromEntries(Array.from({ length: 310 }, (_, n) => [`w${n}`, 'x\n'])), 'wide');
  const wide = { repo: 'ada/site', show: 'compare', base: 'main', head: 'wide', diff: true, include: ['w1'] };
  expect((await world.call('github_history', wide)).text).toContain('at most 300 files');
  const unknown = await world.call('github_history', { ...wide, head: 'bob:slow' });
  expect(unknown.error?.code).toBe('not_found');
  expect(unknown.text).toContain('owner:repository:branch');
  expect((await world.call('github_history', { ...wide, head: 'wied' })).text).toContain('Did you mean "wide"');
});

test('an argument that means nothing for what is shown is refused, with the show that takes it', async () => {
  await using world = await withWorld(tools);
  withCommits(world, 1);
  const ask = async (args: Row) => (await world.call('github_history', { repo: 'ada/site', ...args })).text;
  expect(await ask({ base: 'main' })).toContain('Did you mean show "compare"');
  expect(await ask({ show: 'compare', base: 'main', ref: 'x' })).toContain('means nothing for show "compare"');
  expect(await ask({ diff: true })).toContain('Did you mean show "commit"');
  expect(await ask({ path: '../x' })).toContain('leads out of the repository');
  expect(await ask({ since: '2026-02-31' })).toContain('there is no time 2026-02-31');
  expect(world.sandbox.requests.filter(({ path }) => !path.endsWith('/commits/HEAD'))).toEqual([]);
});

test('a day is all of it, times need no seconds, and a merge says what its files are of', async () => {
  await using world = await withWorld(tools);
  const repository = world.repository({ a: 'x' });
  const { state } = world.sandbox;
  for (const day of [10, 11, 12]) {
    const date: number = Date.UTC(2030, 0, day, 15);
    const files = { a: `${day}` };
    commitFiles(state, repository, { message: `Day ${day}`, date, files, author: world.ada });
  }
  const titles = async (args: Row) =>
    rowsOf((await world.call('github_history', { repo: 'ada/site', ...args })).data).map(({ title }) => title);
  expect(await titles({ since: '2030-01-11', until: '2030-01-11' })).toEqual(['Day 11']);
  expect(await titles({ since: '2030-01-11T15:01Z' })).toEqual(['Day 12']);
  const side = { branch: 'side', message: 'Side', files: { side: 's' }, author: world.ada };
  const head = commitFiles(state, repository, side);
  const merged = mergeInto(state, repository, { branch: 'main', head, message: 'Merge', actor: world.ada });
  const { data } = await world.call('github_history', { repo: 'ada/site', show: 'commit', ref: merged });
  expect(String(data.notes)).toContain('first parent');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a side of a comparison that is outside of the allowlist is refused before anything is asked there', async () => {
  await using world = await withWorld(tools, { repos: ['ada/site'] });
  const { repository } = withCommits(world, 1);
  const bob = addAccount(world.sandbox.state, { login: 'bob' });
  fork(world.sandbox.state, repository, { owner: bob });
  for (const head of ['bob:main', 'bob:site:main']) {
    const args = { repo: 'ada/site', show: 'compare', base: 'main', head, diff: true };
    expect((await world.call('github_history', args)).error?.code).toBe('auth');
  }
  expect(world.sandbox.requests.filter(({ path }) => path.includes('bob'))).toEqual([]);
});
