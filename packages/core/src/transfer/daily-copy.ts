import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isAbandoned } from '../embedded/temporary.ts';
import type { Log } from '../log.ts';
import { type ExportOptions, exportDatabase } from './export.ts';
import type { Session } from './schema.ts';

export interface DailyCopyOptions extends ExportOptions {
  client: Session;
  /** Usually `<home>/copies`. */
  folder: string;
  log: Log;
  /** Copies to keep; default 7. */
  keep?: number;
}

/** Any number no other part of the program locks: the first eight bytes of "mcp copy". */
const lockKey = '7882267057238012025';

/**
 * Writes today's copy (UTC), unless it is there or another process is at it, and removes all but the newest. Returns its path
 * when this call wrote it.
 */
export async function dailyCopy({
  client,
  folder,
  log,
  keep = 7,
  ...options
}: DailyCopyOptions): Promise<string | undefined> {
  const now = options.now?.() ?? new Date();
  const file = path.join(folder, `${now.toISOString().slice(0, 10)}.jsonl.gz`);
  if (existsSync(file)) return undefined;
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1::bigint) AS mine', [lockKey]);
  if (!rows[0]?.mine) return undefined;
  try {
    if (existsSync(file)) return undefined;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const begun = performance.now();
    const { rows: copied } = await exportDatabase(client, file, { ...options, now: () => now });
    log.info({ file, rows: copied, duration_ms: Math.round(performance.now() - begun) }, 'daily_copy_written');
    await removeOld(folder, keep);
    return file;
  } finally {
    // A broken session has given its locks back, and its own error says more.
    await client.query('SELECT pg_advisory_unlock($1::bigint)', [lockKey]).catch(() => undefined);
  }
}

/** Names begin with the date, so their order is that of time. Only names of this kind are touched. */
export async function removeOld(folder: string, keep: number): Promise<void> {
  const names = await readdir(folder);
  const copies = names.filter((name) => /^\d{4}-\d{2}-\d{2}[\w-]*\.jsonl\.gz$/.test(name)).toSorted();
  const cut = names.filter((name) => name.includes('.jsonl.gz.tmp-') && isAbandoned(path.join(folder, name)));
  for (const name of [...copies.slice(0, -keep), ...cut]) await rm(path.join(folder, name), { force: true });
}
