import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder } from '../home.ts';
import { folderStartedBy, type OurServer, serverEntries, stableNode } from './servers.ts';
import { shellQuote, shortcutOf } from './shortcuts.ts';

const two: OurServer[] = [
  { name: 'goals', title: 'Goals and tasks', folder: 'goals', env: ['MCP_SERVERS_HOME'] },
  { name: 'web', title: 'The web', folder: 'internet', env: ['MCP_SERVERS_HOME', 'WEB_PLACE'] },
];

async function withRepository() {
  const root = await mkdtemp(path.join(tmpdir(), 'servers-'));
  return {
    root,
    async builds(file: string) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), '');
      return path.join(root, file);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

test('each of two servers is started from where it was built, or else as its published package', async () => {
  await using here = await withRepository();
  const goals = await here.builds('packages/goals/dist/main.js');
  const from = path.join(here.root, 'packages', 'dashboard', 'src');
  const plain = { from, home: homeFolder({}), env: {}, servers: two };
  expect(serverEntries(plain)).toEqual({
    goals: { command: stableNode(from), args: [goals] },
    web: { command: 'npx', args: ['-y', '@mcp-servers/internet'] },
  });
  const internet = await here.builds('node_modules/@mcp-servers/internet/dist/main.js');
  expect(serverEntries(plain).web?.args).toEqual([internet]);
});

test('a home that was chosen goes along, and of other settings those that a server names', async () => {
  await using here = await withRepository();
  const env = { WEB_PLACE: 'x', DATABASE_URL: 'postgres://u:hunter2@h/d', MCP_SERVERS_HOME: 'not resolved' };
  const entries = serverEntries({ from: here.root, home: '/srv/my home', env, servers: two });
  expect(entries.goals?.env).toEqual({ MCP_SERVERS_HOME: '/srv/my home' });
  expect(entries.web?.env).toEqual({ MCP_SERVERS_HOME: '/srv/my home', WEB_PLACE: 'x' });
  expect(serverEntries({ from: here.root, home: homeFolder({}), env: {}, servers: two }).goals).not.toHaveProperty(
    'env',
  );
});

test('the path of Node is one that exists', () => {
  expect(existsSync(stableNode(import.meta.dirname))).toBe(true);
});

test.for([
  [{ command: '/opt/node', args: ['/src/mcp/packages/goals/dist/main.js'] }, 'goals'],
  [{ command: 'C:\\node.exe', args: ['C:\\a b\\packages\\goals\\dist\\main.js'] }, 'goals'],
  [{ command: 'node', args: ['--conditions=x', '/m/packages/internet/src/main.ts', '--read-only'] }, 'internet'],
  [{ command: 'npx', args: ['-y', '@mcp-servers/goals@0.1.0'] }, 'goals'],
  [{ command: '/usr/local/bin/mcp-goals' }, 'goals'],
  [{ command: 'mcp-goals.cmd', args: 'nonsense' }, 'goals'],
  [{ command: 'node', args: ['/elsewhere/main.js'] }, undefined],
  [{ url: 'https://example.org/mcp' }, undefined],
  [{ command: 7, args: [null, {}] }, undefined],
  [null, undefined],
  ['text', undefined],
] as const)('%j starts %s', ([entry, folder]) => {
  expect(folderStartedBy(entry)).toBe(folder);
});

test.skipIf(process.platform === 'win32')('a quoted word reaches the program as it was', () => {
  for (const word of ['/plain/path', '/with blank/$HOME', "it's", '{"a":"b"}', '`x`\\'])
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(word)}`]).toString()).toBe(word);
});

test('on Windows double quotes are used, and a path without blanks stays bare enough to read', () => {
  expect(shellQuote('C:\\Program Files\\node.exe', 'win32')).toBe('"C:\\Program Files\\node.exe"');
});

test('a client has a command, a link, both or neither', () => {
  const entry = { command: 'node', args: ['main.js'] };
  const kinds = (['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const).map((client) =>
    Object.keys(shortcutOf(client, 'goals', entry)),
  );
  expect(kinds).toEqual([[], ['command'], ['link'], ['command', 'link']]);
});
