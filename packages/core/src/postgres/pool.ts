import type { Pool, PoolClient } from 'pg';
import { AppError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Driver, loadDriver, type SessionOptions } from './driver.ts';
import { isConnectionLost, refusesStartParameters, toDatabaseError, unreachable } from './failure.ts';
import { type Lease, openLease } from './lease.ts';
import { openSlots } from './slots.ts';
import type { ConnectionParameters, ConnectionSource } from './source.ts';
import { backoff, bounded, stopReason, type Timing } from './timing.ts';

/** Times in milliseconds. */
export interface PoolOptions {
  readonly source: ConnectionSource;
  readonly application: string;
  readonly log: Log;
  readonly timing: Timing;
  readonly max: number;
  /** Connections kept open when idle. */
  readonly min: number;
  /** How long a call waits for a server that does not answer. */
  readonly waitMs: number;
  /** How long one attempt to connect may take, and how long a call waits for a free connection. */
  readonly connectMs: number;
  readonly statementTimeoutMs: number;
  readonly idleInTransactionMs: number;
}

export interface ConnectionPool {
  /** Finds or starts the server, for as long as its source takes. */
  locate(): Promise<void>;
  acquire(signal?: AbortSignal): Promise<Lease>;
  /** Replaces every connection of that generation: the cure for stale plans. */
  renew(generation: number): void;
  /** Opens `min` connections; failures are left to the next call. */
  warmUp(): Promise<void>;
  counts(): { size: number; idle: number; waiting: number; max: number };
  /** Refuses new calls, lets running ones finish for that long, closes all. */
  close(milliseconds: number): Promise<void>;
}

interface Generation {
  readonly number: number;
  readonly pool: Pool;
  readonly driver: Driver;
  readonly parameters: ConnectionParameters;
}

/** A pg pool that finds its server again: when connecting fails, the source is asked anew and the pool replaced. */
export function openPool(options: PoolOptions): ConnectionPool {
  const { source, log, timing, max, min } = options;
  const slots = openSlots(max);
  const closing = new AbortController();
  let active: Generation | undefined;
  let locating: Promise<Generation> | undefined;
  let generations = 0;
  let startParameters = true;

  const session = (): SessionOptions => ({
    application: options.application,
    connectionTimeoutMs: options.connectMs,
    ...(startParameters ? { limits: options } : {}),
  });

  async function locate(): Promise<Generation> {
    const [driver, parameters] = await Promise.all([loadDriver(), source.resolve({ signal: closing.signal })]);
    if (closing.signal.aborted) throw stopReason(closing.signal);
    const pool = driver.pool(parameters, session(), { max, min, idleTimeoutMillis: 30_000 });
    // An idle connection that dies is already removed from the pool; the listeners keep this process alive.
    pool.on('error', (error) => log.debug({ reason: error.message }, 'database_connection_lost'));
    pool.on('connect', (client) => client.on('error', () => {}));
    generations += 1;
    active = { number: generations, pool, driver, parameters };
    return active;
  }

  function current(): Promise<Generation> {
    locating ??= locate().finally(() => {
      locating = undefined;
    });
    return locating;
  }

  function renew(number: number): void {
    if (active?.number !== number) return;
    const { pool } = active;
    active = undefined;
    pool.end().catch((error: unknown) => log.debug({ err: error }, 'database_pool_end_failed'));
  }

  async function checkout({ pool }: Generation, signal: AbortSignal | undefined): Promise<PoolClient> {
    const pending = pool.connect();
    try {
      return await (signal === undefined ? pending : bounded(pending, { signal }));
    } catch (error) {
      // Stopped while connecting: the connection goes back when it comes. A failed one has nothing to give back.
      pending.then(
        (client) => client.release(),
        () => {},
      );
      throw error;
    }
  }

  /** True when another attempt may work. */
  function recover(error: unknown, generation: Generation | undefined): boolean {
    if (error instanceof AppError) return false;
    if (startParameters && refusesStartParameters(error)) {
      log.warn('database_pooler_refuses_start_parameters');
      startParameters = false;
    } else if (!isConnectionLost(error)) return false;
    if (generation !== undefined) renew(generation.number);
    return true;
  }

  async function connect(signal: AbortSignal | undefined): Promise<Lease> {
    const deadline = timing.now() + options.waitMs;
    for (let attempt = 0; ; attempt++) {
      let generation = active;
      try {
        generation ??= await bounded(current(), { signal, milliseconds: deadline - timing.now(), late: notStarted });
        return leaseOf(generation, await checkout(generation, signal));
      } catch (error) {
        if (!recover(error, generation)) throw toDatabaseError(error, source.describe());
        if (timing.now() >= deadline) throw unreachable(source.describe(), error);
      }
      await timing.sleep(backoff(attempt, { first: 20, longest: 500 }, timing), signal);
    }
  }

  function leaseOf(generation: Generation, client: PoolClient): Lease {
    const cancel = (backend: number) => cancelBackend(generation, backend);
    return openLease(client, { generation: generation.number, cancel, onRelease: slots.give });
  }

  /** Through a connection of its own, because the pool may be what is exhausted. */
  async function cancelBackend({ driver, parameters }: Generation, backend: number): Promise<void> {
    const side = driver.client(parameters, session());
    try {
      await side.connect();
      await side.query({ name: 'mcp_cancel', text: 'SELECT pg_cancel_backend($1)', values: [backend] });
    } catch (error) {
      // The connection is closed in any case; the server then notices by itself, only later.
      log.debug({ err: error }, 'database_cancel_failed');
    } finally {
      await side.end();
    }
  }

  async function acquire(signal?: AbortSignal): Promise<Lease> {
    if (closing.signal.aborted) throw stopReason(closing.signal);
    if (signal?.aborted) throw stopReason(signal);
    await slots.take({ signal, milliseconds: options.connectMs, late: () => busy(max, options.connectMs) });
    try {
      return await connect(signal);
    } catch (error) {
      slots.give();
      throw error;
    }
  }

  return {
    acquire,
    renew,
    locate: async () => void (active ?? (await current())),
    async warmUp() {
      const leases = await Promise.allSettled(Array.from({ length: min }, () => acquire()));
      for (const lease of leases) {
        if (lease.status === 'fulfilled') lease.value.release();
      }
    },
    counts: () => ({
      size: active?.pool.totalCount ?? 0,
      idle: active?.pool.idleCount ?? 0,
      waiting: slots.counts().waiting,
      max,
    }),
    async close(milliseconds) {
      closing.abort(new UnavailableError('This server is shutting down.'));
      await bounded(slots.drained(), { milliseconds }).catch(() =>
        log.warn({ in_use: slots.counts().taken }, 'database_close_did_not_drain'),
      );
      const pool = active?.pool;
      active = undefined;
      // A connection still in use would hold it for ever; the process ends soon and the server then rolls back.
      if (pool) await bounded(pool.end(), { milliseconds: 1000 }).catch(() => log.warn('database_pool_end_timed_out'));
    },
  };
}

function notStarted(): UnavailableError {
  return new UnavailableError('The embedded PostgreSQL is still starting.', {
    hint: 'Repeat the call in a few seconds.',
    retryAfterSeconds: 3,
  });
}

function busy(max: number, milliseconds: number): UnavailableError {
  return new UnavailableError(`All ${max} database connections stayed busy for ${milliseconds / 1000} s.`, {
    hint: 'Repeat the call with fewer at the same time, or raise DB_POOL_MAX.',
    retryAfterSeconds: 1,
  });
}
