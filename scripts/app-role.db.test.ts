import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLog } from '../packages/core/src/index.ts';
import { connectionSource, openDatabase, statement } from '../packages/core/src/postgres/index.ts';
import { onServer } from '../packages/core/src/testing/create-database.ts';
import { connect, withDatabase } from '../packages/core/src/testing/index.ts';
import { createGoalsServer, createIdentify, openStore } from '../packages/goals/src/index.ts';

const migrations = new URL('../migrations/', import.meta.url);
const log = createLog({ name: 'test', level: 'silent' });

/** What psql makes of the file: its own commands and variables are gone. */
function appRole(role: string, password: string): string {
  return readFileSync(new URL('../deploy/postgres/app-role.sql', import.meta.url), 'utf8')
    .replace(/^\\.*$/gm, '')
    .replace(":'password'", `'${password}'`)
    .replaceAll('mcp_app', role);
}

/** The servers' database as deploy/postgres sets it up: the owner migrates, the role works. */
async function withAppRole() {
  const db = await withDatabase({ empty: true });
  const role = `${db.name}_app`;
  await onServer({ connectionString: db.url }, appRole(role, "it''s"));
  const url = new URL(db.url);
  url.username = role;
  url.password = "it's";
  const source = connectionSource({ ...db.settings, DATABASE_URL: url.href, DATABASE_MIGRATE_URL: db.url }, { log });
  const database = openDatabase({ source, log, migrations, application: 'test', poolMax: 4 });
  return {
    database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await onServer({ connectionString: db.url }, `DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
      await db[Symbol.asyncDispose]();
    },
  };
}

test('the role of deploy/postgres runs every kind of tool, once the owner has migrated', async () => {
  await using app = await withAppRole();
  const store = openStore(app.database, log);
  const instance = randomUUID();
  const identify = createIdentify(store.agents, { actor: 'tester', instance: () => instance, log });
  await using client = await connect(createGoalsServer({ deps: { store, database: app.database, identify }, log }));
  const created = await client.call('create_goal', {
    title: 'Ship',
    tags: ['release'],
    idempotency_key: 'once',
    tasks: [
      { title: 'Build', ref: 'build' },
      { title: 'Publish', blocked_by: ['build'] },
    ],
  });
  expect(created.text).toContain('GOAL-0001');
  expect((await client.call('claim_tasks', {})).text).toContain('TASK-0001');
  const done = await client.call('report_progress', { id: 'TASK-0001', outcome: 'completed', note: 'built' });
  expect(done.data.became_ready).toMatchObject([{ id: 'TASK-0002' }]);
  const changed = await client.call('update_items', { items: [{ id: 'GOAL-0001', add_tags: ['urgent'] }] });
  expect(changed.isError).toBe(false);
  expect((await client.call('find_items', { text: 'publish' })).text).toContain('TASK-0002');
  expect((await client.call('resume_work')).isError).toBe(false);
});

test('the role may neither change the schema nor make roles or temporary tables', async () => {
  await using app = await withAppRole();
  await app.database.ready();
  const forbidden = [
    'CREATE TABLE mine (id int)',
    'ALTER TABLE goals ADD COLUMN extra int',
    'DROP TABLE notes',
    'TRUNCATE events',
    'CREATE ROLE another',
    'CREATE TEMPORARY TABLE scratch (id int)',
  ];
  for (const [index, text] of forbidden.entries())
    await expect(app.database.query(statement(`t_forbidden_${index}`, text)), text).rejects.toMatchObject({
      code: 'auth',
    });
});
