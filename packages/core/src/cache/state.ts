import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Database, Queryable } from '../postgres/index.ts';
import { statement } from '../postgres/index.ts';
import type { CacheLimits } from './limits.ts';

/** `cache_state` as PostgreSQL last told it. */
export interface CacheState {
  readonly epoch: number;
  readonly off: boolean;
  /** Identity of the Redis in use, see `Link.id`. */
  readonly redis: string | null;
  /** Which data this is: another one after a restart of PostgreSQL, a failover or an import. */
  readonly store: string;
  readonly standby: boolean;
}

// A restart may have lost or brought back commits, on this server or the one that took over; an import changes log_id.
const readState = statement(
  'cache_state_read',
  `SELECT coalesce(c.epoch, 0) AS epoch, coalesce(c.off, true) AS off, c.redis, pg_is_in_recovery() AS standby,
          concat_ws(' ', i.log_id, d.oid, extract(epoch FROM greatest(pg_postmaster_start_time(), w.stats_reset))) AS store
   FROM pg_database d CROSS JOIN pg_stat_wal w CROSS JOIN store_identity i LEFT JOIN cache_state c ON true
   WHERE d.datname = current_database()`,
);

const switchOff = statement(
  'cache_switch_off',
  `INSERT INTO cache_state (off) VALUES (true)
   ON CONFLICT (one) DO UPDATE SET off = true, epoch = cache_state.epoch + 1, changed_at = clock_timestamp()
   WHERE NOT cache_state.off RETURNING epoch`,
);

// FOR SHARE: nobody switches on before this transaction has ended.
const holdOff = statement('cache_hold_off', 'SELECT epoch, off FROM cache_state FOR SHARE');

// Not while a write that counts on "off" is under way; a later look will do.
const switchOn = statement(
  'cache_switch_on',
  `WITH free AS (SELECT one FROM cache_state WHERE off AND epoch = $1 FOR UPDATE SKIP LOCKED)
   UPDATE cache_state c SET off = false, epoch = epoch + 1, redis = $2, changed_at = clock_timestamp()
   FROM free WHERE c.one = free.one RETURNING c.epoch`,
);

export interface StateWatch {
  /** The last state. `late` when it is asked for and PostgreSQL has not answered for a while; an unused cache asks nothing. */
  last(): { state: CacheState; late: boolean } | undefined;
  /** The state if PostgreSQL confirmed it within the fence. */
  confirmed(): CacheState | undefined;
  /** A state asked for at most `maxAgeMs` ago, asking again if need be. Undefined when PostgreSQL does not answer. */
  fresh(maxAgeMs: number): Promise<CacheState | undefined>;
  /**
   * The same inside a transaction, on its own connection: waiting for another one while it holds this one could wait for ever.
   * Without `tx` nothing is asked.
   */
  freshIn(tx: Queryable | undefined, maxAgeMs: number): Promise<CacheState | undefined>;
  /** From when on Redis and store as they are now may be read. */
  readableFrom(): number;
  /** In a transaction: the cache is off when this commits, and stays off until it has. Answers the epoch. */
  holdOff(tx: Queryable): Promise<number>;
  /** After that transaction: waits until no reader can believe any more that the cache is on. */
  waitOff(epoch: number): Promise<void>;
  switchOn(epoch: number, redis: string): Promise<void>;
  close(): void;
}

export interface WatchOptions {
  readonly database: Database;
  readonly limits: CacheLimits;
  readonly log: Log;
  /** After every answer. */
  readonly onState: (state: CacheState, watch: StateWatch) => void;
}

/** For what a reader does between its last look at the clock and its answer. */
const marginMs = 10;
/** Without an answer, before health mentions it. */
const lateMs = 1000;

/** Asks for the state every third of the fence while the cache is used. */
export function watchState({ database, limits, log, onState }: WatchOptions): StateWatch {
  let last: { state: CacheState; askedAt: number; wall: number } | undefined;
  let asking: { askedAt: number; answer: Promise<CacheState | undefined> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let usedAt = 0;
  let closed = false;
  let readable = Number.POSITIVE_INFINITY;
  /** When this process first knew that the cache was off under this epoch. */
  let seenOff: { epoch: number; at: number } | undefined;

  function noteOff(epoch: number): number {
    if (seenOff?.epoch !== epoch) seenOff = { epoch, at: performance.now() };
    return seenOff.at;
  }

  function take(state: CacheState, askedAt: number, wall: number): void {
    if (last !== undefined && last.askedAt > askedAt) return;
    const before = last?.state;
    if (before?.redis !== state.redis || before.store !== state.store || readable === Number.POSITIVE_INFINITY) {
      readable = performance.now() + limits.adoptMs;
    }
    last = { state, askedAt, wall };
    if (state.off) noteOff(state.epoch);
    else seenOff = undefined;
    onState(state, watch);
  }

  async function ask(askedAt: number): Promise<CacheState | undefined> {
    const wall = Date.now();
    try {
      const [state] = await database.query<CacheState>(readState);
      if (state !== undefined) take(state, askedAt, wall);
      return state;
    } catch (error) {
      log.debug({ err: error }, 'cache_state_not_readable');
      return undefined;
    } finally {
      asking = undefined;
      if (!closed) timer = setTimeout(beat, limits.fenceMs / 3).unref();
    }
  }

  function start(): Promise<CacheState | undefined> {
    clearTimeout(timer);
    timer = undefined;
    const askedAt = performance.now();
    const answer = ask(askedAt);
    asking = { askedAt, answer };
    return answer;
  }

  function beat(): void {
    timer = undefined;
    if (!closed && asking === undefined && performance.now() - usedAt < limits.idleMs) void start();
  }

  function use(): void {
    usedAt = performance.now();
    if (asking === undefined && timer === undefined && !closed) void start();
  }

  const watch: StateWatch = {
    last() {
      const at = performance.now();
      return last && { state: last.state, late: at - usedAt < limits.idleMs && at - last.askedAt > lateMs };
    },
    confirmed() {
      use();
      if (last === undefined || last.state.standby) return undefined;
      // Both clocks: one stands still while a machine sleeps, the other may be set.
      const age = performance.now() - last.askedAt;
      const wallAge = Date.now() - last.wall;
      return age <= limits.fenceMs && Math.abs(wallAge) <= limits.fenceMs + marginMs ? last.state : undefined;
    },
    async fresh(maxAgeMs) {
      use();
      const since = performance.now() - maxAgeMs;
      if (last !== undefined && last.askedAt >= since) return last.state;
      if (asking !== undefined && asking.askedAt >= since) return asking.answer;
      await asking?.answer;
      const { askedAt, answer } = asking ?? { askedAt: Number.NEGATIVE_INFINITY, answer: undefined };
      return askedAt >= since ? answer : start();
    },
    async freshIn(tx, maxAgeMs) {
      use();
      const askedAt = performance.now();
      const wall = Date.now();
      if (last !== undefined && last.askedAt >= askedAt - maxAgeMs) return last.state;
      const [state] = (await tx?.query<CacheState>(readState)) ?? [];
      if (state !== undefined) take(state, askedAt, wall);
      return state;
    },
    readableFrom: () => readable,
    async holdOff(tx) {
      for (;;) {
        const [switched] = await tx.query<{ epoch: number }>(switchOff);
        if (switched !== undefined) return switched.epoch;
        const [held] = await tx.query<{ epoch: number; off: boolean }>(holdOff);
        if (held?.off) return held.epoch;
      }
    },
    async waitOff(epoch) {
      const left = noteOff(epoch) + limits.fenceMs + marginMs - performance.now();
      if (left > 0) await delay(left);
    },
    async switchOn(epoch, redis) {
      await database.query(switchOn, [epoch, redis]);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
  use();
  return watch;
}
