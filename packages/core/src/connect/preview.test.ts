import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { applyChange, planChange, undoable, undoChange } from './change.ts';
import { configFile } from './clients.ts';
import { readEntries } from './config-text.ts';
import { previewOf } from './preview.ts';

const own = { command: '/opt/node', args: ['/new/packages/goals/dist/main.js'] };

const textOf = (before: unknown, after: unknown = own): string =>
  previewOf({ name: 'goals', before, after, own })
    .map(({ sign, text }) => sign + text)
    .join('\n');

test('a new entry is added line by line', () => {
  expect(textOf(undefined).split('\n')).toEqual([
    '+"goals": {',
    '+  "command": "/opt/node",',
    '+  "args": [',
    '+    "/new/packages/goals/dist/main.js"',
    '+  ]',
    '+}',
  ]);
});

test('of a changed entry only the lines that differ come and go', () => {
  const text = textOf({ ...own, args: ['/old/packages/goals/dist/main.js'] });
  expect(text.match(/^-.*$/gm)).toEqual(['-    "/old/packages/goals/dist/main.js"']);
  expect(text.match(/^\+.*$/gm)).toEqual(['+    "/new/packages/goals/dist/main.js"']);
  expect(text).toContain(' "goals": {');
});

test.for([
  [{ command: 'x', env: { TOKEN: 'hunter2' } }],
  [{ command: 'sh', args: ['-c', 'TOKEN=hunter2 node /x/packages/goals/dist/main.js'] }],
  [{ command: 'node', args: ['--token', 'hunter2', '--token=hunter2', '/path?key=hunter2', 'https://u:hunter2@h/'] }],
  [{ command: '/bin/x --key hunter2', headers: { authorization: 'hunter2' }, url: 'hunter2', more: ['hunter2'] }],
  [{ type: 'hunter2', command: { a: 'hunter2' }, args: 'hunter2', env: 'hunter2' }],
  ['hunter2'],
  [['hunter2']],
] as const)('what may be secret in %j is hidden', ([before]) => {
  expect(textOf(before)).not.toContain('hunter2');
  expect(textOf(before)).toContain('•••');
});

async function withCursor(text?: string) {
  const home = await mkdtemp(path.join(tmpdir(), 'preview-'));
  const place = { platform: 'linux' as const, home, env: {} };
  const file = configFile('cursor', place);
  await mkdir(path.dirname(file));
  if (text !== undefined) await writeFile(file, text);
  const records = path.join(home, 'records');
  return {
    ...{ home, file, records },
    plan: () => planChange('cursor', { goals: own }, place),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true }),
  };
}

test('what was added by hand to our entry stays, and is hidden; a home of before goes', async () => {
  const mine = { ...own, args: ['/old/packages/goals/dist/main.js'], autoApprove: ['list_items'] };
  const env = { GOALS_TOKEN: 'hunter2', MCP_SERVERS_HOME: '/old/home' };
  await using here = await withCursor(JSON.stringify({ mcpServers: { goals: { ...mine, env } } }));
  const plan = await here.plan();
  const [change] = plan.entries;
  expect(readEntries('cursor', plan.after ?? '')).toEqual({
    goals: { ...own, autoApprove: ['list_items'], env: { GOALS_TOKEN: 'hunter2' } },
  });
  const lines = change ? previewOf(change) : [];
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines.filter(({ sign }) => sign === '-').map(({ text }) => text.trim())).toContain(
    '"MCP_SERVERS_HOME": "/old/home"',
  );
  await writeFile(here.file, plan.after ?? '');
  expect((await here.plan()).entries).toEqual([]);
});

test('the digest names the file, its text and what would be written', async () => {
  await using here = await withCursor('{}');
  const { digest } = await here.plan();
  expect((await here.plan()).digest).toBe(digest);
  await writeFile(here.file, '{ }');
  expect((await here.plan()).digest).not.toBe(digest);
});

test('a link that leads elsewhere since the change was shown is not followed', async () => {
  await using here = await withCursor();
  const [one, two] = [path.join(here.home, 'one'), path.join(here.home, 'two')];
  for (const target of [one, two]) await writeFile(target, '{}');
  await symlink(one, here.file);
  const plan = await here.plan();
  expect(plan.target).toBe(one);
  await rm(here.file);
  await symlink(two, here.file);
  await expect(applyChange(plan, ['goals'], here.records)).rejects.toThrow('changed since');
  await rm(two);
  await expect(here.plan()).rejects.toThrow('leads nowhere');
});

test('what can be undone is known before', async () => {
  await using here = await withCursor('{"a":1}');
  expect(await undoable('cursor', here.records)).toBeUndefined();
  const backup = await applyChange(await here.plan(), ['goals'], here.records);
  expect(await undoable('cursor', here.records)).toEqual({ file: here.file, backup, brings: 'file' });
  await writeFile(here.file, '{"a":2}');
  expect(await undoable('cursor', here.records)).toMatchObject({ brings: 'entries' });
  expect(await undoChange('cursor', here.records)).toMatchObject({ after: '{"a":2}' });
});

test('what is no file is refused in words', async () => {
  await using here = await withCursor();
  await mkdir(here.file);
  await expect(here.plan()).rejects.toThrow('is not a file');
  await rm(path.dirname(here.file), { recursive: true });
  await writeFile(path.dirname(here.file), '');
  await expect(here.plan()).rejects.toThrow('cannot be read (ENOTDIR)');
});
