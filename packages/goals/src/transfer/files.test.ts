import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AppError, toAppError } from '@mcp-servers/core';
import { expect, test as plainTest } from 'vitest';
import { readSource, sourceLimits } from './read-files.ts';
import { createFile } from './write-file.ts';

/** An allowed folder `inside`, with a neighbour `outside` that has a secret. */
const test = plainTest.extend<{ root: string; inside: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
  root: async ({}, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'transfer-'));
    await mkdir(path.join(root, 'outside'));
    await writeFile(path.join(root, 'outside', 'secret.md'), '- [ ] secret\n');
    await use(root);
    await rm(root, { recursive: true, force: true });
  },
  inside: ({ root }, use) => use(path.join(root, 'inside')),
});

const outcome = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    (value) => Promise.reject(new Error(`nothing was refused: ${JSON.stringify(value)}`)),
    (error: unknown) => toAppError(error),
  );

async function write(
  folders: readonly string[],
  name: string,
  text = 'text',
): Promise<{ path: string; bytes: number }> {
  await using file = await createFile(folders, name);
  await file.write(text);
  return { path: file.path, bytes: await file.publish() };
}

test('a file is written whole, for its owner only, and is counted in bytes', async ({ inside }) => {
  const written = await write([inside], 'plan.md', 'ü');
  expect(written).toEqual({ path: path.join(inside, 'plan.md'), bytes: 2 });
  expect(await readFile(written.path, 'utf8')).toBe('ü');
  expect((await stat(written.path)).mode & 0o777).toBe(0o600);
  expect((await stat(inside)).mode & 0o777).toBe(0o700);
  expect(await readdir(inside)).toEqual(['plan.md']);
});

test('nothing is ever replaced: no file, no link, and not in a race', async ({ inside, root }) => {
  await write([inside], 'plan.md', 'first');
  await symlink(path.join(root, 'outside', 'new.md'), path.join(inside, 'dangling.md'));
  for (const name of ['plan.md', 'dangling.md']) {
    expect(await outcome(write([inside], name))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('exists already'),
    });
  }
  expect(await readFile(path.join(inside, 'plan.md'), 'utf8')).toBe('first');
  expect(await readdir(path.join(root, 'outside'))).toEqual(['secret.md']);
  const race = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => write([inside], 'race.md', String(index))),
  );
  expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await readdir(inside)).sort()).toEqual(['dangling.md', 'plan.md', 'race.md']);
});

test('what was begun and not finished leaves no file', async ({ inside }) => {
  {
    await using file = await createFile([inside], 'half.md');
    await file.write('half');
  }
  expect(await readdir(inside)).toEqual([]);
});

test.for([
  ...['../outside/x.md', '../x.md', '..', '.', '', 'link/x.md', '/etc/x.md', 'missing/x.md', 'a\0b.md'],
  ...[
    'con',
    'CON.md',
    'nul.txt',
    'com1.md',
    'a:b.md',
    'a\\b.md',
    'a*.md',
    'a?.md',
    'a|b.md',
    'a<b.md',
    'x.md ',
    'x.',
    '.hidden',
    'a\nb.md',
    'x'.repeat(201),
  ],
])('no file is written at %j', async (name, { inside, root }) => {
  await mkdir(inside);
  await symlink(path.join(root, 'outside'), path.join(inside, 'link'));
  const error = await outcome(write([inside], name));
  expect(['validation', 'not_found']).toContain(error.code);
  expect(await readdir(inside)).toEqual(['link']);
  expect(await readdir(path.join(root, 'outside'))).toEqual(['secret.md']);
});

test('folders that the settings name are used by path, folders in them too, also through a link', async ({
  inside,
  root,
}) => {
  const more = path.join(root, 'more');
  await mkdir(path.join(more, 'deep'), { recursive: true });
  await symlink(more, path.join(root, 'alias'));
  const folders = [inside, path.join(root, 'alias')];
  for (const name of [path.join(more, 'a.md'), path.join(root, 'alias', 'b.md'), path.join(more, 'deep', 'c.md')])
    await write(folders, name);
  expect((await readdir(more)).sort()).toEqual(['a.md', 'b.md', 'deep']);
  expect((await readSource(folders, path.join(root, 'alias'))).files.map(({ name }) => name)).toEqual([
    'a.md',
    'b.md',
    'deep/c.md',
  ]);
});

test('a source outside is not read, and not told whether it is there', async ({ inside, root }) => {
  await mkdir(inside);
  await symlink(path.join(root, 'outside', 'secret.md'), path.join(inside, 'link.md'));
  await symlink('loop.md', path.join(inside, 'loop.md'));
  const secret = path.join(root, 'outside', 'secret.md');
  const refused = await Promise.all(
    [secret, `${secret}.no`, '../outside/secret.md', 'link.md', '/', '~/x', `${inside}-other/x.md`].map((name) =>
      outcome(readSource([inside], name)),
    ),
  );
  expect(refused.map(({ code }) => code)).toEqual([
    'validation',
    'validation',
    'validation',
    'validation',
    'validation',
    'not_found',
    'validation',
  ]);
  expect(refused[0]?.message).toBe(refused[1]?.message);
  expect((await outcome(readSource([inside], 'loop.md'))).code).toBe('conflict');
  expect((await outcome(readSource([], 'x.md'))).code).toBe('validation');
});

test('only ordinary UTF-8 files within the size are read', async ({ inside }) => {
  await mkdir(inside);
  await writeFile(path.join(inside, 'latin.md'), Buffer.from([0x2d, 0xfc]));
  await writeFile(path.join(inside, 'huge.md'), '');
  await truncate(path.join(inside, 'huge.md'), sourceLimits.bytes + 1);
  await mkdir(path.join(inside, 'empty'));
  const refused = await Promise.all(
    ['latin.md', 'huge.md', 'empty', 'missing.md'].map((name) => outcome(readSource([inside], name))),
  );
  expect(refused.map(({ code }) => code)).toEqual(['validation', 'validation', 'validation', 'not_found']);
  await writeFile(path.join(inside, 'bom.md'), '\uFEFF- [ ] x');
  expect((await readSource([inside], 'bom.md')).files).toEqual([{ name: 'bom.md', text: '- [ ] x' }]);
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [path.join(inside, 'pipe')]);
  expect((await outcome(readSource([inside], 'pipe'))).message).toContain('no ordinary file');
});

test('of a folder the Markdown files are read, without what links lead to', async ({ inside, root }) => {
  await mkdir(path.join(inside, 'backlog', 'tasks'), { recursive: true });
  await mkdir(path.join(inside, 'backlog', 'node_modules'));
  for (const name of ['tasks/b.md', 'tasks/a.md', 'notes.txt', 'node_modules/x.md'])
    await writeFile(path.join(inside, 'backlog', name), 'x');
  await symlink(path.join(root, 'outside'), path.join(inside, 'backlog', 'link'));
  await symlink(path.join(root, 'outside', 'secret.md'), path.join(inside, 'backlog', 'secret.md'));
  const { files } = await readSource([inside], 'backlog');
  expect(files.map(({ name }) => name)).toEqual(['tasks/a.md', 'tasks/b.md']);
});

test('a folder without permission is an error that says so', async ({ inside, root }) => {
  await writeFile(path.join(root, 'file'), '');
  expect((await outcome(write([path.join(root, 'file')], 'x.md'))).message).toMatch(/exists already|cannot be used/);
  if (process.geteuid?.() === 0) return; // Nothing is forbidden to root.
  await mkdir(inside);
  await chmod(inside, 0o500);
  expect((await outcome(write([inside], 'x.md'))).message).toContain('no permission');
});

test('a second name of a file inside is an ordinary file', async ({ inside }) => {
  const { path: file } = await write([inside], 'a.md', '- [ ] x');
  await link(file, path.join(inside, 'b.md'));
  expect((await readSource([inside], 'b.md')).files).toEqual([{ name: 'b.md', text: '- [ ] x' }]);
});
