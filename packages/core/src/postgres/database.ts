import type { Client } from 'pg';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { loadDriver, type SessionOptions } from './driver.ts';
import { isConnectionLost, isStalePlan, toDatabaseError } from './failure.ts';
import { type ListenHandlers, openListener, type Subscription } from './listener.ts';
import { migrate } from './migrate.ts';
import { openPool } from './pool.ts';
import type { ConnectionSource, StoreIdentity } from './source.ts';
import { checkVersion, isBehind, readServer } from './startup.ts';
import type { Queryable, Statement } from './statement.ts';
import { bounded, systemTiming, type Timing } from './timing.ts';
import { runTransaction, type Transaction, type TransactionOptions } from './transaction.ts';

export interface DatabaseHealth {
  status: 'healthy' | 'unhealthy';
  kind: 'given' | 'embedded';
  latencyMs?: number;
  version?: string;
  reason?: string;
  pool: { size: number; idle: number; waiting: number; max: number };
}

export interface Database extends Queryable {
  readonly kind: 'given' | 'embedded';
  /** For reads: repeated when the connection is lost or the plan is stale. A signal stops the wait and the statement. */
  query<R extends object>(
    statement: Statement,
    values?: readonly unknown[],
    options?: { signal?: AbortSignal },
  ): Promise<R[]>;
  /**
   * Runs `work` between BEGIN and COMMIT. It may run several times (serialisation failure, deadlock, lost connection),
   * so it must have no effect but its statements; effects belong into `afterCommit`. At most 4 s from BEGIN to COMMIT.
   * A COMMIT whose answer was lost is asked about; if that stays open, a DatabaseError with `details.outcome` says so.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Follows a channel on a session of its own, through reconnects, until closed. */
  listen(channel: string, handlers: ListenHandlers): Promise<Subscription>;
  /** Connects, starts the embedded server, checks the version, migrates. One at a time; may be called again after a failure. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Connections of the pool and calls that wait for one. */
  counts(): DatabaseHealth['pool'];
  /** Never throws; answers within 2 s. */
  health(): Promise<DatabaseHealth>;
  /** Which store this is, never its secrets. */
  describe(): StoreIdentity;
  /** Lets running calls finish (3 s), closes everything; the last process out stops an embedded server. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  readonly source: ConnectionSource;
  /** Shown in pg_stat_activity as `mcp-servers/<application>`. */
  readonly application: string;
  readonly log: Log;
  /** Folder of migrations applied by `ready`. */
  readonly migrations?: URL | string;
  /** Called for every statement sent; BEGIN and COMMIT are not counted. */
  readonly onQuery?: (statement: Statement) => void;
  /** Default: given 20, embedded 4. */
  readonly poolMax?: number;
  /** Default 10,000. */
  readonly statementTimeoutMs?: number;
  readonly limits?: Partial<DatabaseLimits>;
  readonly timing?: Timing;
}

/** Bounds in milliseconds. */
export interface DatabaseLimits {
  /** How long a call waits for a server that does not answer: given 3 s, embedded 10 s, because it is being started. */
  waitMs: number;
  /** For a new connection or a free one of the pool: 5 s. */
  connectMs: number;
  /** From BEGIN to COMMIT: 4 s. */
  transactionMs: number;
  /** All attempts of one transaction: 15 s. */
  retryForMs: number;
}

const healthMs = 2000;

/** Synchronous and cheap: nothing is contacted, and pg is not loaded, before `ready()` or the first call. */
export function openDatabase(options: OpenDatabaseOptions): Database {
  const { source, log, application, timing = systemTiming, statementTimeoutMs = 10_000 } = options;
  const embedded = source.kind === 'embedded';
  const max = options.poolMax ?? (embedded ? 4 : 20);
  const limits: DatabaseLimits = {
    ...{ waitMs: embedded ? 10_000 : 3000, connectMs: 5000, transactionMs: 4000, retryForMs: 15_000 },
    ...options.limits,
  };
  const pool = openPool({
    ...{ source, application, log, timing, max, statementTimeoutMs },
    ...{ min: Math.min(max, embedded ? 1 : 5), waitMs: limits.waitMs, connectMs: limits.connectMs },
    idleInTransactionMs: limits.transactionMs * 2,
  });
  const session = { application, connectionTimeoutMs: limits.connectMs };
  const subscriptions = new Set<Subscription>();
  let started = false;
  let starting: Promise<void> | undefined;

  async function start(): Promise<void> {
    await pool.locate();
    const found = await checkVersion(pool, source.describe());
    if (options.migrations !== undefined && (await isBehind(pool, source.describe(), options.migrations))) {
      await migrate({ source, migrations: options.migrations, log });
    }
    started = true;
    log.info({ ...source.describe(), version: found }, 'database_ready');
    if (!embedded) void pool.warmUp();
  }

  function ready(signal?: AbortSignal): Promise<void> {
    starting ??= start().finally(() => {
      starting = undefined;
    });
    return bounded(starting, { signal });
  }

  /** A call waits for the start no longer than for a lost server; the start itself goes on. */
  async function whenStarted(signal: AbortSignal | undefined): Promise<void> {
    const late = () =>
      new UnavailableError(`The ${source.kind} PostgreSQL is still being prepared.`, {
        hint: 'Repeat the call in a few seconds.',
        retryAfterSeconds: 3,
      });
    // A moment longer than the pool waits, whose error says more.
    await bounded(ready(), { signal, milliseconds: limits.waitMs + 1000, late });
  }

  async function query<R extends object>(
    statement: Statement,
    values: readonly unknown[] = [],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<R[]> {
    if (!started) await whenStarted(signal);
    for (let attempt = 0; ; attempt++) {
      const lease = await pool.acquire(signal);
      try {
        options.onQuery?.(statement);
        const limit = { signal, milliseconds: statementTimeoutMs + limits.connectMs, late: noAnswer };
        return (await lease.run({ ...statement, values: [...values] }, limit)).rows as R[];
      } catch (error) {
        const stale = isStalePlan(error);
        if (attempt > 0 || !(stale || isConnectionLost(error))) throw toDatabaseError(error, source.describe());
        if (stale) pool.renew(lease.generation);
      } finally {
        lease.release();
      }
    }
  }

  return {
    kind: source.kind,
    query,
    ready: (signal) => (started ? Promise.resolve() : ready(signal)),
    async transaction(work, request = {}) {
      if (!started) await whenStarted(request.signal);
      const { onQuery } = options;
      const { transactionMs: maxMs, retryForMs } = limits;
      return runTransaction({ pool, log, timing, maxMs, retryForMs, onQuery, store: source.describe }, work, request);
    },
    async listen(channel, handlers) {
      const connect = (signal: AbortSignal) => openSession(source, session, signal);
      const subscription = await openListener({ channel, handlers, connect, log, timing });
      const own: Subscription = {
        async close() {
          subscriptions.delete(own);
          await subscription.close();
        },
      };
      subscriptions.add(own);
      return own;
    },
    counts: () => pool.counts(),
    async health() {
      const from = performance.now();
      const report = { kind: source.kind, pool: pool.counts() };
      // Stopped and not left behind: a probe that hangs would hold a connection of the pool.
      const stop = new AbortController();
      const late = new UnavailableError(`No answer within ${healthMs / 1000} s.`);
      const timer = setTimeout(() => stop.abort(late), healthMs);
      try {
        const [row] = await query<{ version: string }>(readServer, [], { signal: stop.signal });
        const latencyMs = Math.round((performance.now() - from) * 100) / 100;
        return { ...report, status: 'healthy', latencyMs, version: row?.version ?? 'unknown', pool: pool.counts() };
      } catch (error) {
        return { ...report, status: 'unhealthy', reason: (error as Error).message };
      } finally {
        clearTimeout(timer);
      }
    },
    describe: () => source.describe(),
    async close() {
      const quiet = Promise.all([...subscriptions].map((subscription) => subscription.close()));
      // On a dead network the end of a session may never be confirmed.
      await bounded(quiet, { milliseconds: 1000 }).catch((err: unknown) => log.warn({ err }, 'listeners_not_closed'));
      await pool.close(3000);
      await source.leave?.();
    },
  };
}

/** A connection outside the pool, and past a transaction pooler when the settings name a way. */
async function openSession(source: ConnectionSource, session: SessionOptions, signal: AbortSignal): Promise<Client> {
  const parameters = source.direct ?? (await source.resolve({ signal }));
  const client = (await loadDriver()).client(parameters, session);
  try {
    await bounded(client.connect(), { signal });
  } catch (error) {
    void client.end(); // Ends with the connection's own time limit when it is still being opened.
    throw error;
  }
  return client;
}

function noAnswer(): UnavailableError {
  return new UnavailableError('The database did not answer the statement in time.', { retryAfterSeconds: 2 });
}
