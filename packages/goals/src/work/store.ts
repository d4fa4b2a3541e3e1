import { createHash } from 'node:crypto';
import { ConflictError, type Log } from '@mcp-servers/core';
import type { CachingTransaction } from '@mcp-servers/core/cache';
import { type Database, type Queryable, statement, type Transaction } from '@mcp-servers/core/postgres';
import { type AgentsRepository, postgresAgents } from '../agents/postgres-repository.ts';
import type { StoreCache } from '../cache/cached.ts';
import { postgresDirectory } from '../directory/postgres-repository.ts';
import type { DirectoryRepository } from '../directory/repository.ts';
import { postgresEvents } from '../events/postgres-repository.ts';
import type { EventsRepository, NewEvent } from '../events/repository.ts';
import { postgresGoals } from '../goals/postgres-repository.ts';
import type { GoalsRepository } from '../goals/repository.ts';
import type { Caller } from '../items/caller.ts';
import { gathered } from '../items/gathered.ts';
import { postgresNotes } from '../notes/postgres-repository.ts';
import type { NotesRepository } from '../notes/repository.ts';
import { postgresSearch } from '../search/postgres-repository.ts';
import type { SearchRepository } from '../search/repository.ts';
import { type DaysRepository, postgresDays } from '../stats/days.ts';
import { postgresStats } from '../stats/postgres-repository.ts';
import type { StatsRepository } from '../stats/repository.ts';
import { postgresTags, type TagsRepository } from '../tags/postgres-repository.ts';
import { postgresTasks } from '../tasks/postgres-repository.ts';
import type { TasksRepository } from '../tasks/repository.ts';
import { createNotifier } from './notifier.ts';

export interface Repositories {
  goals: GoalsRepository;
  tasks: TasksRepository;
  tags: TagsRepository;
  notes: NotesRepository;
  events: EventsRepository;
  search: SearchRepository;
  agents: AgentsRepository;
  stats: StatsRepository;
  days: DaysRepository;
  directory: DirectoryRepository;
}

/** One write: the repositories inside a transaction, and what it will leave behind at its end. */
export interface Unit extends Repositories {
  readonly caller: Caller;
  /** The database's clock: leases of processes on several machines are compared by it. */
  readonly now: Date;
  /** Adds to the audit log, in the same transaction. */
  record(event: NewEvent): void;
  /** Has the search documents of these items written anew at the end of the transaction. */
  reindex(...ids: string[]): void;
  /**
   * Runs `work` unless this caller did it before under the same key within 24 h; then answers the first result.
   * The same key with another request is a ConflictError.
   */
  once<T>(key: string | undefined, request: unknown, work: () => Promise<T>): Promise<T>;
}

export interface Store extends Repositories {
  /**
   * One transaction: validate, change, event, commit. `work` may run again when the database asked for it or was lost
   * before the commit, so it has no effects outside the unit.
   */
  write<T>(caller: Caller, work: (unit: Unit) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The same for thousands of rows: minutes instead of seconds, and statements of the work's own. */
  writeMany<T>(caller: Caller, work: (unit: Unit & Queryable) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Reads the store as it is at one moment, for minutes if need be. */
  snapshot<T>(work: (at: Queryable & { now: Date }) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Longest duration of an import or export. */
const longMs = 300_000;
/** Rows of one statement, so that none runs into its time limit. */
const portion = 500;

const finish = statement(
  'unit_finish',
  `WITH logged AS (
     INSERT INTO events (at, type, goal_id, task_id, actor, client, before, after, undo_of)
     SELECT coalesce($5::timestamptz, statement_timestamp()), type, goal_id, task_id, $2, $3, before, after, undo_of
     FROM jsonb_to_recordset($1::jsonb)
       AS x(type text, goal_id text, task_id text, before jsonb, after jsonb, undo_of bigint)
   )
   SELECT index_items($4::text[]) WHERE cardinality($4::text[]) > 0`,
);

const takeKey = statement(
  'idempotency_take',
  `INSERT INTO idempotency_keys (key, actor, request_hash) VALUES ($1, $2, $3)
   ON CONFLICT (key, actor) DO UPDATE SET request_hash = excluded.request_hash, result = NULL, created_at = now()
   WHERE idempotency_keys.created_at < now() - interval '24 hours'
   RETURNING true AS taken`,
);
const readKey = statement(
  'idempotency_read',
  'SELECT request_hash, result FROM idempotency_keys WHERE key = $1 AND actor = $2',
);
const fillKey = statement('idempotency_fill', 'UPDATE idempotency_keys SET result = $3 WHERE key = $1 AND actor = $2');

/** The repositories over the pool, and `write` for changes; both through the cache where there is one. */
export function openStore(database: Database, log: Log, cache?: StoreCache): Store {
  const notify = createNotifier(database, log);
  const plain = repositories(database);
  const { goals, tasks, ...others } = cache ? cache.cached(plain) : plain;
  const change = (tx: Transaction | CachingTransaction, caller: Caller) => ({ tx, caller, notify, cache });
  const { transaction } = cache?.database ?? database;
  return {
    ...others,
    goals: { ...goals, get: gathered(goals.get) },
    tasks: { ...tasks, get: gathered(tasks.get) },
    write: (caller, work, signal) => transaction((tx) => runUnit(change(tx, caller), work), signal ? { signal } : {}),
    writeMany: (caller, work, signal) =>
      transaction(
        (tx) => runUnit(change(tx, caller), (unit) => work({ ...unit, query: tx.query })),
        signal ? { signal, maxMs: longMs } : { maxMs: longMs },
      ),
    snapshot: (work, signal) =>
      database.transaction(work, {
        ...{ isolation: 'REPEATABLE READ', readOnly: true, maxMs: longMs },
        ...(signal && { signal }),
      }),
  };
}

function repositories(database: Queryable): Repositories {
  return {
    goals: postgresGoals(database),
    tasks: postgresTasks(database),
    tags: postgresTags(database),
    notes: postgresNotes(database),
    events: postgresEvents(database),
    search: postgresSearch(database),
    agents: postgresAgents(database),
    stats: postgresStats(database),
    days: postgresDays(database),
    directory: postgresDirectory(database),
  };
}

interface UnitContext {
  tx: Transaction | CachingTransaction;
  caller: Caller;
  notify: () => void;
  cache: StoreCache | undefined;
}

async function runUnit<T>({ tx, caller, notify, cache }: UnitContext, work: (unit: Unit) => Promise<T>): Promise<T> {
  const begun = Date.now();
  const events: NewEvent[] = [];
  const changed = new Set<string>();
  const inside = repositories(tx);
  if (cache && 'touch' in tx) tx.beforeCommit(() => cache.writeThrough(tx, inside));
  const result = await work({
    ...inside,
    caller,
    now: tx.now,
    record: (event) => void events.push(event),
    reindex: (...ids) => {
      for (const id of ids) changed.add(id);
    },
    once: (key, request, inner) => (key === undefined ? inner() : onceInside({ tx, caller, key, request }, inner)),
  });
  if (events.length > 0 || changed.size > 0) {
    tx.afterCommit(notify);
    const ids = [...changed];
    // All events of a change have one time: undoing knows by it what belongs together.
    const severalParts = Math.max(events.length, ids.length) > portion;
    const at = severalParts ? new Date(tx.now.getTime() + Date.now() - begun) : null;
    for (let from = 0; from < Math.max(events.length, ids.length); from += portion) {
      const part = JSON.stringify(events.slice(from, from + portion));
      await tx.query(finish, [part, caller.actor, caller.client ?? null, ids.slice(from, from + portion), at]);
    }
  }
  return result;
}

/** Two calls with one key at the same moment: the second waits at the insert until the first has committed or failed. */
async function onceInside<T>(
  { tx, caller, key, request }: { tx: Transaction; caller: Caller; key: string; request: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const [taken] = await tx.query(takeKey, [key, caller.actor, hash]);
  if (!taken) {
    const [earlier] = await tx.query<{ request_hash: string; result: T }>(readKey, [key, caller.actor]);
    if (earlier?.request_hash === hash) return earlier.result;
    throw new ConflictError(`idempotency_key "${key}" was used within 24 hours for a different request.`, {
      hint: 'Use a new key for a new request, or repeat the earlier one unchanged.',
    });
  }
  const result = await work();
  await tx.query(fillKey, [key, caller.actor, JSON.stringify(result)]);
  return result;
}
