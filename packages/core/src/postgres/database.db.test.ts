import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { AuthError, CancelledError, DatabaseError, UnavailableError } from '../errors.ts';
import { createLog } from '../log.ts';
import { withDatabase } from '../testing/database.ts';
import { connectionSource, openDatabase, statement } from './index.ts';

const log = createLog({ name: 'test', level: 'silent' });
const readPrepared = statement(
  't_prepared',
  'SELECT name, generic_plans + custom_plans AS runs FROM pg_prepared_statements',
);
const readNumber = statement('t_number', 'SELECT $1::int AS n');
const sleep = statement('t_sleep', 'SELECT pg_sleep($1)');

test('a statement is prepared once per connection and reused', async () => {
  await using db = await withDatabase({ poolMax: 1 });
  for (let n = 0; n < 5; n++) expect(await db.database.query(readNumber, [n])).toEqual([{ n }]);
  const prepared = await db.database.query<{ name: string; runs: number }>(readPrepared);
  expect(prepared.filter(({ name }) => name === 't_number')).toEqual([{ name: 't_number', runs: 5 }]);
});

test('values arrive as numbers, dates and parsed json', async () => {
  await using db = await withDatabase();
  const types = statement(
    't_types',
    `SELECT 9007199254740991::int8 AS safe, 9007199254740993::int8 AS unsafe, ARRAY[1, NULL, 3]::int8[] AS list,
            count(*) AS count, '2026-02-03'::date AS day, '2026-02-03T04:05:06.789Z'::timestamptz AS at,
            '{"a": [1]}'::jsonb AS json, NULL::int8 AS nothing, 1.50::numeric AS exact FROM pg_database WHERE false`,
  );
  expect(await db.database.query(types)).toEqual([
    {
      safe: Number.MAX_SAFE_INTEGER,
      unsafe: '9007199254740993',
      list: [1, null, 3],
      count: 0,
      day: '2026-02-03',
      at: new Date('2026-02-03T04:05:06.789Z'),
      json: { a: [1] },
      nothing: null,
      exact: '1.50',
    },
  ]);
});

test('opening contacts nothing; the first call connects and every statement is reported', async () => {
  const sent: string[] = [];
  await using db = await withDatabase({ onQuery: ({ name }) => sent.push(name) });
  expect((await db.database.health()).status).toBe('healthy');
  sent.length = 0;
  await db.database.query(readNumber, [1]);
  await db.database.transaction(async (tx) => tx.query(readNumber, [2]));
  expect(sent).toEqual(['t_number', 't_number']);
});

test('a read survives the loss of its connection and a changed table', async () => {
  await using db = await withDatabase({ poolMax: 2 });
  const define = (text: string) => db.database.query(statement(`t_ddl_${randomBytes(4).toString('hex')}`, text));
  await define('CREATE TABLE changing (a int)');
  const readAll = statement('t_changing', 'SELECT * FROM changing');
  await Promise.all([db.database.query(readAll), db.database.query(readAll)]);
  await define('ALTER TABLE changing ADD b int');
  expect(await db.database.query(readAll)).toEqual([]);
  await define('ALTER TABLE changing ADD c int');
  expect(await db.database.transaction(async (tx) => tx.query(readAll))).toEqual([]);

  await using other = openOther(db.url);
  await other.query(
    statement(
      't_kill',
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    ),
  );
  expect(await db.database.query(readNumber, [7])).toEqual([{ n: 7 }]);
});

test('a violated constraint is named without the values', async () => {
  await using db = await withDatabase();
  await db.database.query(
    statement('t_c1', 'CREATE TABLE unique_names (name text CONSTRAINT one_of_each PRIMARY KEY)'),
  );
  const insert = statement('t_insert_name', 'INSERT INTO unique_names VALUES ($1)');
  await db.database.query(insert, ['hidden-value']);
  const error = await db.database.query(insert, ['hidden-value']).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ details: { sqlstate: '23505', constraint: 'one_of_each' }, cause: { code: '23505' } });
  expect((error as Error).message).not.toContain('hidden-value');
});

test('a refused login names user and host and no password', async () => {
  await using db = await withDatabase();
  const url = new URL(db.url);
  url.password = 'wrong-secret';
  await using database = openOther(url.href);
  const error = await database.ready().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AuthError);
  expect((error as Error).message).toContain(`"${url.username}"`);
  expect(`${(error as Error).stack} ${(error as AuthError).hint}`).not.toContain('wrong-secret');
});

test('a server that is not there is named, and the call may be repeated', async () => {
  await using database = openOther('postgres://someone:hidden-secret@127.0.0.1:1/nothing', { waitMs: 50 });
  const error = await database.query(readNumber, [1]).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('127.0.0.1:1') });
  expect((error as Error).stack).not.toContain('hidden-secret');
  expect(await database.health()).toMatchObject({
    status: 'unhealthy',
    reason: expect.stringContaining('127.0.0.1:1'),
  });
  expect(JSON.stringify(database.describe())).not.toContain('hidden-secret');
});

test('a missing database is named', async () => {
  await using db = await withDatabase();
  await using database = openOther(db.url.replace(db.name, 'not_there'));
  await expect(database.ready()).rejects.toThrow('no database "not_there"');
});

test('an exhausted pool says so, and serves again afterwards', async () => {
  await using db = await withDatabase({ poolMax: 1, limits: { connectMs: 300 } });
  await db.database.ready();
  const done = Promise.withResolvers<void>();
  const holder = db.database.transaction(async () => done.promise);
  const error = await db.database.query(readNumber, [1]).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnavailableError);
  expect((error as Error).message).toContain('All 1 database connections stayed busy');
  done.resolve();
  await holder;
  expect(await db.database.query(readNumber, [2])).toEqual([{ n: 2 }]);
});

test('cancelling stops the statement on the server and frees the connection', async () => {
  await using db = await withDatabase({ poolMax: 1 });
  await using other = openOther(db.url);
  const running = statement(
    't_running',
    `SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep($1)' AND state = 'active'`,
  );
  const stop = new AbortController();
  const call = db.database.query(sleep, [60], { signal: stop.signal }).catch((caught: unknown) => caught);
  const waiting = db.database.query(readNumber, [1], { signal: stop.signal }).catch((caught: unknown) => caught);
  while ((await other.query(running)).length === 0);
  stop.abort();
  expect(await call).toBeInstanceOf(CancelledError);
  expect(await waiting).toBeInstanceOf(CancelledError);
  while ((await other.query(running)).length > 0);
  expect(await db.database.query(readNumber, [3])).toEqual([{ n: 3 }]);
  await expect(db.database.query(readNumber, [4], { signal: stop.signal })).rejects.toThrow(CancelledError);
});

test('a statement that runs too long is stopped by the server', async () => {
  await using db = await withDatabase({ statementTimeoutMs: 100 });
  const error = await db.database.query(sleep, [60]).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error).toMatchObject({ cause: { code: '57014' } });
});

test('closing lets a running call finish and refuses new ones', async () => {
  await using db = await withDatabase();
  await db.database.ready();
  const call = db.database.query(statement('t_short', 'SELECT pg_sleep(0.2), 5 AS five'));
  await db.database.close();
  expect(await call).toMatchObject([{ five: 5 }]);
  await expect(db.database.query(readNumber, [1])).rejects.toThrow('shutting down');
});

function openOther(url: string, limits: { waitMs?: number } = {}) {
  const source = connectionSource({ DATABASE_URL: url, home: '/nowhere' }, { log });
  const database = openDatabase({ source, log, application: 'other', limits });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}
