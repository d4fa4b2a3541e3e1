import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ClientName, configFile, type OurServer, ourServers } from '@mcp-servers/core/connect';
import { expect, test } from 'vitest';
import { Connect, Connected, Disconnected, Problem, ServerDetail, ServerList } from '../contract.ts';
import { type TestDashboard, type TestOptions, withDashboard, withHome } from '../dashboard.fixture.ts';

const two: OurServer[] = [
  { name: 'goals', title: 'Goals and tasks', folder: 'goals', env: ['MCP_SERVERS_HOME'] },
  { name: 'web', title: 'The web', folder: 'no-such-package', env: [] },
];
const names = ourServers.map(({ name }) => name);
const secrets = '{"theme": "dark",\n  "mcpServers": {"other": {"command": "x", "env": {"TOKEN": "hunter2"}}}\n}';

/** A dashboard that sees a user's folder of its own. */
async function withUser(options: TestOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const user = stack.use(await withHome()).home;
  const place = { platform: 'linux' as const, home: user, env: {} };
  const here = stack.use(await withDashboard({ place, ...options }));
  const made = stack.move();
  return {
    ...{ here, user, fileOf: (client: ClientName) => configFile(client, place) },
    async has(client: ClientName, text: string) {
      const file = configFile(client, place);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    shown: (client: ClientName) => shownIn(here, client),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

async function shownIn(here: TestDashboard, client: ClientName) {
  const { clients } = await here.expectOf(Connect, 'GET /api/connect');
  const found = clients.find(({ id }) => id === client);
  if (!found?.here) throw new Error(`${client} is not shown`);
  return found.here;
}

test('a change is shown, written as it was shown, and taken back to the very bytes', async () => {
  await using at = await withUser();
  const { here } = at;
  const file = await at.has('cursor', secrets);
  const before = await at.shown('cursor');
  expect(before).toMatchObject({ file, exists: true, used: true, changes: names.map((server) => ({ server })) });
  expect(before.changes?.[0]?.lines[0]).toEqual({ sign: '+', text: '"goals": {' });
  expect(await at.shown('claude-code')).toMatchObject({ exists: false, used: false });

  const body = { digest: before.digest };
  const written = await here.expectOf(Connected, 'POST /api/connect/cursor', { body });
  expect(written).toMatchObject({ client: 'cursor', file, afterwards: expect.stringContaining('Cursor') });
  expect(await readFile(written.backup ?? '', 'utf8')).toBe(secrets);
  const { goals, other } = JSON.parse(await readFile(file, 'utf8')).mcpServers;
  expect(goals).toMatchObject({ args: [expect.any(String)], env: { MCP_SERVERS_HOME: here.home } });
  expect(other.env.TOKEN).toBe('hunter2');
  const after = await at.shown('cursor');
  expect(after).toMatchObject({ present: names, undo: { brings: 'file', backup: written.backup } });
  expect(after).not.toHaveProperty('digest');
  expect(await readdir(at.user)).toEqual(['.cursor']);

  expect((await here.ask('POST /api/connect/cursor', { body })).status).toBe(409);
  const undone = await here.expectOf(Disconnected, 'DELETE /api/connect/cursor');
  expect(undone).toEqual({ client: 'cursor', file, brought: 'file' });
  expect(await readFile(file, 'utf8')).toBe(secrets);
  const again = await here.ask('DELETE /api/connect/cursor');
  expect([again.status, Problem.parse(again.body).code]).toEqual([404, 'not_found']);
});

test('with two servers each has its entry, its preview and its place in what is to be pasted', async () => {
  await using at = await withUser({ ours: two });
  const shown = await at.shown('claude-desktop');
  expect(shown.changes?.map(({ server }) => server)).toEqual(['goals', 'web']);
  await at.here.expectOf(Connected, 'POST /api/connect/claude-desktop', { body: { digest: shown.digest } });
  const written = JSON.parse(await readFile(at.fileOf('claude-desktop'), 'utf8'));
  expect(written.mcpServers.web).toEqual({ command: 'npx', args: ['-y', '@mcp-servers/no-such-package'] });
  const { clients } = await at.here.expectOf(Connect, 'GET /api/connect');
  const [desktop, code, cursor] = clients;
  expect(desktop?.config).toEqual(written);
  expect(code?.command?.split('\n')).toHaveLength(2);
  expect(cursor?.links?.map(({ server }) => server)).toEqual(['goals', 'web']);
  expect((await at.here.expectOf(Disconnected, 'DELETE /api/connect/claude-desktop')).brought).toBe('gone');
  await expect(stat(at.fileOf('claude-desktop'))).rejects.toThrow('ENOENT');
});

test('a file that has changed since it was shown is refused, and so is what was never shown', async () => {
  await using at = await withUser();
  const file = await at.has('claude-code', '{}');
  const { digest = '' } = await at.shown('claude-code');
  await writeFile(file, '{"mine":1}');
  const { status, body } = await at.here.ask('POST /api/connect/claude-code', { body: { digest } });
  expect([status, Problem.parse(body)]).toMatchObject([409, { code: 'conflict', hint: 'Look at the change again.' }]);
  for (const wrong of [{}, { digest: 'x' }, { digest, file: '/etc/passwd' }, { digest, entries: {} }])
    expect((await at.here.ask('POST /api/connect/claude-code', { body: wrong })).status).toBe(400);
  for (const name of ['nobody', '..%2f..%2fetc', 'CURSOR', '__proto__'])
    expect((await at.here.ask(`POST /api/connect/${name}`, { body: { digest } })).status, name).toBe(400);
  expect(await readFile(file, 'utf8')).toBe('{"mine":1}');
});

test('a file that is broken is shown with the place, and not written', async () => {
  await using at = await withUser();
  const file = await at.has('cursor', '{\n  "a": "hunter2",,\n}');
  const { problem, ...shown } = await at.shown('cursor');
  expect(problem).toMatchObject({ line: 2, column: 18, detail: expect.stringContaining('not valid JSON') });
  expect([shown.digest, shown.changes]).toEqual([undefined, undefined]);
  const refused = await at.here.ask('POST /api/connect/cursor', { body: { digest: 'x'.repeat(43) } });
  expect([refused.status, Problem.parse(refused.body).code]).toEqual([400, 'validation']);
  expect(await readFile(file, 'utf8')).toContain('"hunter2",,');
});

test('many writes at once come to what one does, and undo still knows the file of before', async () => {
  await using at = await withUser();
  const file = await at.has('cursor', secrets);
  const { digest } = await at.shown('cursor');
  const post = () => at.here.ask('POST /api/connect/cursor', { body: { digest } });
  const statuses = (await Promise.all(Array.from({ length: 8 }, post))).map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
  expect(Object.keys(JSON.parse(await readFile(file, 'utf8')).mcpServers)).toEqual(['other', ...names]);
  expect((await at.here.expectOf(Disconnected, 'DELETE /api/connect/cursor')).brought).toBe('file');
  expect(await readFile(file, 'utf8')).toBe(secrets);
  expect((await readdir(path.dirname(file))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('secrets of the file are in no answer, whatever was put under our name', async () => {
  await using at = await withUser();
  const goals = { command: 'sh', args: ['-c', 'KEY=hunter2 run'], env: { KEY: 'hunter2' }, headers: { a: 'hunter2' } };
  const file = await at.has('cursor', JSON.stringify({ mcpServers: { goals, other: goals } }));
  await at.has('claude-code', '{"oauth":"hunter2" "x":1}');
  const answers = [await at.here.ask('GET /api/connect')];
  const { digest } = await at.shown('cursor');
  answers.push(await at.here.ask('POST /api/connect/cursor', { body: { digest: `${digest?.slice(1)}_` } }));
  answers.push(await at.here.ask('POST /api/connect/cursor', { body: { digest } }));
  answers.push(await at.here.ask('GET /api/connect'), await at.here.ask('DELETE /api/connect/cursor'));
  expect(answers.map(({ status }) => status)).toEqual([200, 409, 200, 200, 200]);
  expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('hunter2');
  expect(JSON.parse(await readFile(file, 'utf8')).mcpServers.goals).toEqual(goals);
});

test('a link stays a link and its target is told; one that leads nowhere is not replaced', async () => {
  await using at = await withUser();
  const target = path.join(at.user, 'dotfiles.json');
  await writeFile(target, '{"a":1}');
  await symlink(target, at.fileOf('claude-code'));
  const shown = await at.shown('claude-code');
  expect(shown.leads_to).toBe(target);
  await at.here.expectOf(Connected, 'POST /api/connect/claude-code', { body: { digest: shown.digest } });
  expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject({ a: 1, mcpServers: { goals: { type: 'stdio' } } });
  await at.here.expectOf(Disconnected, 'DELETE /api/connect/claude-code');
  expect(await readFile(target, 'utf8')).toBe('{"a":1}');
  await rm(target);
  expect((await at.shown('claude-code')).problem?.detail).toContain('leads nowhere');
});

test('another site, a request without token, and one with a read-only token change nothing', async () => {
  await using at = await withUser({ env: { DASHBOARD_SCRAPE_TOKEN: 'a-token-for-scraping' } });
  const { digest } = await at.shown('cursor');
  const asked: [string, Record<string, string>, number][] = [
    ['no token', { authorization: '' }, 401],
    ['wrong token', { authorization: 'Bearer nonsense' }, 401],
    ['scrape token', { authorization: 'Bearer a-token-for-scraping' }, 401],
    ['foreign origin', { origin: 'https://evil.example' }, 403],
    ['no origin to speak of', { origin: 'null' }, 403],
    ['another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['cross-site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
  ];
  for (const [name, headers, status] of asked) {
    const post = await at.here.ask('POST /api/connect/cursor', { body: { digest }, headers });
    const undo = await at.here.ask('DELETE /api/connect/cursor', { headers });
    expect([name, post.status, undo.status]).toEqual([name, status, status]);
  }
  const form = { 'content-type': 'text/plain' };
  const posted = await at.here.ask('POST /api/connect/cursor', { body: JSON.stringify({ digest }), headers: form });
  expect(posted.status).toBe(415);
  expect(await readdir(at.user)).toEqual([]);
});

const chosen = { DASHBOARD_TOKEN: 'one-that-was-chosen' };
test.for<[string, TestOptions, RegExp]>([
  ['is bound to every address', { env: { ...chosen, DASHBOARD_HOST: '0.0.0.0' } }, /other machines/],
  ['is asked by other names', { env: { DASHBOARD_ALLOWED_HOSTS: 'board.example' } }, /other machines/],
  ['runs in a container', { place: undefined }, /container/],
])('a dashboard that %s writes nothing and says why; the JSON to paste stays', async ([, options, why]) => {
  await using at = await withUser(options);
  await at.has('cursor', secrets);
  const { off, clients } = await at.here.expectOf(Connect, 'GET /api/connect');
  expect(off).toMatchObject({ detail: expect.stringMatching(why), hint: expect.stringContaining('pnpm connect') });
  expect(clients.map(({ here }) => here)).toEqual([undefined, undefined, undefined, undefined]);
  expect(clients[2]?.config).toHaveProperty('mcpServers.goals');
  for (const request of ['POST /api/connect/cursor', 'DELETE /api/connect/cursor']) {
    const { status, body } = await at.here.ask(request, { body: { digest: 'x'.repeat(43) } });
    expect([status, Problem.parse(body).detail]).toMatchObject([403, expect.stringMatching(why)]);
  }
  expect(await readFile(at.fileOf('cursor'), 'utf8')).toBe(secrets);
});

test('a server is asleep with the clients that would start it, also after their files break', async () => {
  await using at = await withUser({ ours: two });
  const look = async () => {
    await at.here.dashboard.parts.servers.poll();
    const { items } = await at.here.expectOf(ServerList, 'GET /api/servers');
    return Object.fromEntries(items.map(({ name, state, configured_in }) => [name, [state, configured_in]]));
  };
  expect(await look()).toEqual({ goals: ['asleep', undefined], web: ['asleep', undefined] });
  const none = await at.here.expectOf(ServerDetail, 'GET /api/servers/web');
  expect(none).toMatchObject({ title: 'The web', reason: 'No client on this machine is configured to start it.' });

  const goals = { command: 'node', args: ['/other/packages/goals/dist/main.js'] };
  await at.has('cursor', JSON.stringify({ mcpServers: { anything: goals } }));
  await at.has('claude-code', JSON.stringify({ mcpServers: { goals } }));
  expect(await look()).toEqual({ goals: ['asleep', ['Claude Code', 'Cursor']], web: ['asleep', undefined] });
  const { reason } = await at.here.expectOf(ServerDetail, 'GET /api/servers/goals');
  expect(reason).toMatch(/^Configured in Claude Code, Cursor; /);

  await at.has('cursor', '{ broken');
  expect(await look()).toMatchObject({ goals: ['asleep', ['Claude Code']] });
  expect(at.here.dashboard.parts.servers.check().status).toBe('healthy');
});
