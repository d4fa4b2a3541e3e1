import { randomBytes } from 'node:crypto';
import { AppError, DatabaseError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction, TransactionOptions } from '../postgres/index.ts';
import type { CacheLimits } from './limits.ts';
import type { Link } from './link.ts';
import { isSame, keyOf, type Place, type PlaceOf } from './place.ts';
import { jittered, longestMs, textOf } from './reads.ts';
import type { CachedRows } from './rows.ts';
import type { StateWatch } from './state.ts';

export interface CachingTransaction extends Transaction {
  /**
   * Says that this transaction changes what is cached under these rows and id: in the row itself or in what it is made of.
   * With `row`, the state it leaves behind, the cache has the new value at once; give it only when the transaction holds the
   * lock of that row (it was inserted, updated or selected FOR UPDATE) and nothing else is part of it. Without, the next reader fills.
   */
  touch<T>(rows: CachedRows<T>, id: string, row?: T): void;
}

export interface CachingDatabase extends Database {
  transaction<T>(work: (tx: CachingTransaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

export interface WriteContext {
  readonly database: Database;
  readonly link: Link;
  readonly placeOf: PlaceOf;
  readonly watch: StateWatch;
  readonly limits: CacheLimits;
  readonly log: Log;
  readonly random: () => number;
}

interface Touched {
  readonly rows: Pick<CachedRows<never>, 'name' | 'shape'>;
  readonly id: string;
  readonly text: string;
}

/** One run of a transaction's work. */
interface Attempt {
  readonly token: string;
  readonly touched: Map<string, Touched>;
  /** Where it is announced; the promise is pending while that is under way. */
  announced: Promise<Announced | undefined> | undefined;
  /** When it counts on the cache being off instead. */
  heldOff: number | undefined;
}

interface Announced {
  readonly place: Place;
  readonly epoch: number;
  readonly keys: readonly string[];
}

/** Keys of one script call. */
const portion = 500;
/** A process that has just started waits so long for its first connection before it takes Redis for unreachable. */
const firstMs = 250;

/** The database, whose transactions keep the cache right. A call that returns is seen by every read that begins afterwards. */
export function cachingDatabase(context: WriteContext): CachingDatabase {
  const { database, link, placeOf, watch, limits, log, random } = context;

  async function each(keys: readonly string[], run: (part: readonly string[], from: number) => Promise<unknown>) {
    const parts = Array.from({ length: Math.ceil(keys.length / portion) }, (_, n) => n * portion);
    await Promise.all(parts.map((from) => run(keys.slice(from, from + portion), from)));
  }

  /** As old as what a write knows of the state may be: half the time readers keep away from what is new to them. */
  const oldest = limits.adoptMs / 2;

  /** Before COMMIT. Undefined when Redis cannot be told. */
  async function announce({ token, touched }: Attempt, tx: Transaction | undefined): Promise<Announced | undefined> {
    await link.first(firstMs);
    if (link.id() === undefined) return undefined;
    const state = await watch.freshIn(tx, oldest);
    const place = placeOf(state);
    if (state === undefined || place === undefined) return undefined;
    const keys = [...touched.values()].map(({ rows, id }) => keyOf(place, rows, id));
    try {
      await each(keys, (part) => link.run('announce', part, [token, limits.intentMs, longestMs(limits)]));
      return { place, epoch: state.epoch, keys };
    } catch {
      return undefined; // The link has told of it.
    }
  }

  async function beforeCommit(attempt: Attempt, tx: Transaction, hasSnapshot: boolean): Promise<void> {
    if (attempt.touched.size === 0) return;
    // A transaction with a snapshot of its own would see the state as it was at its beginning.
    attempt.announced = announce(attempt, hasSnapshot ? undefined : tx);
    if ((await attempt.announced) === undefined) attempt.heldOff = await watch.holdOff(tx);
  }

  /** After COMMIT, before the caller is answered. */
  async function settle(attempt: Attempt): Promise<void> {
    const announced = await attempt.announced;
    if (announced === undefined) {
      if (attempt.heldOff !== undefined) await watch.waitOff(attempt.heldOff);
      return;
    }
    const now = placeOf(await watch.fresh(oldest));
    if (isSame(announced.place, now)) {
      const values = [...attempt.touched.values()].map(({ text }) => text);
      const args = [attempt.token, longestMs(limits), announced.epoch, jittered(limits.ttlMs, random())];
      try {
        await each(announced.keys, (part, from) =>
          link.run('settle', part, [...args, ...values.slice(from, from + portion)]),
        );
        return;
      } catch {
        // The link has told of it: Redis was lost between the two.
      }
    }
    await switchOff();
  }

  async function switchOff(): Promise<void> {
    try {
      await watch.waitOff(await database.transaction((tx) => watch.holdOff(tx)));
    } catch (error) {
      throw notTold(error);
    }
  }

  /** The marks of a run that left nothing behind. They would end by themselves, but until then nobody could fill. */
  async function withdraw(attempt: Attempt | undefined, script: 'withdraw' | 'doubt'): Promise<void> {
    const announced = await attempt?.announced;
    if (attempt === undefined || announced === undefined) return;
    const args = [attempt.token, longestMs(limits)];
    await each(announced.keys, (part) => link.run(script, part, args)).catch(() => {}); // As above.
  }

  return {
    ...database,
    async transaction<T>(work: (tx: CachingTransaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
      let attempt: Attempt | undefined;
      let failed: unknown;
      const hasSnapshot = options.isolation !== undefined;
      if (hasSnapshot && !options.readOnly) await watch.fresh(oldest / 2);
      async function run(tx: Transaction): Promise<T> {
        void withdraw(attempt, 'withdraw');
        const current: Attempt = { token: newToken(), touched: new Map(), announced: undefined, heldOff: undefined };
        attempt = current;
        // First of the hooks: whoever is told of the change afterwards reads it.
        tx.afterCommit(() =>
          settle(current).catch((error: unknown) => {
            failed = error;
          }),
        );
        const value = await work(withTouch(tx, current, limits.maxBytes));
        // Last of the hooks: those before may touch more.
        tx.beforeCommit(() => beforeCommit(current, tx, hasSnapshot));
        return value;
      }
      let value: T;
      try {
        value = await database.transaction(run, options.readOnly ? options : { ...options, settings: tells });
      } catch (error) {
        void withdraw(attempt, isInDoubt(error) ? 'doubt' : 'withdraw');
        throw error;
      }
      if (failed !== undefined) {
        log.error({ err: failed }, 'cache_not_told');
        throw failed;
      }
      return value;
    },
  };
}

/** The triggers of the tables then only note what changed; a writer that does not say so has the cache switched off by them. */
const tells = { 'mcp_servers.tells_cache': 'on' };

const newToken = () => randomBytes(9).toString('base64url');

function withTouch(tx: Transaction, { touched }: Attempt, maxBytes: number): CachingTransaction {
  const touch: CachingTransaction['touch'] = (rows, id, row) => {
    const text = textOf(rows, row, maxBytes);
    touched.set(`${rows.shape}:${rows.name}:${id}`, { rows, id, text });
  };
  // The transaction has getters that must go on being asked.
  return Object.create(tx, { touch: { value: touch } }) as CachingTransaction;
}

function isInDoubt(error: unknown): boolean {
  return error instanceof AppError && error.details?.outcome === 'unknown';
}

function notTold(cause: unknown): DatabaseError {
  return new DatabaseError('The change was saved, but others may still read the state before it for some minutes.', {
    cause,
    hint: 'Do not repeat the call. Read the item again in five minutes.',
    details: { outcome: 'committed' },
  });
}
