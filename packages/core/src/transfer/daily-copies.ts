import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { loadDriver } from '../postgres/driver.ts';
import type { ConnectionSource } from '../postgres/source.ts';
import { dailyCopy } from './daily-copy.ts';

export interface DailyCopiesOptions {
  source: ConnectionSource;
  /** Copies go to `<home>/copies`. */
  home: string;
  log: Log;
  /** When the first look is taken, and how long until the next: default a minute, then an hour. */
  firstMs?: number;
  everyMs?: number;
}

/** Writes the copy of the day in the background, whichever process looks first. For embedded stores: a given one has its own backups. */
export function startDailyCopies(options: DailyCopiesOptions): { close(): Promise<void> } {
  const { source, firstMs = 60_000, everyMs = 3_600_000, log } = options;
  const ending = new AbortController();
  const running = source.kind === 'embedded' ? loop() : Promise.resolve();

  const warn = (err: unknown): void => {
    if (!ending.signal.aborted) log.warn({ err }, 'daily_copy_failed');
  };

  async function loop(): Promise<void> {
    for (let wait = firstMs; !ending.signal.aborted; wait = everyMs) {
      const woken = await sleep(wait, true, { signal: ending.signal, ref: false }).catch(() => false);
      if (woken) await copy(options, ending.signal).catch(warn);
    }
  }

  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

async function copy({ source, home, log }: DailyCopiesOptions, signal: AbortSignal): Promise<void> {
  const parameters = await source.resolve({ signal });
  const driver = await loadDriver();
  signal.throwIfAborted();
  const client = driver.client(parameters, { application: 'copy', connectionTimeoutMs: 5000 });
  // A copy under way at the end of the process is cut off; its temporary file is swept by the next one.
  const cut = (): void => void client.end();
  signal.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    await dailyCopy({ client, folder: path.join(home, 'copies'), log });
  } finally {
    signal.removeEventListener('abort', cut);
    await client.end();
  }
}
