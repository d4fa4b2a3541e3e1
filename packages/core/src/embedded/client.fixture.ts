import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createLog } from '../log.ts';
import type { EmbeddedConnection } from './index.ts';

export const silent = createLog({ name: 'test', level: 'silent' });

export interface TestClient extends AsyncDisposable {
  client: pg.Client;
}

export async function connect({
  pid: _pid,
  started: _started,
  ...parameters
}: EmbeddedConnection): Promise<TestClient> {
  const client = new pg.Client(parameters);
  client.on('error', () => undefined); // Tests that kill the server look at the queries.
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => undefined) };
}

/** Waits until a process is gone or only a zombie is left of it. */
export async function untilDead(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (process.platform === 'linux' && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await sleep(5);
  }
}
