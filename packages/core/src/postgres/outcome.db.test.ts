import { expect, inject, test } from 'vitest';
import { DatabaseError } from '../errors.ts';
import { createLog } from '../log.ts';
import { withCuttingProxy } from '../testing/cutting-proxy.ts';
import { withDatabase } from '../testing/database.ts';
import { connectionSource, type Database, openDatabase, statement, type Transaction } from './index.ts';
import type { Lease } from './lease.ts';
import { resolveOutcome } from './outcome.ts';
import { systemTiming } from './timing.ts';

const log = createLog({ name: 'test', level: 'silent' });
const insert = statement('t_mark', 'INSERT INTO marks (run) VALUES ($1)');
const readAll = statement('t_marks', 'SELECT run FROM marks ORDER BY run');

test.for([
  { fate: 'lost', runs: 2 },
  { fate: 'unanswered', runs: 1 },
  { fate: 'held', runs: 2 },
] as const)('a COMMIT that was $fate ends as exactly one saved change after $runs runs', async ({ fate, runs }) => {
  await using store = await openThroughProxy();
  store.proxy.fate = fate;
  const { count, hooks } = await markOnce(store.database);
  expect(store.proxy.cut).toBe(1);
  expect(count()).toBe(runs);
  expect(hooks).toEqual([runs]);
  expect(await store.database.query(readAll)).toEqual([{ run: runs }]);
});

test('when the outcome cannot be read, the error says that the change may or may not be saved', async () => {
  await using store = await openThroughProxy();
  store.proxy.fate = 'unanswered';
  const error = await markOnce(store.database, () => {
    store.proxy.open = false;
  }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ retryable: true, details: { outcome: 'unknown' } });
  expect((error as DatabaseError).message).toContain('may or may not have been saved');
  expect((error as DatabaseError).hint).toContain('idempotency_key');
  store.proxy.open = true;
  expect(await store.database.query(readAll)).toEqual([{ run: 1 }]);
});

test.for([
  { row: { status: 'committed', restarted: true, before_restart: true }, outcome: 'committed' },
  // The id was handed out again after the crash: the commit is somebody else's.
  { row: { status: 'committed', restarted: true, before_restart: false }, outcome: 'aborted' },
  { row: { status: 'committed', restarted: true, before_restart: null }, outcome: 'unknown' },
  { row: { status: 'in progress', restarted: true, before_restart: null }, outcome: 'aborted' },
  { row: { status: 'aborted', restarted: true, before_restart: null }, outcome: 'aborted' },
  { row: { status: null, restarted: false, before_restart: null }, outcome: 'unknown' },
  { row: Object.assign(new Error('transaction ID is in the future'), { code: '22023' }), outcome: 'aborted' },
])('after a restart, $row means $outcome', async ({ row, outcome }) => {
  const answer = async () => {
    if (row instanceof Error) throw row;
    return { rows: [row] };
  };
  const lease = { run: answer, release: () => {} } as unknown as Lease;
  expect(await resolveOutcome({ xid: '1', began: 'now' }, async () => lease, systemTiming)).toBe(outcome);
});

test('connections that die while they are asked are left behind, and the next one is asked', async () => {
  const dying = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
  const answers = [dying, dying, { rows: [{ status: 'committed', restarted: true, before_restart: true }] }];
  let released = 0;
  const lease = {
    async run() {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    release() {
      released += 1;
    },
  } as unknown as Lease;
  expect(await resolveOutcome({ xid: '1', began: 'now' }, async () => lease, systemTiming)).toBe('committed');
  expect(released).toBe(3);
  answers.push(...Array.from({ length: 20 }, () => dying));
  await expect(resolveOutcome({ xid: '1', began: 'now' }, async () => lease, systemTiming)).rejects.toBe(dying);
  expect(released).toBe(13);
});

test('the server knows its restarts and its commits', async () => {
  await using db = await withDatabase();
  const begun = await db.database.transaction(async (tx) => {
    const [row] = await tx.query<{ began: string }>(statement('t_now', 'SELECT now()::text AS began'));
    return { xid: tx.xid, began: row?.began ?? '' };
  });
  const source = connectionSource(db.settings, { log });
  const { openPool } = await import('./pool.ts');
  const pool = openPool({
    ...{ source, log, application: 'test', timing: systemTiming, max: 1, min: 0 },
    ...{ waitMs: 5000, connectMs: 5000, statementTimeoutMs: 5000, idleInTransactionMs: 5000 },
  });
  const ask = (transaction: typeof begun) => resolveOutcome(transaction, () => pool.acquire(), systemTiming);
  expect(await ask(begun)).toBe('committed');
  expect(await ask({ ...begun, xid: String(Number(begun.xid) + 1_000_000) })).toBe('aborted');
  // A transaction from before the server started, whose id now belongs to another one.
  expect(await ask({ ...begun, began: '2000-01-01T00:00:00Z' })).not.toBe('committed');
  await pool.close(1000);
});

async function markOnce(database: Database, beforeCommit?: () => void) {
  let runs = 0;
  const hooks: number[] = [];
  await database.transaction(async (tx: Transaction) => {
    runs += 1;
    const run = runs;
    tx.afterCommit(() => void hooks.push(run));
    await tx.query(insert, [run]);
    beforeCommit?.();
  });
  return { count: () => runs, hooks };
}

async function openThroughProxy() {
  const db = await withDatabase();
  await db.database.query(statement('t_marks_table', 'CREATE TABLE marks (run int PRIMARY KEY)'));
  const proxy = await withCuttingProxy(inject('postgres').server);
  const url = new URL(db.url);
  url.searchParams.set('host', '127.0.0.1');
  url.searchParams.set('port', String(proxy.port));
  const source = connectionSource({ DATABASE_URL: url.href, home: '/nowhere' }, { log });
  const database = openDatabase({ source, log, application: 'test', poolMax: 1, limits: { waitMs: 300 } });
  await database.ready();
  return {
    database,
    proxy,
    async [Symbol.asyncDispose]() {
      await database.close();
      await proxy[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}
