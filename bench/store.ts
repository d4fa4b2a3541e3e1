import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedConnection, embeddedPostgres } from '../packages/core/src/embedded/index.ts';
import { createLog } from '../packages/core/src/log.ts';
import { loadDriver } from '../packages/core/src/postgres/driver.ts';

export const log = createLog({ name: 'bench', level: 'warn' });

export interface TemporaryHome extends AsyncDisposable {
  readonly home: string;
  /** The cluster of this home, created and started by the first call; from then on kept running. */
  connection(): Promise<EmbeddedConnection>;
}

export const session = { application: 'bench', connectionTimeoutMs: 10_000 };

/** A home folder with its embedded PostgreSQL, as a user has it: fsync on. Stopped and removed at the end. */
export async function temporaryHome(): Promise<TemporaryHome> {
  const home = await mkdtemp(path.join(tmpdir(), 'mcp-bench-'));
  const postgres = embeddedPostgres({ home, log, settings: ['track_commit_timestamp=on'] });
  let kept: Promise<EmbeddedConnection> | undefined;
  const start = async () => {
    const connection = await postgres.ensure();
    // A session of our own: the last server to leave stops the cluster.
    const { client } = await loadDriver();
    await client(connection, session).connect();
    return connection;
  };
  return {
    home,
    connection: () => {
      kept ??= start();
      return kept;
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop('fast');
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The URL of a database of the cluster; the host is the folder of its socket. */
export function urlOf({ host, port, user, password }: EmbeddedConnection, database: string): string {
  const url = new URL(`postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost/${database}`);
  url.searchParams.set('host', host);
  url.searchParams.set('port', String(port));
  return url.href;
}
