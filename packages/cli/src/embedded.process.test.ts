import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createLog } from '@mcp-servers/core';
import { connectionSource, openDatabase, statement } from '@mcp-servers/core/postgres';
import { openStore } from '@mcp-servers/goals';
import { expect, test } from 'vitest';
import { withCliHome } from './cli.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** Uses the store as a server does: whatever connection string is given. */
async function withGoals<T>(url: string, work: (store: ReturnType<typeof openStore>) => Promise<T>): Promise<T> {
  const source = connectionSource({ home: '/nowhere', DATABASE_URL: url }, { log });
  const database = openDatabase({ source, log, application: 'test', poolMax: 1 });
  try {
    return await work(openStore(database, log));
  } finally {
    await database.close();
  }
}

const caller = { actor: 'test', client: undefined, instance: '00000000-0000-4000-8000-000000000000' };

async function addGoal(url: string, title: string): Promise<void> {
  await withGoals(url, (store) =>
    store.write(caller, async (unit) => {
      const { goals } = await unit.tasks.allocate({ goals: 1, tasks: 0 });
      const goal = await unit.goals.insert({ seq: goals[0] ?? 0, title }, 'test');
      unit.record({ type: 'goal_created', goal_id: goal.id, after: { title } });
    }),
  );
}

const titles = (url: string): Promise<string[]> =>
  withGoals(url, async (store) =>
    (await store.goals.get(['GOAL-0001', 'GOAL-0002', 'GOAL-0003'])).map(({ title }) => title).toSorted(),
  );

test('where nothing was made, status says so and reads do not make anything', async () => {
  await using cli = withCliHome();
  expect(await cli.run('db', 'status')).toMatchObject({ status: 0, out: expect.stringContaining('not created yet') });
  expect(JSON.parse((await cli.run('db', 'status', '--json')).out)).toMatchObject({
    kind: 'embedded',
    state: 'absent',
  });
  for (const command of ['export', 'psql-url']) {
    const { status, out, err } = await cli.run('db', command);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^There is no database yet/);
  }
  expect(await cli.run('db', 'stop')).toMatchObject({ status: 0, out: 'There is no database yet.\n' });
  expect(existsSync(cli.home)).toBe(false);
});

test('a store is made, filled, exported, refused, replaced with a safety copy, and moved to another home', async () => {
  await using cli = withCliHome();
  expect(await cli.run('db', 'migrate')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Applied 0001_goals/),
  });
  expect(await cli.run('db', 'migrate')).toMatchObject({ status: 0, out: expect.stringMatching(/^Nothing to do/) });
  expect(JSON.parse((await cli.run('db', 'status', '--json')).out)).toMatchObject({ state: 'stopped' });

  const shown = await cli.run('db', 'psql-url');
  const url = shown.out.trim();
  expect(shown).toMatchObject({ status: 0, err: expect.stringContaining('password') });
  expect(url).toMatch(/^postgresql:\/\/mcp:[^@]+@%2F.*:\d+\/postgres$/);
  expect(JSON.parse((await cli.run('db', 'status', '--json')).out)).toMatchObject({
    state: 'running',
    schema: { applied: expect.arrayContaining([expect.stringContaining('0001')]), pending: [] },
    rows: { goals: 0, tasks: 0 },
    clients: {},
  });
  await addGoal(url, 'kept');

  const file = path.join(cli.home, 'one.jsonl.gz');
  expect(await cli.run('db', 'export', file)).toMatchObject({ status: 0, out: `${file}\n`, err: /^1 goal/ });
  expect(await cli.run('db', 'export', file)).toMatchObject({
    status: 1,
    err: expect.stringContaining('exists already'),
  });
  const unnamed = (await cli.run('db', 'export')).out.trim();
  expect(path.dirname(unnamed)).toBe(path.join(cli.home, 'exports'));
  expect(statSync(unnamed).mode & 0o777).toBe(0o600);

  // The export's last client stopped the server.
  const again = (await cli.run('db', 'psql-url')).out.trim();
  await addGoal(again, 'overwritten');
  const refused = await cli.run('db', 'import', file);
  expect(refused).toMatchObject({ status: 1, err: expect.stringMatching(/not empty: it has 2 goals[\s\S]*--replace/) });
  const damaged = await cli.run('db', 'import', path.join(cli.home, 'pg17', 'server.log'), '--replace');
  expect(damaged).toMatchObject({ status: 1, err: expect.stringContaining('nothing was changed') });
  const replaced = await cli.run('db', 'import', file, '--replace');
  expect(replaced).toMatchObject({ status: 0, out: expect.stringMatching(/^Imported 1 goal, 0 tasks/) });
  expect(await titles((await cli.run('db', 'psql-url')).out.trim())).toEqual(['kept']);
  await cli.run('db', 'stop');

  const [copy = ''] = /\S+before-import\.jsonl\.gz/.exec(replaced.err) ?? [];
  await using other = withCliHome();
  expect(await other.run('db', 'import', copy)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Imported 2 goals/),
  });
  expect(await titles((await other.run('db', 'psql-url')).out.trim())).toEqual(['kept', 'overwritten']);
});

test('stop ends the server, and says when there is none', async () => {
  await using cli = withCliHome();
  await cli.run('db', 'migrate');
  expect(await cli.run('db', 'stop')).toMatchObject({ status: 0, out: 'It was not running.\n' });
  await cli.run('db', 'psql-url');
  expect(await cli.run('db', 'stop')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Stopped \(was process \d+\)/),
  });
  expect(await cli.run('db', 'status')).toMatchObject({ status: 0, out: expect.stringContaining('stopped') });
});

test('a schema that is behind is copied before it is changed', async () => {
  await using cli = withCliHome();
  await cli.run('db', 'migrate');
  const url = (await cli.run('db', 'psql-url')).out.trim();
  await withGoals(url, async (store) => {
    await store.write(caller, async (unit) => void unit.record({ type: 'goal_created', goal_id: 'GOAL-0001' }));
  });
  const source = connectionSource({ home: '/nowhere', DATABASE_URL: url }, { log });
  const database = openDatabase({ source, log, application: 'test', poolMax: 1 });
  // As an older program would have left it; applying it again fails, and the copy is there.
  await database.query(statement('forget', 'DELETE FROM pgmigrations'));
  await database.query(statement('older', "INSERT INTO pgmigrations (name, run_on) VALUES ('0000_older', now())"));
  await database.close();
  expect(await cli.run('db', 'status')).toMatchObject({ status: 0, out: expect.stringMatching(/Schema +lacks 0001/) });
  const { status, err } = await cli.run('db', 'migrate');
  expect(status).toBe(1);
  expect(err).toMatch(/A copy from before is .*\nMigration 0001_goals failed and was rolled back/);
  expect(readdirSync(path.join(cli.home, 'copies'))).toHaveLength(1);
});
