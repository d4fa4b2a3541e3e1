import { hostname } from 'node:os';
import { AppError, type Log } from '@mcp-servers/core';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { HealthReport, listStatuses, readStatus, type StatusEntry, sweepStatuses } from '@mcp-servers/core/status';
import { isReplaced } from './judge.ts';
import { type Sighting, toSighting } from './sighting.ts';

/** Processes write their row every 5 s. */
const staleSeconds = 15;
/** A lost process is shown for so long, unless another one takes its place. */
const forgottenAfterMs = 300_000;
/** Ids remembered of processes that are gone. */
const most = 1000;

const instances = statement(
  'dashboard_server_instances',
  `SELECT id, host, report, seen_at, extract(epoch FROM now() - seen_at)::float8 AS age
   FROM server_instances WHERE seen_at > now() - interval '10 minutes'`,
);
interface Row {
  id: string;
  host: string;
  report: unknown;
  seen_at: Date;
  age: number;
}

interface LookOptions {
  home: string;
  database: Queryable;
  log: Log;
  now?: () => Date;
}

/**
 * Looks for processes: asks every socket under `home`, removes those that nobody answers any more, and takes from the database those
 * it cannot reach. Each look continues the one before, because a process that was killed is known only by having been there.
 */
export function createLook({ home, database, log, now = () => new Date() }: LookOptions): () => Promise<Sighting[]> {
  let known = new Map<string, Sighting>();
  /** Sockets that were taken away: closed by their process, or swept by another one after a kill. */
  const vanished = new Map<string, Sighting>();
  /** Lost ones that are not shown any more, and when they were taken out. */
  const buried = new Map<string, number>();
  const host = hostname();

  async function ask(entry: StatusEntry): Promise<Sighting | undefined> {
    const before = known.values().find(({ address }) => address === entry.path);
    try {
      const report = await readStatus(entry.path, '/health');
      return toSighting(report, { host, via: 'socket', seenAt: now(), address: entry.path });
    } catch (error) {
      if (before?.lost) return before;
      if (isDead(error))
        return before && lose(before, `process ${entry.pid} ended without closing: it was killed, or it crashed`);
      const reason = error instanceof AppError ? error.message : 'it cannot be asked';
      return silent(entry, before, reason);
    }
  }

  const lose = (sighting: Sighting, reason: string): Sighting => ({
    ...sighting,
    address: undefined,
    lost: { at: now(), reason },
  });

  function silent({ server, pid, path }: StatusEntry, before: Sighting | undefined, reason: string): Sighting {
    const at = now().toISOString();
    const unknown = {
      ...{ instance: path, pid, host, version: 'unknown', started_at: at, uptime_seconds: 0, seen_at: at },
      ...{ via: 'socket' as const, calls: 0, errors: 0, checks: {} },
    };
    const process = { ...(before?.process ?? unknown), state: 'unhealthy' as const, reason };
    return { ...(before ?? { server }), server, address: path, process };
  }

  /** Undefined when the database does not answer: then what it told last still stands. */
  async function readRows(): Promise<Row[] | undefined> {
    try {
      return await database.query<Row>(instances);
    } catch (error) {
      log.debug({ err: error }, 'instances_not_read');
      return undefined;
    }
  }

  function fromRow(row: Row): Sighting | undefined {
    const { id, host: where, age } = row;
    const report = HealthReport.safeParse(row.report).data;
    const earlier = known.get(id);
    const said = now().getTime() - age * 1000;
    if (!report || said <= (buried.get(id) ?? 0)) return undefined;
    // A process that was killed leaves the row of its last beat behind.
    if (earlier?.lost && earlier.process.via === 'socket' && said <= earlier.lost.at.getTime()) return earlier;
    const sighting = toSighting(report, { host: where, via: 'database', seenAt: row.seen_at });
    if (age <= staleSeconds) return vanished.has(id) ? undefined : sighting;
    // On this host a process that left its row behind may have closed well while the database was away.
    if (where === host && !vanished.has(id)) return undefined;
    const reason = `process ${report.pid} on ${where} has not been seen for ${Math.round(age)} s`;
    return earlier?.lost ? earlier : lose(vanished.get(id) ?? sighting, reason);
  }

  /** The lost are shown for a while, and not once another process has taken their place. */
  function bury(seen: Map<string, Sighting>): void {
    const all = [...seen.values()];
    for (const [id, sighting] of seen) {
      const { lost, server } = sighting;
      if (!lost) continue;
      const alive = all.filter((other) => other.server === server && !other.lost);
      if (!isReplaced(sighting, alive) && now().getTime() - lost.at.getTime() < forgottenAfterMs) continue;
      seen.delete(id);
      vanished.delete(id);
      buried.set(id, now().getTime());
    }
  }

  return async () => {
    const [entries, rows] = await Promise.all([listStatuses(home), readRows()]);
    const asked = await Promise.all(entries.map(ask));
    const seen = new Map(asked.filter((one) => one !== undefined).map((one) => [one.process.instance, one]));
    for (const [id, sighting] of known) {
      if (!seen.has(id) && !sighting.lost && sighting.process.via === 'socket') vanished.set(id, sighting);
    }
    for (const row of rows ?? []) {
      const sighting = seen.has(row.id) ? undefined : fromRow(row);
      if (sighting) seen.set(row.id, sighting);
    }
    for (const [id, sighting] of known) {
      const stands = sighting.lost || (sighting.process.via === 'database' && rows === undefined);
      if (stands && !seen.has(id)) seen.set(id, sighting);
    }
    bury(seen);
    forget(vanished, most);
    forget(buried, most);
    known = seen;
    await sweepStatuses(home).catch((err: unknown) => log.warn({ err }, 'status_sweep_failed'));
    return [...seen.values()];
  };
}

/** Only a refusal or a missing address proves death: a busy or stopped process is alive. */
function isDead(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code ?? '');
}

function forget(map: Map<string, unknown>, most: number): void {
  for (const id of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(id);
}
