import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type Queryable, statement } from '../postgres/statement.ts';
import type { Clock } from '../resilience/clock.ts';
import type { HealthReport } from './report.ts';

const seen = statement(
  'server_instance_seen',
  `INSERT INTO server_instances (id, server, host, pid, version, state, started_at, seen_at, report)
   VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8::jsonb)
   ON CONFLICT (id) DO UPDATE SET state = excluded.state, seen_at = excluded.seen_at, report = excluded.report`,
);
const ended = statement('server_instance_ended', 'DELETE FROM server_instances WHERE id = $1');
const purged = statement(
  'server_instances_purged',
  `DELETE FROM server_instances WHERE seen_at < now() - interval '24 hours'`,
);

const beatMs = 5000;
const beatsPerPurge = 720;
const closingMs = 1000;

/** A sleep that does not keep the process alive. */
const idle: Pick<Clock, 'sleep'> = { sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }) };

/**
 * Keeps this process's row in `server_instances` fresh, every 5 s, for dashboards that cannot reach its socket.
 * The next beat starts after the last one ended, so a slow database is asked less often. Never throws: an outage is
 * logged once. `close()` removes the row and takes at most 2 s; a row left behind is purged by others after 24 h.
 */
export function recordInstance(options: {
  database: Queryable;
  instance: string;
  health(): Promise<HealthReport>;
  log: Log;
  clock?: Pick<Clock, 'sleep'>;
}): { close(): Promise<void> } {
  const { database, instance, health, log, clock = idle } = options;
  const stop = new AbortController();
  const host = hostname();
  let failing = false;

  const beat = async (n: number): Promise<void> => {
    try {
      const report = await health();
      const { server, pid, version, status, startedAt } = report;
      await database.query(seen, [
        instance,
        server,
        host,
        pid,
        version,
        status,
        new Date(startedAt),
        JSON.stringify(report),
      ]);
      if (n % beatsPerPurge === 0) await database.query(purged);
      if (failing) log.info('instance_recorded_again');
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'instance_not_recorded');
      failing = true;
    }
  };
  const run = async (): Promise<void> => {
    for (let n = 0; !stop.signal.aborted; n += 1) {
      await beat(n);
      await clock.sleep(beatMs, stop.signal).catch(() => {}); // Closing.
    }
  };
  const running = run();

  const within = async (work: Promise<unknown>): Promise<boolean> => {
    const done = new AbortController();
    const late = clock.sleep(closingMs, done.signal).then(
      () => false,
      () => true,
    );
    try {
      return await Promise.race([work.then(() => true), late]);
    } finally {
      done.abort();
    }
  };
  return {
    async close() {
      stop.abort();
      try {
        // A beat still under way would bring the row back.
        const quiet = await within(running);
        if (!quiet || !(await within(database.query(ended, [instance])))) log.debug('instance_row_left');
      } catch (error) {
        log.debug({ err: error }, 'instance_row_left');
      }
    },
  };
}
