import { AppError } from '../errors.ts';
import { isConnectionLost } from './failure.ts';
import type { Lease } from './lease.ts';
import { statement } from './statement.ts';
import { backoff, type Timing } from './timing.ts';

export interface BegunTransaction {
  readonly xid: string;
  /** The server's clock at BEGIN, as text with microseconds. */
  readonly began: string;
}

// A crash forgets transaction ids that were never flushed and hands them out again, so after a restart the status of
// an id may be somebody else's. The commit time, where it is recorded, tells the two apart.
const readOutcome = statement(
  'mcp_outcome',
  `WITH server AS (
     SELECT greatest(pg_postmaster_start_time(), (SELECT stats_reset FROM pg_stat_wal)) AS started
   )
   SELECT pg_xact_status($1::xid8) AS status,
          started > $2::timestamptz AS restarted,
          CASE WHEN current_setting('track_commit_timestamp')::boolean
               THEN pg_xact_commit_timestamp($1::xid8::xid) < started END AS before_restart
   FROM server`,
);

// The old session may hang on a dead network for a long time and block a retry.
const endSession = statement(
  'mcp_end_session',
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = $1::xid8::xid AND usename = current_user',
);

const patienceMs = 4000;
const terminateAfterMs = 500;
/** The connections of a server that ends die one after the other: the next one of the pool may be one of them. */
const mostConnections = 10;

/** What became of a COMMIT that was sent and never answered. Throws when the server cannot be asked. */
export async function resolveOutcome(
  transaction: BegunTransaction,
  acquire: () => Promise<Lease>,
  timing: Timing,
): Promise<Outcome> {
  for (let attempt = 0; ; attempt++) {
    const lease = await acquire();
    try {
      return await askUntilOver(lease, transaction, timing);
    } catch (error) {
      // An AppError has already waited, for a server or an answer.
      if (attempt + 1 >= mostConnections || error instanceof AppError || !isConnectionLost(error)) throw error;
    } finally {
      lease.release();
    }
    await timing.sleep(backoff(attempt, { first: 10, longest: 200 }, timing));
  }
}

type Outcome = 'committed' | 'aborted' | 'unknown';

async function askUntilOver(lease: Lease, transaction: BegunTransaction, timing: Timing): Promise<Outcome> {
  const from = timing.now();
  let terminated = false;
  for (let attempt = 0; ; attempt++) {
    const answer = await ask(lease, transaction);
    if (answer !== 'in progress') return answer;
    const waited = timing.now() - from;
    if (waited > patienceMs) return 'unknown';
    if (waited > terminateAfterMs && !terminated) {
      terminated = true;
      await lease.run({ ...endSession, values: [transaction.xid] }, { milliseconds: patienceMs });
    }
    await timing.sleep(backoff(attempt, { first: 10, longest: 200 }, timing));
  }
}

interface OutcomeRow {
  status: 'committed' | 'aborted' | 'in progress' | null;
  restarted: boolean;
  before_restart: boolean | null;
}

async function ask(lease: Lease, { xid, began }: BegunTransaction) {
  let row: OutcomeRow | undefined;
  try {
    const query = { ...readOutcome, values: [xid, began] };
    row = (await lease.run(query, { milliseconds: patienceMs })).rows[0] as OutcomeRow | undefined;
  } catch (error) {
    // "transaction ID is in the future": the server restarted without ever having seen the commit.
    if ((error as { code?: unknown }).code === '22023') return 'aborted';
    throw error;
  }
  if (!row?.status) return 'unknown';
  if (!row.restarted) return row.status;
  // Nothing that ran before a restart is in progress after it, so such an id belongs to a newer transaction.
  if (row.status !== 'committed') return 'aborted';
  if (row.before_restart === null) return 'unknown';
  return row.before_restart ? 'committed' : 'aborted';
}
