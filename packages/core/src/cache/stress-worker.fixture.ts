import { openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { connectionSource, type Database, openDatabase, statement, type Transaction } from '../postgres/index.ts';
import { type Cache, type CacheLimits, cachedRows, noCache, openCache } from './index.ts';
import { naiveCache } from './naive-cache.fixture.ts';

/** One process of the stress: reads and writes hot keys, and writes down what it saw. */
export interface WorkerOptions {
  readonly kind: 'cache' | 'naive' | 'none';
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** File of records, appended to. */
  readonly records: string;
  readonly keys: number;
  readonly readers: number;
  readonly writers: number;
  /** Instead of the product's. */
  readonly limits?: Partial<CacheLimits>;
  /** Longest wait of a writer between two writes. */
  readonly pauseMs: number;
}

/** What it tells at its end. */
export interface WorkerReport {
  readonly counts: { hits: number; misses: number; fallbacks: number; bypasses: number };
  /** The same from `/metrics`. */
  readonly metrics: WorkerReport['counts'];
  /** Keys asked for, and those of them that were loaded. */
  readonly asked: number;
  readonly loaded: number;
}

interface Row {
  id: string;
  version: number;
  /** Goes on through deletion and re-creation, where `version` begins again. */
  change: number;
}

const rows = cachedRows<Row>({ name: 'stress', shape: '1' });
const select = statement('s_select', 'SELECT id, version, change FROM stress_rows WHERE id = ANY ($1)');
const update = statement(
  's_update',
  'UPDATE stress_rows SET version = version + 1, change = change + 1 WHERE id = $1 RETURNING id, version, change',
);
const remove = statement('s_remove', 'DELETE FROM stress_rows WHERE id = $1 RETURNING change');
const create = statement(
  's_create',
  'INSERT INTO stress_rows (id, change) VALUES ($1, $2) RETURNING id, version, change',
);

/** One clock for all processes of the machine. */
const now = (): number => Number(process.hrtime.bigint() / 1000n);

async function main(options: WorkerOptions): Promise<void> {
  const log = createLog({ name: 'stress', level: 'silent' });
  const source = connectionSource({ DATABASE_URL: options.databaseUrl, home: '' }, { log });
  const database = openDatabase({ source, log, application: 'stress', poolMax: 6 });
  const crash = { next: false };
  const file = openSync(options.records, 'a');
  let pending: string[] = [];
  const flush = () => {
    if (pending.length > 0) writeSync(file, pending.join(''));
    pending = [];
  };
  const write = (record: string) => {
    pending.push(record);
    if (pending.length >= 200) flush();
  };
  const killable = withDeath(database, () => {
    if (!crash.next) return;
    flush();
    process.kill(process.pid, 'SIGKILL');
  });
  const metrics = createMetrics({ prefix: 'stress' });
  const cache = openKind(options, killable, { log, metrics });
  let asked = 0;
  let loaded = 0;
  let over = false;

  async function load(ids: readonly string[]): Promise<Map<string, Row>> {
    loaded += ids.length;
    return new Map((await database.query<Row>(select, [ids])).map((row) => [row.id, row]));
  }

  const anyKey = () => `k${Math.floor(Math.random() * options.keys)}`;

  async function reader(): Promise<void> {
    while (!over) {
      const ids = [...new Set(Array.from({ length: Math.random() < 0.2 ? 4 : 1 }, anyKey))];
      asked += ids.length;
      const begin = now();
      const found = await cache.read(rows, ids, load);
      const end = now();
      // A row that is being created anew is never seen as missing, because that is one transaction.
      for (const id of ids) write(`R ${id} ${begin} ${end} ${found.get(id)?.change ?? -1}\n`);
      if (Math.random() < 0.05) await delay(Math.random() * 3);
    }
  }

  async function writer(): Promise<void> {
    while (!over) {
      const id = anyKey();
      const again = Math.random() < 0.03;
      const begin = now();
      try {
        const row = await cache.database.transaction(async (tx) => {
          const [changed] = again ? await recreate(tx, id) : await tx.query<Row>(update, [id]);
          if (changed === undefined) throw new Error('deleted meanwhile');
          tx.touch(rows, id, changed);
          return changed;
        });
        write(`W ${id} ${begin} ${now()} ${row.change}\n`);
      } catch {
        // Not acknowledged, so nothing is promised.
      }
      await delay(Math.random() * options.pauseMs);
    }
  }

  process.on('message', (message) => {
    if (message === 'crash') crash.next = true;
    else over = true;
  });
  await Promise.all([
    ...Array.from({ length: options.readers }, reader),
    ...Array.from({ length: options.writers }, writer),
  ]);
  flush();
  const none = { hits: 0, misses: 0, fallbacks: 0, bypasses: 0 };
  const counts = cache.health().counts ?? none;
  const report: WorkerReport = { counts, metrics: parse(await metrics.text()), asked, loaded };
  cache.close();
  await database.close();
  process.send?.(report, () => process.disconnect());
}

async function recreate(tx: Transaction, id: string): Promise<Row[]> {
  const [removed] = await tx.query<{ change: number }>(remove, [id]);
  return removed === undefined ? [] : tx.query<Row>(create, [id, removed.change + 1]);
}

type Shared = Pick<Parameters<typeof openCache>[1], 'log' | 'metrics'>;

function openKind({ kind, redisUrl, limits = {} }: WorkerOptions, database: Database, { log, metrics }: Shared): Cache {
  if (kind === 'none') return noCache(database);
  if (kind === 'naive') return naiveCache(redisUrl, database);
  return openCache({ REDIS_URL: redisUrl }, { database, log, name: 'stress', limits, ...(metrics && { metrics }) });
}

/** Dies between COMMIT and cache. */
function withDeath(database: Database, die: () => void): Database {
  return {
    ...database,
    transaction: (work, options) =>
      database.transaction((tx) => {
        tx.afterCommit(die);
        return work(tx);
      }, options),
  };
}

function parse(text: string): WorkerReport['counts'] {
  const value = (name: string) => Number(new RegExp(`^cache_${name}_total\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { hits: value('hits'), misses: value('misses'), fallbacks: value('fallbacks'), bypasses: value('bypasses') };
}

if (process.send !== undefined && process.argv[2] !== undefined)
  await main(JSON.parse(process.argv[2]) as WorkerOptions);
