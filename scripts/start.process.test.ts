import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runScript } from '../packages/cli/src/cli.fixture.ts';
import { embeddedPostgres } from '../packages/core/src/embedded/index.ts';
import { createLog } from '../packages/core/src/index.ts';
import { connectionSource, type Database, openDatabase, statement } from '../packages/core/src/postgres/index.ts';
import { withDatabase } from '../packages/core/src/testing/index.ts';
import { openStore } from '../packages/goals/src/index.ts';

const log = createLog({ name: 'test', level: 'silent' });
const script = fileURLToPath(new URL('./start.ts', import.meta.url));

const runStart = (env: Record<string, string>, ...words: string[]) => runScript(script, words, env);

function withHome(): AsyncDisposable & { home: string } {
  const base = mkdtempSync(path.join(tmpdir(), 'mcp-start-'));
  chmodSync(base, 0o711);
  const home = path.join(base, 'home');
  return {
    home,
    async [Symbol.asyncDispose]() {
      await embeddedPostgres({ home, log }).stop('immediate');
      await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

const count = async (database: Database, text: string): Promise<number> => {
  const [row] = await database.query<{ n: number }>(statement(`count_${text.length}`, text));
  return row?.n ?? -1;
};
const demoGoals = "SELECT count(*) AS n FROM goals WHERE project = 'demo'";
const deletions = "SELECT count(*) AS n FROM events WHERE type = 'goal_deleted'";

const blockOf = (text: string) => JSON.parse(/^\{$[\s\S]*?^\}$/m.exec(text)?.[0] ?? 'null');

test('on an empty home a start makes the database, shows the agent at work, and leaves nothing running', async () => {
  await using own = withHome();
  const first = await runStart({ MCP_SERVERS_HOME: own.home });
  expect(first).toMatchObject({ status: 0, err: '' });
  expect(first.out).toContain('Creating the PostgreSQL database.');
  expect(first.out).toMatch(/report_progress +TASK-0002 completed; now ready: TASK-0005 Write the API/);
  expect(first.out).toMatch(/^ {8}\[x\] TASK-0002 {2}Draw the data model$/m);
  expect(first.out).toMatch(/^ {4}\[ \] TASK-0009 .* waits for TASK-0004$/m);
  expect(first.out).toContain('10 tasks: 4 done, 1 in progress, 2 ready, 3 waiting.');
  expect(first.out).toContain(`embedded PostgreSQL 17.`);
  expect(first.out).not.toContain('\u001b');
  const { command, args, env } = blockOf(first.out).mcpServers.goals;
  expect([command, ...args].map((file) => [path.isAbsolute(file), existsSync(file)])).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(env).toEqual({ MCP_SERVERS_HOME: own.home });
  expect(await embeddedPostgres({ home: own.home, log }).status()).toMatchObject({ state: 'stopped' });

  const second = await runStart({ MCP_SERVERS_HOME: own.home });
  expect(second).toMatchObject({ status: 0, err: '' });
  expect(second.out).not.toContain('Creating');
  const database = openDatabase({ source: connectionSource({ home: own.home }, { log }), log, application: 'test' });
  try {
    expect(await count(database, demoGoals)).toBe(1);
    expect(await count(database, deletions)).toBe(1);
    const { tasks } = openStore(database, log);
    expect(await tasks.ready({}, 100)).toEqual([]);
    expect(await tasks.ready({ project: 'demo' }, 100)).toHaveLength(2);
  } finally {
    await database.close();
  }
});

test('two starts at once on one store both succeed, leave one example, and print no secret', async () => {
  await using given = await withDatabase();
  await using own = withHome();
  const caller = { actor: 'test', client: undefined, instance: '00000000-0000-4000-8000-000000000000' };
  const store = openStore(given.database, log);
  await store.write(caller, async (unit) => {
    const { goals } = await unit.tasks.allocate({ goals: 1, tasks: 0 });
    await unit.goals.insert({ seq: goals[0] ?? 0, title: 'somebody else works on this' }, 'test');
  });
  const env = { MCP_SERVERS_HOME: own.home, DATABASE_URL: given.url, GOALS_READ_ONLY: 'true' };
  const both = await Promise.all([runStart(env), runStart(env)]);
  for (const { status, out, err } of both) {
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('10 tasks: 4 done, 1 in progress, 2 ready, 3 waiting.');
    expect(out).toMatch(/GOALS_READ_ONLY, DATABASE_URL come from this shell/);
    expect(out).toContain(path.join(own.home, 'config.env'));
    expect(out).not.toContain(new URL(given.url).password);
  }
  expect(await count(given.database, demoGoals)).toBe(1);
  expect((await store.goals.get(['GOAL-0001'])).map(({ title }) => title)).toEqual(['somebody else works on this']);
  expect(existsSync(path.join(own.home, 'pg17'))).toBe(false);
});

test('an unknown option is refused with the usage, and help is a result', async () => {
  const refused = await runStart({}, '--port=80');
  expect(refused).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/'--port'[\s\S]*Usage: pnpm start/) });
  expect(await runStart({}, '--help')).toMatchObject({
    status: 0,
    err: '',
    out: expect.stringContaining('Usage: pnpm start'),
  });
});

test('an expected failure is two sentences and status 1', async () => {
  await using own = withHome();
  const unreachable = { MCP_SERVERS_HOME: own.home, DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d' };
  const { status, err } = await runStart(unreachable);
  expect(status).toBe(1);
  expect(err.trim().split('\n')).toEqual([
    expect.stringContaining('127.0.0.1:1 cannot be reached'),
    expect.stringContaining('DATABASE_URL'),
  ]);
});
