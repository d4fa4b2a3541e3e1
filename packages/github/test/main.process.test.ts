import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { environment, runToEnd, speakers, temporaryHome, textOf, withUpstream } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { withSandbox } from '../sandbox/index.ts';
import { tools } from '../src/index.ts';
import { main, spawnGitHub } from './spawn.fixture.ts';

const namesOf = (listed: readonly { name: string }[]): string[] => listed.map(({ name }) => name);
const inToolset = (toolset: string, also: (tool: (typeof tools)[number]) => boolean = () => true) =>
  namesOf(tools.filter((tool) => tool.toolsets?.includes(toolset) && tool.effect !== 'destroy' && also(tool)));

for (const as of speakers) {
  test(`a client that speaks ${as} lists, reads and writes`, async () => {
    await using sandbox = await withSandbox();
    const env = { GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: sandbox.token };
    await using server = await spawnGitHub(env, { as });

    expect(namesOf(await server.tools())).toEqual(inToolset('default'));
    expect(await server.ask('github_whoami')).toMatchObject({ login: 'ada' });

    const read = await server.call('github_read_files', { repo: 'acme/engine', files: [{ path: 'README.md' }] });
    expect(textOf(read)).toContain('# Engine');
    expect(textOf(read)).toContain('<<untrusted ');

    const body = 'Steps:\r\n\r\n1. start “it”  \n2. wait';
    const create = { repo: 'acme/engine', title: 'It is slow', body };
    const { number } = await server.ask('github_issue_write', create);
    const issue = await server.ask('github_issue', { repo: 'acme/engine', number });
    expect(issue).toMatchObject({ issue: { title: 'It is slow', body } });

    const absent = await server.call('github_issue', { repo: 'acme/engine', number: 987_654 });
    expect(absent).toMatchObject({ isError: true, _meta: { error: { code: 'not_found' } } });
    const wrong = await server.call('github_issue', { repo: 'acme/engine', numer: 1 });
    expect(textOf(wrong)).toContain('Did you mean number?');

    const said = await server.end();
    expect(said).toContain('"reason":"the client closed standard input"');
    expect(said).not.toMatch(/"level":"(error|fatal)"|unhandled/i);
    expect(said).not.toContain(sandbox.token);
    expect(sandbox.unknown).toEqual([]);
  });
}

test('a dry run shows the request and sends none', async () => {
  await using sandbox = await withSandbox();
  await using server = await spawnGitHub({ GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: sandbox.token });
  const asked = { repo: 'acme/engine', title: 'Not yet', dry_run: true };
  expect(await server.ask('github_issue_write', asked)).toMatchObject({
    dry_run: true,
    requests: [{ method: 'POST', path: '/repos/acme/engine/issues', body: { title: 'Not yet' } }],
  });
  expect(sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('the allowlist refuses another repository before anything is sent', async () => {
  await using sandbox = await withSandbox();
  const env = { GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: sandbox.token, GITHUB_REPOS: 'acme/*,!acme/secrets' };
  await using server = await spawnGitHub(env);
  for (const repo of ['ada/notes', 'acme/secrets']) {
    const answer = await server.call('github_repo', { repo });
    expect(answer).toMatchObject({ isError: true, _meta: { error: { code: 'auth' } } });
    expect(textOf(answer)).toContain('GITHUB_REPOS');
  }
  expect(sandbox.requests).toEqual([]);
  expect(await server.ask('github_repo', { repo: 'acme/engine' })).toMatchObject({
    repository: { full_name: 'acme/engine' },
  });
});

test('after a private read nothing is written in public', async () => {
  await using sandbox = await withSandbox();
  const env = { GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: sandbox.token };
  await using server = await spawnGitHub(env);
  await server.ask('github_read_files', { repo: 'acme/secrets', files: [{ path: 'README.md' }] });
  const answer = await server.call('github_issue_write', { repo: 'acme/engine', title: 'Out with it' });
  expect(answer).toMatchObject({ isError: true, _meta: { error: { code: 'auth' } } });
  expect(sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('without a token it reads in public and says how to get more', async () => {
  await using sandbox = await withSandbox();
  await using server = await spawnGitHub({ GITHUB_API_URL: sandbox.url });
  const who = await server.call('github_whoami');
  expect(who.structuredContent).not.toHaveProperty('login');
  expect(textOf(who)).toContain('public reads only');
  const read = await server.ask('github_read_files', { repo: 'acme/engine', files: [{ path: 'LICENSE' }] });
  expect(read.files).toMatchObject([{ content: expect.stringContaining('MIT License') }]);
  expect(textOf(await server.call('github_repo', { repo: 'acme/secrets' }))).toContain('GITHUB_TOKEN');
  const write = await server.call('github_issue_write', { repo: 'acme/engine', title: 'x' });
  expect(write).toMatchObject({ isError: true, _meta: { error: { code: 'auth' } } });
  expect(sandbox.unknown).toEqual([]);
});

test('a token that is refused is told as such and never shown', async () => {
  await using sandbox = await withSandbox();
  const token = 'ghp_0123456789abcdefOfNobody';
  await using server = await spawnGitHub({ GITHUB_API_URL: sandbox.url, GITHUB_TOKEN: token });
  const answer = await server.call('github_whoami');
  expect(answer).toMatchObject({ isError: true, _meta: { error: { code: 'auth' } } });
  expect(JSON.stringify(answer)).not.toContain(token);
  expect(await server.end()).not.toContain(token);
});

const isRead = ({ effect }: { effect: string }): boolean => effect === 'read';

test.each([
  [{ GITHUB_READ_ONLY: 'true' }, inToolset('default', isRead)],
  [{ GITHUB_READ_ONLY: 'true', GITHUB_TOOLSETS: 'all', GITHUB_ALLOW_DESTROY: 'true' }, namesOf(tools.filter(isRead))],
  [{ GITHUB_TOOLSETS: 'pulls' }, inToolset('pulls')],
  [{ GITHUB_TOOLSETS: 'all' }, namesOf(tools.filter(({ effect }) => effect !== 'destroy'))],
  [{ GITHUB_TOOLSETS: 'all', GITHUB_ALLOW_DESTROY: 'true' }, namesOf(tools)],
  [{ GITHUB_TOOLS: 'github_repo' }, ['github_repo']],
] as [Record<string, string>, string[]][])('%j chooses the tools that are offered', async (env, names) => {
  await using server = await spawnGitHub(env);
  const listed = await server.tools();
  expect(namesOf(listed)).toEqual(names);
  if (env.GITHUB_READ_ONLY) for (const { annotations } of listed) expect(annotations?.readOnlyHint).toBe(true);
});

const runWith = (options: readonly string[], env?: Record<string, string>) => runToEnd(main(), options, env);

test('asked for its version or help it answers and ends', async () => {
  expect(await runWith(['--version'])).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const { status, out } = await runWith(['--help']);
  expect(status).toBe(0);
  for (const name of ['GITHUB_TOKEN', 'GITHUB_REPOS', 'GITHUB_READ_ONLY', 'GITHUB_TOOLSETS'])
    expect(out).toContain(name);
  expect(await runWith(['--port'])).toMatchObject({ status: 2, out: '', err: expect.stringContaining("'--port'") });
});

const secret = 'ghp_fE3dSecretOfThisTest';

test.each([
  [{ GITHUB_TOKEN: `${secret} with a blank` }, 'GITHUB_TOKEN'],
  [{ GITHUB_APP_ID: '12' }, 'GITHUB_APP_PRIVATE_KEY'],
  [{ GITHUB_APP_ID: '12', GITHUB_APP_PRIVATE_KEY: secret }, 'GITHUB_APP_PRIVATE_KEY'],
  [{ GITHUB_TOKEN: secret, GITHUB_APP_ID: '12' }, 'Both a token and a GitHub App'],
  [{ GITHUB_TOKEN: secret, GITHUB_API_URL: 'github.example.org' }, 'GITHUB_API_URL'],
  [{ GITHUB_TOKEN: secret, GITHUB_API_URL: 'http://github.example.org/api/v3' }, 'GITHUB_API_URL'],
  [{ GITHUB_TOKEN: secret, GITHUB_REPOS: 'engine' }, 'GITHUB_REPOS'],
  [{ GITHUB_TOKEN: secret, GITHUB_TOOLSETS: 'isues' }, 'isues'],
  [{ GITHUB_TOKEN: secret, GITHUB_TOOLS: 'github_isue' }, 'github_isue'],
  [{ GITHUB_TOKEN: secret, GITHUB_READ_ONLY: 'perhaps' }, 'GITHUB_READ_ONLY'],
] as [Record<string, string>, string][])('%j stops the start with a sentence that names it', async (env, word) => {
  const { status, out, err } = await runWith([], env);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toContain(word);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain(secret);
});

test('it ends when standard input ends, with status 0 and nothing on standard output', async () => {
  await using folder = await temporaryHome();
  const env = environment(folder.home, { GITHUB_TOKEN: secret });
  const child = spawn(process.execPath, [main()], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, err] = [text(child.stdout), text(child.stderr)];
  const closed = once(child, 'close');
  child.stdin.end();
  expect(await closed).toEqual([0, null]);
  expect(await out).toBe('');
  expect(await err).not.toContain(secret);
});

test('the token of a GitHub App is made by what is in the bundle', async () => {
  const keys = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
  const privateKeyEncoding = { type: 'pkcs1', format: 'pem' } as const;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding, ...keys });
  await using vendor = await withUpstream(({ path }) => {
    if (path.startsWith('/app/installations?')) return { body: [{ id: 1, account: { login: 'acme' } }] };
    if (path !== '/app/installations/1/access_tokens') return { body: { resources: {} } };
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return { status: 201, body: { token: 'ghs_ofTheInstallation', expires_at, permissions: {} } };
  });
  const env = { GITHUB_API_URL: vendor.url, GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: privateKey };
  await using server = await spawnGitHub(env);
  expect(await server.ask('github_whoami')).toMatchObject({ credential: 'app' });
  expect(vendor.requests.at(-1)?.headers.authorization).toBe('Bearer ghs_ofTheInstallation');
  expect(await server.end()).not.toMatch(/ghs_ofTheInstallation|PRIVATE KEY/);
});

test('the sandbox that is started by hand prints the settings that the server works with', async () => {
  const sandbox = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', sandbox], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    let said = '';
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      if (said.includes('Ctrl-C')) break;
    }
    const env = Object.fromEntries(
      [...said.matchAll(/^ {2}(GITHUB_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    await using server = await spawnGitHub(env);
    expect(await server.ask('github_whoami')).toMatchObject({ login: 'ada' });
  } finally {
    child.kill('SIGTERM');
  }
  await closed;
});
