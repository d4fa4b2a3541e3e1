import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { blame } from '../../sandbox/model/blame.ts';
import { changesBetween, diffText } from '../../sandbox/model/changes.ts';
import { compare } from '../../sandbox/model/compare.ts';
import { log, mergeBase } from '../../sandbox/model/history.ts';
import { mergeTexts, mergeTrees } from '../../sandbox/model/merge.ts';
import { encode } from '../../sandbox/model/objects.ts';
import { commitAt } from '../../sandbox/model/refs.ts';
import { findRepository, type Repository } from '../../sandbox/model/repository.ts';
import { createState, type State } from '../../sandbox/model/state.ts';
import { seedWorld } from '../../sandbox/seed.ts';

const run = promisify(execFile);
/** Needs git on the PATH. Where everything is required these run, and fail without it. */
const hasGit = process.env.REQUIRE_ALL === '1' || spawnSync('git', ['--version']).status === 0;

function world(): { state: State; engine: Repository } {
  const state = createState({ clock: () => Date.UTC(2026, 5, 1) });
  seedWorld(state);
  const engine = findRepository(state, 'acme/engine');
  if (!engine) throw new Error('no acme/engine');
  return { state, engine };
}

/** The sandbox's objects and refs as a real repository. */
async function withGit(repository: Repository) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sandbox-git-'));
  const git = async (...parameters: string[]) =>
    (await run('git', ['-c', 'core.quotePath=false', '-C', folder, ...parameters], { maxBuffer: 2 ** 26 })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  for (const [sha, object] of repository.objects.entries()) {
    const content = encode(object);
    const target = path.join(folder, '.git/objects', sha.slice(0, 2), sha.slice(2));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, deflateSync(Buffer.concat([Buffer.from(`${object.type} ${content.length}\0`), content])));
  }
  for (const [ref, sha] of repository.refs) await git('update-ref', ref, sha);
  return { git, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test.skipIf(!hasGit)('git accepts every object of the world, and counts the same history', async () => {
  const { engine } = world();
  await using real = await withGit(engine);
  await real.git('fsck', '--strict', '--no-dangling');
  const tip = commitAt(engine, 'main').sha;
  const shas = (await real.git('log', '--format=%H', 'main')).trim().split('\n');
  expect([...log(engine.objects, tip)].map(({ sha }) => sha)).toEqual(shas);
});

test.skipIf(!hasGit)('diffs are those of git, byte for byte', async () => {
  const { state, engine } = world();
  await using real = await withGit(engine);
  for (const [base, head] of [
    ['v1.0.0', 'main'],
    ['feature/blue', 'main'],
    ['main', 'conflict'],
  ] as const) {
    const trees = { before: commitAt(engine, base).commit.tree, after: commitAt(engine, head).commit.tree };
    const ours = changesBetween(engine.objects, trees, state.bounds.patchLines).map(diffText).join('\n');
    const theirs = await real.git('diff', '--abbrev=7', '-M100%', base, head);
    expect(`${ours}\n`).toBe(theirs);
  }
});

test.skipIf(!hasGit)('merge bases, merges and blame are those of git', async () => {
  const { engine } = world();
  await using real = await withGit(engine);
  const [blue, main] = [commitAt(engine, 'feature/blue').sha, commitAt(engine, 'main').sha];
  expect(mergeBase(engine.objects, blue, main)).toBe((await real.git('merge-base', blue, main)).trim());
  const merged = mergeTrees(engine.objects, commitAt(engine, 'v1.1.0').sha, commitAt(engine, 'docs').sha);
  expect(merged.conflicts).toEqual([]);
  expect(mergeTrees(engine.objects, main, blue).conflicts).toEqual(['src/shapes/square.ts']);
  const lines = (await real.git('blame', '--porcelain', 'main', '--', 'CHANGELOG.md')).match(/^[0-9a-f]{40}/gm) ?? [];
  const ranges = blame(engine.objects, main, 'CHANGELOG.md') ?? [];
  const flat = ranges.flatMap(({ startingLine, endingLine, commit }) =>
    Array.from({ length: endingLine - startingLine + 1 }, () => commit),
  );
  expect(flat).toEqual(lines);
});

test('a comparison counts both sides from the merge base', () => {
  const { state, engine } = world();
  const [base, head] = [commitAt(engine, 'main').sha, commitAt(engine, 'feature/blue').sha];
  const found = compare(state, engine.objects, { base, head });
  expect(found).toMatchObject({ status: 'diverged', aheadBy: 1, behindBy: 8 });
  expect(found?.files.map(({ path: name }) => name)).toEqual(['src/shapes/square.ts']);
});

test('edits of different lines merge, edits of the same line do not', () => {
  expect(mergeTexts('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD')).toBe('A\nb\nc\nD');
  expect(mergeTexts('a\nb\n', 'x\nb\n', 'y\nb\n')).toBeUndefined();
  expect(mergeTexts('a\nb\n', 'x\nb\n', 'x\nb\n')).toBe('x\nb\n');
});
