import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { AuthError, DatabaseError } from '../errors.ts';
import { createLog } from '../log.ts';
import { onServer } from '../testing/create-database.ts';
import { withDatabase } from '../testing/database.ts';
import { connectionSource, migrate, openDatabase, statement } from './index.ts';

const log = createLog({ name: 'test', level: 'silent' });
const readNames = statement('t_names', 'SELECT name FROM pgmigrations ORDER BY id');
const first =
  '-- Up Migration\nCREATE TABLE first (a int); SELECT pg_sleep(0.1);\n-- Down Migration\nDROP TABLE first;';
const one = ['0001_one', 'CREATE TABLE one (a int PRIMARY KEY);'] as const;
const two = ['0002_two', 'CREATE TABLE two (a int REFERENCES one (a));'] as const;

test('four processes that start at once apply each migration once, and none fails', async () => {
  await using db = await withDatabase({ empty: true });
  await using folder = await withFolder([
    ['0001_first', first],
    ['0002_next', 'ALTER TABLE first ADD b int;'],
  ]);
  const program = `
    import { connectionSource, openDatabase } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    import { createLog } from ${JSON.stringify(new URL('../log.ts', import.meta.url).href)};
    const log = createLog({ name: 'test', level: 'silent' });
    const source = connectionSource({ DATABASE_URL: process.argv[1], home: '/nowhere' }, { log });
    const database = openDatabase({ source, log, application: 'test', migrations: process.argv[2] });
    await database.ready();
    await database.close();`;
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, db.url, folder.path]);
  await Promise.all(Array.from({ length: 4 }, start));
  expect(await db.database.query(readNames)).toEqual([{ name: '0001_first' }, { name: '0002_next' }]);
});

test('an up-to-date schema costs one query, a newer one is left alone', async () => {
  await using db = await withDatabase({ empty: true });
  await using newer = await withFolder([one, two]);
  await using older = await withFolder([one]);
  const source = connectionSource(db.settings, { log });
  expect(await migrate({ source, migrations: newer.path, log })).toEqual(['0001_one', '0002_two']);
  expect(await migrate({ source, migrations: newer.path, log })).toEqual([]);
  await using database = reopen(db.url, older.path);
  await database.ready();
  expect(await database.query(readNames)).toHaveLength(2);
});

test('a migration that fails is rolled back and named; those before it stay', async () => {
  await using db = await withDatabase({ empty: true });
  await using folder = await withFolder([one, ['0002_broken', 'CREATE TABLE half (a int); SELECT * FROM not_there;']]);
  const error = await migrate({ source: connectionSource(db.settings, { log }), migrations: folder.path, log }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  expect((error as Error).message).toContain('0002_broken');
  expect(await db.database.query(readNames)).toEqual([{ name: '0001_one' }]);
  const half = await db.database.query(statement('t_half', `SELECT to_regclass('half')::text AS half`));
  expect(half).toEqual([{ half: null }]);
});

test('a role that may not migrate is told the command; with DATABASE_MIGRATE_URL the owner does it', async () => {
  await using db = await withDatabase({ empty: true });
  await using folder = await withFolder([one]);
  const role = `${db.name}_app`;
  await onServer(inject('postgres').server, `CREATE ROLE "${role}" LOGIN PASSWORD 'app-secret'`);
  try {
    const url = new URL(db.url);
    url.username = role;
    url.password = 'app-secret';
    await using app = reopen(url.href, folder.path);
    const error = await app.ready().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AuthError);
    expect((error as AuthError).hint).toContain('`pnpm migrate` with DATABASE_MIGRATE_URL');
    await using both = reopen(url.href, folder.path, db.url);
    // The owner's tables are not readable for the role until it is granted; the migration itself has run.
    await both.ready();
    expect(await db.database.query(readNames)).toEqual([{ name: '0001_one' }]);
    await using behind = reopen(url.href, folder.path);
    expect(await behind.ready().catch((caught: AuthError) => caught.hint)).toContain('pnpm migrate');
  } finally {
    await onServer(inject('postgres').server, `DROP ROLE "${role}"`);
  }
});

function reopen(url: string, migrations: string, owner?: string) {
  const settings = {
    DATABASE_URL: url,
    home: '/nowhere',
    ...(owner === undefined ? {} : { DATABASE_MIGRATE_URL: owner }),
  };
  const database = openDatabase({ source: connectionSource(settings, { log }), log, application: 'test', migrations });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

async function withFolder(files: readonly (readonly [name: string, text: string])[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-migrations-'));
  for (const [name, text] of files) await writeFile(path.join(folder, `${name}.sql`), text);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
