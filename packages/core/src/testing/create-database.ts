import { loadDriver } from '../postgres/driver.ts';
import type { ConnectionParameters } from '../postgres/source.ts';

/** Creates a database on the server, as a copy of `template` when given. */
export async function createDatabase(server: ConnectionParameters, name: string, template?: string): Promise<void> {
  await onServer(
    server,
    `CREATE DATABASE ${quoted(name)} ${template === undefined ? '' : `TEMPLATE ${quoted(template)}`}`,
  );
}

/** Drops a database together with the sessions in it. */
export async function dropDatabase(server: ConnectionParameters, name: string): Promise<void> {
  await onServer(server, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
}

/** One statement on a connection of its own. */
export async function onServer(server: ConnectionParameters, text: string): Promise<void> {
  const driver = await loadDriver();
  const client = driver.client(server, { application: 'test-kit', connectionTimeoutMs: 10_000 });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function urlOf(server: ConnectionParameters, database: string): string {
  const url = new URL(server.connectionString ?? 'postgres://localhost');
  if (server.connectionString === undefined) {
    url.username = encodeURIComponent(server.user ?? '');
    url.password = encodeURIComponent(server.password ?? '');
    // As query parameters, because a host may be the folder of a socket.
    url.searchParams.set('host', server.host ?? 'localhost');
    url.searchParams.set('port', String(server.port ?? 5432));
  }
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
