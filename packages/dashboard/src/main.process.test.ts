import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedPostgres } from '@mcp-servers/core/embedded';
import { withDatabase } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { askOf, silent, withHome } from './dashboard.fixture.ts';
import { spawnDashboard } from './spawn.fixture.ts';
import { version } from './version.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs it to its end. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  const options = { env: { PATH: process.env.PATH, ...env } };
  const child = execFile(
    process.execPath,
    ['--conditions=@mcp-servers/source', main, ...args],
    options,
    (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

test('it tells its version and its settings, and refuses a command line that means nothing', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  const help = await run(['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/DASHBOARD_PORT +.*\[4747\]/);
  expect(await run(['--prot', '1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--help') });
  const wrong = await run(['--port', 'many'], { MCP_SERVERS_HOME: '/nowhere' });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('DASHBOARD_PORT') });
});

test('it prints its address with the token, says who has its port, and stops on Ctrl-C', async () => {
  await using at = await withHome();
  await using db = await withDatabase();
  const env = { MCP_SERVERS_HOME: at.home, DATABASE_URL: db.url };
  await using dashboard = await spawnDashboard(env);
  expect((await askOf(dashboard, 'GET /api/goals')).status).toBe(200);
  const { port } = new URL(dashboard.url);
  const second = await run(['--no-open', '--port', port], env);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('taken by another dashboard') });
  expect(await dashboard.end('SIGINT')).toBe(0);
});

test('on the embedded database it starts from nothing, and the last one out stops the database', async () => {
  // When the tests run as root, the database server runs as another user that must reach its files.
  const base = await mkdtemp(path.join(tmpdir(), 'dashboard-embedded-'));
  await chmod(base, 0o711);
  const home = path.join(base, 'home');
  try {
    const dashboard = await spawnDashboard({ MCP_SERVERS_HOME: home });
    const created = await askOf(dashboard, 'POST /api/goals', { body: { title: 'First' } });
    expect(created.status).toBe(201);
    const running = () =>
      stat(path.join(home, 'pg17', 'data', 'postmaster.pid')).then(
        () => true,
        () => false,
      );
    expect(await running()).toBe(true);
    expect(await dashboard.end('SIGTERM')).toBe(0);
    expect(await running()).toBe(false);
  } finally {
    await embeddedPostgres({ home, log: silent }).stop('immediate');
    await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});
