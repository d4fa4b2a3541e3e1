import { type AppError, DatabaseError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isConnectionLost, isContention, isStalePlan, isStatementError, toDatabaseError } from './failure.ts';
import type { Lease } from './lease.ts';
import { type BegunTransaction, resolveOutcome } from './outcome.ts';
import type { ConnectionPool } from './pool.ts';
import type { StoreIdentity } from './source.ts';
import type { Queryable, Statement } from './statement.ts';
import { backoff, bounded, stopReason, type Timing } from './timing.ts';

export interface Transaction extends Queryable {
  /** `pg_current_xact_id()` as text. */
  readonly xid: string;
  /** The server's clock at BEGIN, as `now()` of every statement of the transaction. */
  readonly now: Date;
  /** Runs in order after the work and before COMMIT; an error rolls everything back. */
  beforeCommit(hook: () => Promise<void>): void;
  /** Runs in order once the commit is certain; errors are logged and never fail the call. */
  afterCommit(hook: () => void | Promise<void>): void;
}

export interface TransactionOptions {
  /** Stops the wait for a connection, the running statement and the work; not a COMMIT under way. */
  readonly signal?: AbortSignal;
  /** Default: READ COMMITTED. */
  readonly isolation?: 'REPEATABLE READ' | 'SERIALIZABLE';
  /** Refuses changes, and takes no transaction id: followers of the log do not wait for its end. `xid` is empty. */
  readonly readOnly?: boolean;
  /** Settings of PostgreSQL for this transaction, by name; constants of the program, never text from outside. */
  readonly settings?: Readonly<Record<string, string>>;
  /** From BEGIN to COMMIT in milliseconds, instead of the bound of every transaction. */
  readonly maxMs?: number;
}

export interface TransactionContext {
  readonly pool: Pick<ConnectionPool, 'acquire' | 'renew'>;
  readonly store: () => StoreIdentity;
  readonly log: Log;
  readonly timing: Timing;
  /** Longest own duration, from BEGIN to COMMIT. */
  readonly maxMs: number;
  /** All attempts and waits together. */
  readonly retryForMs: number;
  readonly onQuery: ((statement: Statement) => void) | undefined;
}

type Work<T> = (tx: Transaction) => Promise<T>;
type Hook = () => void | Promise<void>;
type Attempt<T> =
  | { kind: 'committed'; value: T; afterCommit: readonly Hook[] }
  | { kind: 'in doubt'; value: T; afterCommit: readonly Hook[]; begun: BegunTransaction; error: unknown }
  | { kind: 'again'; error: unknown };

/** See `Database.transaction`. */
export async function runTransaction<T>(
  context: TransactionContext,
  work: Work<T>,
  options: TransactionOptions,
): Promise<T> {
  const { signal } = options;
  const { pool, timing, log } = context;
  const deadline = timing.now() + context.retryForMs;
  for (let count = 0; ; count++) {
    const attempt = await attemptOnce(context, { lease: await pool.acquire(signal), work, options });
    if (attempt.kind === 'committed' || (attempt.kind === 'in doubt' && (await wasCommitted(context, attempt)))) {
      await runHooks(attempt.afterCommit, log);
      return attempt.value;
    }
    if (timing.now() >= deadline) throw toDatabaseError(attempt.error, context.store());
    log.debug({ attempt: count, err: attempt.error }, 'transaction_retried');
    await timing.sleep(backoff(count, { first: 10, longest: 1000 }, timing), signal);
  }
}

async function attemptOnce<T>(
  context: TransactionContext,
  { lease, work, options }: { lease: Lease; work: Work<T>; options: TransactionOptions },
): Promise<Attempt<T>> {
  const { signal, readOnly = false, maxMs = context.maxMs } = options;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLong(maxMs)), maxMs);
  const stop = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  const open = openTransaction(context, lease, stop);
  try {
    const begun = await open.begin(options);
    const value = await bounded(open.run(work), { signal: stop });
    const doubt = await open.commit();
    if (doubt === undefined || readOnly) return { kind: 'committed', value, afterCommit: open.afterCommit };
    return { kind: 'in doubt', value, afterCommit: open.afterCommit, begun, error: doubt };
  } catch (error) {
    open.end();
    await rollBack(lease);
    const failure = open.failure();
    if (failure === undefined || !causedBy(error, failure)) throw error;
    if (isStalePlan(failure)) context.pool.renew(lease.generation);
    else if (!isContention(failure) && !isConnectionLost(failure)) throw error;
    return { kind: 'again', error };
  } finally {
    clearTimeout(timer);
    lease.release();
  }
}

function openTransaction(context: TransactionContext, lease: Lease, stop: AbortSignal) {
  const beforeCommit: (() => Promise<void>)[] = [];
  const afterCommit: (() => void | Promise<void>)[] = [];
  const begun = { xid: '', began: '', milliseconds: 0 };
  let over = false;
  let failure: unknown;
  let tail: Promise<unknown> = Promise.resolve();

  async function send<R>(query: Parameters<Lease['run']>[0]): Promise<{ rows: R[] }> {
    try {
      return await lease.run(query, { signal: stop });
    } catch (error) {
      failure ??= error;
      throw toDatabaseError(error, context.store());
    }
  }

  const tx: Transaction = {
    get xid() {
      return begun.xid;
    },
    get now() {
      return new Date(begun.milliseconds);
    },
    query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
      // One at a time: the driver would queue them too, but deprecates it.
      const next = tail.then(async () => {
        if (over)
          throw stop.aborted
            ? stopReason(stop)
            : new Error(`Statement ${statement.name} came after its transaction ended`);
        context.onQuery?.(statement);
        return (await send<R>({ ...statement, values: [...values] })).rows;
      });
      tail = next.catch(() => {});
      return next;
    },
    beforeCommit: (hook) => void beforeCommit.push(hook),
    afterCommit: (hook) => void afterCommit.push(hook),
  };

  return {
    afterCommit,
    failure: () => failure,
    async begin({ isolation, readOnly, settings = {} }: TransactionOptions): Promise<BegunTransaction> {
      // One round trip; the driver then returns one result per statement.
      const milliseconds = '(extract(epoch FROM now()) * 1000)::float8 AS milliseconds';
      const xid = readOnly ? "''" : 'pg_current_xact_id()::text';
      const begin = `BEGIN ISOLATION LEVEL ${isolation ?? 'READ COMMITTED'}${readOnly ? ' READ ONLY' : ''}`;
      const local = Object.entries(settings).map(([name, value]) => `; SET LOCAL ${name} = '${value}'`);
      const opening = `${begin}; SELECT ${xid} AS xid, now()::text AS began, ${milliseconds}`;
      const results: unknown = await send(opening + local.join(''));
      const [, opened] = results as { rows: BegunTransaction[] }[];
      return Object.assign(begun, opened?.rows[0]);
    },
    async run<T>(work: Work<T>): Promise<T> {
      const value = await work(tx);
      for (const hook of beforeCommit) await hook();
      await tail;
      return value;
    },
    /** Later statements of work that was left behind are refused. */
    end(): void {
      over = true;
    },
    /** Nothing when the commit is certain, the reason when its outcome is open; throws when the server refused it. */
    async commit(): Promise<unknown> {
      if (stop.aborted) throw stopReason(stop);
      over = true;
      try {
        // Never cancelled: a commit under way is only ever asked about.
        const { command } = await lease.run('COMMIT', { milliseconds: context.maxMs });
        if (command === 'COMMIT') return undefined;
      } catch (error) {
        if (!isStatementError(error)) return error;
        failure = error;
        throw toDatabaseError(error, context.store());
      }
      // COMMIT of a failed transaction answers ROLLBACK: the work had swallowed the error of a statement.
      throw new DatabaseError('The change was rolled back because one of its statements failed.', { cause: failure });
    },
  };
}

async function wasCommitted(
  { pool, timing, log }: TransactionContext,
  { begun, error: cause }: { begun: BegunTransaction; error: unknown },
): Promise<boolean> {
  let outcome = 'unknown';
  try {
    outcome = await resolveOutcome(begun, () => pool.acquire(), timing);
  } catch (error) {
    log.warn({ err: error, xid: begun.xid }, 'commit_outcome_not_readable');
  }
  log.info({ outcome, xid: begun.xid }, 'commit_outcome_resolved');
  if (outcome === 'unknown') throw inDoubt(cause);
  return outcome === 'committed';
}

async function rollBack(lease: Lease): Promise<void> {
  if (!lease.usable()) return;
  // A connection that cannot even roll back is closed by its release, which rolls back too.
  await lease.run('ROLLBACK', { milliseconds: 2000 }).catch(() => {});
}

async function runHooks(hooks: readonly (() => void | Promise<void>)[], log: Log): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook();
    } catch (error) {
      log.error({ err: error }, 'after_commit_hook_failed');
    }
  }
}

function causedBy(error: unknown, failure: unknown): boolean {
  for (let current = error, depth = 0; depth < 5 && current !== undefined; depth++) {
    if (current === failure) return true;
    current = current instanceof Error ? current.cause : undefined;
  }
  return false;
}

function tooLong(milliseconds: number): AppError {
  return new UnavailableError(`The change took longer than ${milliseconds / 1000} s and was rolled back.`, {
    hint: 'Repeat the call, with fewer items at once if it was a large one.',
  });
}

function inDoubt(cause: unknown): DatabaseError {
  return new DatabaseError(
    'The connection broke while the change was being saved: it may or may not have been saved.',
    {
      cause,
      retryable: true,
      hint: 'Repeat the call with the same idempotency_key, or read the item first to see whether the change is there.',
      details: { outcome: 'unknown' },
    },
  );
}
