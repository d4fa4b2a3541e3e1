import { expect, test } from 'vitest';
import { CancelledError, DatabaseError, UnavailableError } from '../errors.ts';
import { type TestDatabase, withDatabase } from '../testing/database.ts';
import { statement } from './index.ts';

const create = statement('t_create', 'CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)');
const insert = statement('t_insert', 'INSERT INTO counters VALUES ($1, $2)');
const read = statement('t_read', 'SELECT n FROM counters WHERE id = $1');
const add = statement('t_add', 'UPDATE counters SET n = n + 1 WHERE id = $1 RETURNING n');
const serializable = { isolation: 'SERIALIZABLE' } as const;
const write = statement('t_write', 'UPDATE counters SET n = $2 WHERE id = $1');
const sleep = statement('t_sleep', 'SELECT pg_sleep($1)');

async function withCounters(options: Parameters<typeof withDatabase>[0] = {}): Promise<TestDatabase> {
  const db = await withDatabase(options);
  await db.database.query(create);
  await db.database.query(insert, [1, 0]);
  await db.database.query(insert, [2, 0]);
  return db;
}

test('hooks run around the commit, and a failing after-commit hook does not fail the call', async () => {
  await using db = await withCounters();
  const seen: string[] = [];
  const result = await db.database.transaction(async (tx) => {
    tx.afterCommit(async () => {
      const [row] = await db.database.query<{ n: number }>(read, [1]);
      seen.push(`after commit others see ${row?.n}`);
    });
    tx.afterCommit(() => {
      throw new Error('a hook');
    });
    tx.beforeCommit(async () => {
      const [row] = await db.database.query<{ n: number }>(read, [1]);
      seen.push(`before commit others see ${row?.n}`);
    });
    expect(tx.xid).toMatch(/^\d+$/);
    await tx.query(add, [1]);
    return 'value';
  });
  expect(result).toBe('value');
  expect(seen).toEqual(['before commit others see 0', 'after commit others see 1']);
});

test('an error of the work or of a before-commit hook rolls back and is passed on', async () => {
  await using db = await withCounters();
  const reason = new Error('no');
  const fail = db.database.transaction(async (tx) => {
    await tx.query(add, [1]);
    throw reason;
  });
  await expect(fail).rejects.toBe(reason);
  const failInHook = db.database.transaction(async (tx) => {
    await tx.query(add, [1]);
    tx.beforeCommit(() => Promise.reject(reason));
  });
  await expect(failInHook).rejects.toBe(reason);
  expect(await db.database.query(read, [1])).toEqual([{ n: 0 }]);
});

test('work that swallowed the error of a statement is not reported as saved', async () => {
  await using db = await withCounters();
  const call = db.database.transaction(async (tx) => {
    await tx.query(add, [1]);
    await tx.query(insert, [1, 5]).catch(() => {});
  });
  const error = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ cause: { code: '23505' } });
  expect(await db.database.query(read, [1])).toEqual([{ n: 0 }]);
});

test('a serialisation failure runs the work again', async () => {
  await using db = await withCounters();
  let runs = 0;
  const hooks: number[] = [];
  await db.database.transaction(async (tx) => {
    runs += 1;
    const run = runs;
    tx.afterCommit(() => void hooks.push(run));
    const [row] = await tx.query<{ n: number }>(read, [1]);
    if (run === 1) await db.database.query(add, [1]);
    await tx.query(write, [1, (row?.n ?? 0) + 10]);
  }, serializable);
  expect(runs).toBe(2);
  expect(hooks).toEqual([2]);
  expect(await db.database.query(read, [1])).toEqual([{ n: 11 }]);
});

test('a serialisation failure found only by COMMIT runs the work again', async () => {
  await using db = await withCounters();
  let runs = 0;
  const bothRead = Promise.withResolvers<void>();
  let readers = 0;
  const skew = (from: number, to: number) =>
    db.database.transaction(async (tx) => {
      runs += 1;
      const [row] = await tx.query<{ n: number }>(read, [from]);
      readers += 1;
      if (readers >= 2) bothRead.resolve();
      await bothRead.promise;
      await tx.query(write, [to, (row?.n ?? 0) + 1]);
    }, serializable);
  await Promise.all([skew(1, 2), skew(2, 1)]);
  expect(runs).toBe(3);
  const [one, two] = [
    await db.database.query<{ n: number }>(read, [1]),
    await db.database.query<{ n: number }>(read, [2]),
  ];
  expect([one[0]?.n, two[0]?.n].sort()).toEqual([1, 2]);
});

test('a deadlock runs one of the two again', async () => {
  await using db = await withCounters();
  let locked = 0;
  const bothLocked = Promise.withResolvers<void>();
  const inOrder = (first: number, second: number) =>
    db.database.transaction(async (tx) => {
      await tx.query(add, [first]);
      locked += 1;
      if (locked >= 2) bothLocked.resolve();
      await bothLocked.promise;
      await tx.query(add, [second]);
    });
  await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
  expect(await db.database.query(read, [1])).toEqual([{ n: 2 }]);
  expect(locked).toBe(3);
});

test('a connection lost before the commit runs the work again', async () => {
  await using db = await withCounters();
  let runs = 0;
  await db.database.transaction(async (tx) => {
    runs += 1;
    await tx.query(add, [1]);
    if (runs === 1) await tx.query(statement('t_suicide', 'SELECT pg_terminate_backend(pg_backend_pid())'));
  });
  expect(runs).toBe(2);
  expect(await db.database.query(read, [1])).toEqual([{ n: 1 }]);
});

test('a transaction that runs too long is rolled back and its late statements are refused', async () => {
  await using db = await withCounters({ poolMax: 1, limits: { transactionMs: 150 } });
  const late = Promise.withResolvers<unknown>();
  const idle = db.database.transaction(async (tx) => {
    await tx.query(add, [1]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    tx.query(add, [1]).then(late.resolve, late.resolve);
  });
  await expect(idle).rejects.toThrow(/took longer than 0.15 s and was rolled back/);
  const busy = db.database.transaction(async (tx) => {
    await tx.query(add, [1]);
    await tx.query(sleep, [60]);
  });
  await expect(busy).rejects.toThrow(UnavailableError);
  expect(await late.promise).toBeInstanceOf(UnavailableError);
  expect(await db.database.query(read, [1])).toEqual([{ n: 0 }]);
});

test('cancelling a transaction rolls back and frees its connection and locks', async () => {
  await using db = await withCounters({ poolMax: 1 });
  const stop = new AbortController();
  const work = async (tx: { query: typeof db.database.query }) => {
    await tx.query(add, [1]);
    setTimeout(() => stop.abort(), 50);
    await tx.query(sleep, [60]);
  };
  await expect(db.database.transaction(work, { signal: stop.signal })).rejects.toThrow(CancelledError);
  expect(await db.database.transaction(async (tx) => tx.query(add, [1]))).toEqual([{ n: 1 }]);
  expect(await db.database.query(read, [1])).toEqual([{ n: 1 }]);
});

test('statements sent side by side in one transaction keep their order', async () => {
  await using db = await withCounters();
  const all = await db.database.transaction((tx) =>
    Promise.all([1, 2, 3, 4].map(() => tx.query<{ n: number }>(add, [2]))),
  );
  expect(all.flat().map(({ n }) => n)).toEqual([1, 2, 3, 4]);
});

test('a read-only transaction sees one moment, takes no transaction id and refuses to write', async () => {
  await using db = await withCounters();
  const once = { isolation: 'REPEATABLE READ', readOnly: true } as const;
  await db.database.transaction(async (tx) => {
    expect(await tx.query(read, [1])).toEqual([{ n: 0 }]);
    await db.database.query(write, [1, 7]);
    expect(await tx.query(read, [1])).toEqual([{ n: 0 }]);
    expect(tx.xid).toBe('');
  }, once);
  await expect(db.database.transaction((tx) => tx.query(write, [1, 8]), once)).rejects.toBeInstanceOf(DatabaseError);
  expect(await db.database.query(read, [1])).toEqual([{ n: 7 }]);
});

test('a transaction may be given a longer time than the others', async () => {
  await using db = await withCounters({ limits: { transactionMs: 100 } });
  const slowly = (maxMs?: number) =>
    db.database.transaction((tx) => tx.query(sleep, [0.5]), maxMs === undefined ? {} : { maxMs });
  await expect(slowly()).rejects.toBeInstanceOf(UnavailableError);
  await slowly(60_000);
});
