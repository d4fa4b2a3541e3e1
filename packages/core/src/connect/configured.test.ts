import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as plain } from 'vitest';
import { type ClientName, configFile, placeInReach } from './clients.ts';
import { watchConfigured } from './configured.ts';

const goals = { command: 'node', args: ['/x/packages/goals/dist/main.js'] };
const servers = [
  { name: 'goals', title: 'Goals and tasks', folder: 'goals', env: [] },
  { name: 'web', title: 'The web', folder: 'internet', env: [] },
];

const test = plain.extend<{ here: Awaited<ReturnType<typeof withHome>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: what vitest asks for
  here: async ({}, use) => {
    const here = await withHome();
    await use(here);
    await rm(here.home, { recursive: true });
  },
});

async function withHome() {
  const home = await mkdtemp(path.join(tmpdir(), 'configured-'));
  const place = { platform: 'linux' as const, home, env: {} };
  const look = watchConfigured(place, servers);
  return {
    home,
    look: async () => Object.fromEntries(await look()),
    async has(client: ClientName, content: unknown) {
      const file = configFile(client, place);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
  };
}

test('servers are found by what is started, under whatever name, in every client', async ({ here }) => {
  expect(await here.look()).toEqual({ goals: [], web: [] });
  await here.has('claude-desktop', { mcpServers: { mine: goals } });
  await here.has('cursor', { mcpServers: { goals: { command: 'something else' }, web: { url: 'http://x' } } });
  await here.has(
    'vscode',
    '{ // mine\n "servers": { "a": { "command": "npx", "args": ["@mcp-servers/internet"], }, } }',
  );
  expect(await here.look()).toEqual({ goals: ['claude-desktop'], web: ['vscode'] });
});

test('Claude Code also starts what is configured for a single project', async ({ here }) => {
  await here.has('claude-code', {
    projects: { '/a': { mcpServers: {} }, '/b': { mcpServers: { goals } }, '/c': null },
  });
  expect((await here.look()).goals).toEqual(['claude-code']);
});

test('a file is read again when it has changed, and not before', async ({ here }) => {
  const file = await here.has('cursor', { mcpServers: { goals } });
  const then = new Date(2026, 1, 1);
  await utimes(file, then, then);
  expect((await here.look()).goals).toEqual(['cursor']);
  await writeFile(file, JSON.stringify({ mcpServers: { goats: goals } }).replace('packages/goals', 'packages/goats'));
  await utimes(file, then, then);
  expect((await here.look()).goals).toEqual(['cursor']);
  await utimes(file, then, new Date(2026, 1, 2));
  expect((await here.look()).goals).toEqual([]);
  await rm(file);
  expect((await here.look()).goals).toEqual([]);
});

test('broken, huge, unreadable and strange files start nothing and harm nothing', async ({ here }) => {
  await here.has('claude-code', { mcpServers: { goals } });
  const cursor = path.dirname(await here.has('cursor', '{ "mcpServers": {,'));
  await here.has('claude-desktop', `{"mcpServers":${JSON.stringify({ goals })}}${' '.repeat(9 * 1024 ** 2)}`);
  await here.has('vscode', '['.repeat(1_000_000));
  expect((await here.look()).goals).toEqual(['claude-code']);
  for (const content of ['null', '[]', '{"mcpServers":7}', '{"mcpServers":{"a":null}}', '', '\u0000'])
    expect([content, await here.has('cursor', content).then(here.look)]).toMatchObject([
      content,
      { goals: ['claude-code'] },
    ]);
  await rm(cursor, { recursive: true });
  await symlink(cursor, cursor);
  const code = configFile('claude-code', { platform: 'linux', home: here.home, env: {} });
  await rm(code);
  await mkdir(code);
  expect((await here.look()).goals).toEqual([]);
});

test.skipIf(process.geteuid?.() === 0)('a file without the right to read it starts nothing', async ({ here }) => {
  await chmod(await here.has('cursor', { mcpServers: { goals } }), 0);
  expect((await here.look()).goals).toEqual([]);
});

plain('in a container the files of the clients are out of reach', () => {
  expect(placeInReach({}, (file) => file === '/.dockerenv')).toBeUndefined();
  expect(placeInReach({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, () => false)).toBeUndefined();
  expect(placeInReach({}, () => false)).toMatchObject({ platform: process.platform });
});
