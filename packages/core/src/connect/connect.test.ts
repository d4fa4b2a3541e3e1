import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as plain } from 'vitest';
import { applyChange, planChange, undoChange } from './change.ts';
import { type ClientName, clientNames, configFile } from './clients.ts';
import { readEntries, setEntries } from './config-text.ts';

const entries = { goals: { command: '/opt/node', args: ['/srv/main.js'] } };

const test = plain.extend<{ here: Awaited<ReturnType<typeof withHome>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: what vitest asks for
  here: async ({}, use) => {
    const here = await withHome();
    await use(here);
    await rm(here.home, { recursive: true });
  },
});

async function withHome() {
  const home = await mkdtemp(path.join(tmpdir(), 'connect-'));
  const place = { platform: 'linux' as const, home, env: {} };
  const records = path.join(home, 'records');
  return {
    home,
    records,
    plan: (client: ClientName, wanted: typeof entries = entries) => planChange(client, wanted, place),
    fileOf: (client: ClientName) => configFile(client, place),
    async has(client: ClientName, text: string) {
      const file = configFile(client, place);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { mode: 0o640 });
      return file;
    },
    async apply(client: ClientName) {
      return applyChange(await planChange(client, entries, place), ['goals'], records);
    },
  };
}

test('each client has its file where its documents say, on each system', () => {
  const at = (platform: NodeJS.Platform, env = {}) =>
    clientNames.map((client) =>
      configFile(client, { platform, home: platform === 'win32' ? 'C:\\Users\\a' : '/home/a', env }),
    );
  expect(at('linux')).toEqual([
    '/home/a/.config/Claude/claude_desktop_config.json',
    '/home/a/.claude.json',
    '/home/a/.cursor/mcp.json',
    '/home/a/.config/Code/User/mcp.json',
  ]);
  expect(at('darwin')[0]).toBe('/home/a/Library/Application Support/Claude/claude_desktop_config.json');
  expect(at('win32', { APPDATA: 'D:\\Roaming' })).toEqual([
    'D:\\Roaming\\Claude\\claude_desktop_config.json',
    'C:\\Users\\a\\.claude.json',
    'C:\\Users\\a\\.cursor\\mcp.json',
    'D:\\Roaming\\Code\\User\\mcp.json',
  ]);
  expect(at('linux', { CLAUDE_CONFIG_DIR: '/srv/claude', XDG_CONFIG_HOME: '/srv/config' }).slice(0, 2)).toEqual([
    '/srv/config/Claude/claude_desktop_config.json',
    '/srv/claude/.claude.json',
  ]);
});

test('a file that is not there is made, and goes again with undo', async ({ here }) => {
  const plan = await here.plan('claude-desktop');
  expect(plan.before).toBeUndefined();
  await applyChange(plan, ['goals'], here.records);
  const file = here.fileOf('claude-desktop');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ mcpServers: entries });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await undoChange('claude-desktop', here.records)).after).toBeUndefined();
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('every other byte of the file stays, and undo brings back the very bytes', async ({ here }) => {
  const text =
    '{\r\n\t"theme" : "dark",\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "x",   "env": {"KEY": "secret"} }\r\n\t}\r\n}';
  const file = await here.has('claude-desktop', text);
  const backup = await here.apply('claude-desktop');
  const written = await readFile(file, 'utf8');
  expect(written).toContain('"theme" : "dark",\r\n');
  expect(written).toContain('"other": { "command": "x",   "env": {"KEY": "secret"} }');
  expect(written).toMatch(/\r\n\t\t"goals": \{\r\n\t\t\t"command"/);
  expect(await readFile(backup ?? '', 'utf8')).toBe(text);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  await undoChange('claude-desktop', here.records);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('comments and trailing commas of VS Code stay; its servers say their type', async ({ here }) => {
  const file = await here.has('vscode', '{\n  // mine\n  "servers": {\n    "other": { "command": "x", },\n  },\n}\n');
  await here.apply('vscode');
  const written = await readFile(file, 'utf8');
  expect(written).toContain('// mine');
  expect(readEntries('vscode', written)).toEqual({
    other: { command: 'x' },
    goals: { type: 'stdio', ...entries.goals },
  });
});

test('what is there already is no change', async ({ here }) => {
  await here.apply('cursor');
  const again = await here.plan('cursor');
  expect(again.after).toBe(again.before);
  expect(await applyChange(again, ['goals'], here.records)).toBeUndefined();
});

test('an older entry of ours is replaced, and comes back with undo although another was added since', async ({
  here,
}) => {
  const file = await here.has('cursor', '{"mcpServers":{"goals":{"command":"old"}}}');
  await here.apply('cursor');
  await writeFile(file, setEntries('cursor', await readFile(file, 'utf8'), { later: { command: 'y' } }));
  await undoChange('cursor', here.records);
  expect(readEntries('cursor', await readFile(file, 'utf8'))).toEqual({
    goals: { command: 'old' },
    later: { command: 'y' },
  });
});

test('undo in a file that was made for us and has grown leaves what is not ours', async ({ here }) => {
  await here.apply('cursor');
  const file = here.fileOf('cursor');
  const grown = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...grown, theme: 'dark' }));
  await undoChange('cursor', here.records);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ theme: 'dark' });
  await expect(undoChange('cursor', here.records)).rejects.toThrow('Nothing was written');
});

plain.each([
  ['{\n  "mcpServers": {\n    "a": {} "b": {}\n  }\n}', 'comma expected at line 3, column 13'],
  ['{ "a": 1, // no\n }', 'line 1, column 11'],
  ['{ "a": 1, }', 'at line 1'],
  ['{ "mcpServers": [] }', 'is not an object'],
  ['[]', 'is not a JSON object'],
  ['{ "mcpServers": {}, "mcpServers": {} }', 'twice'],
  ['not json', 'at line 1, column 1'],
])('%j is refused with the place, and nothing is written', (text, message) => {
  expect(() => setEntries('claude-desktop', text, entries)).toThrow(message);
});

test('a file that changed since it was shown is left alone', async ({ here }) => {
  const file = await here.has('claude-code', '{}');
  const plan = await here.plan('claude-code');
  await writeFile(file, '{"mine":1}');
  await expect(applyChange(plan, ['goals'], here.records)).rejects.toThrow('changed since');
  expect(await readFile(file, 'utf8')).toBe('{"mine":1}');
});

test('a link to a file elsewhere stays a link', async ({ here }) => {
  const elsewhere = path.join(here.home, 'dotfiles.json');
  await writeFile(elsewhere, '{"a":1}');
  const file = here.fileOf('claude-code');
  await symlink(elsewhere, file);
  await here.apply('claude-code');
  expect(JSON.parse(await readFile(elsewhere, 'utf8'))).toMatchObject({
    a: 1,
    mcpServers: { goals: { type: 'stdio' } },
  });
  await undoChange('claude-code', here.records);
  expect(await readFile(file, 'utf8')).toBe('{"a":1}');
});

test('a byte order mark stays; text that is not UTF-8 is refused', async ({ here }) => {
  expect(setEntries('cursor', '\uFEFF{}', entries)).toMatch(/^\uFEFF\{/);
  await here.has('cursor', '');
  await writeFile(here.fileOf('cursor'), Buffer.from([0x7b, 0xff, 0x7d]));
  await expect(here.plan('cursor')).rejects.toThrow('not UTF-8');
});

test('five copies are kept', async ({ here }) => {
  const file = await here.has('cursor', '{}');
  for (let round = 0; round < 8; round++) {
    await writeFile(file, `{"round":${round}}`);
    await here.apply('cursor');
  }
  const copies = (await readdir(path.dirname(file))).filter((name) => name.includes('before-mcp-servers'));
  expect(copies).toHaveLength(5);
});
