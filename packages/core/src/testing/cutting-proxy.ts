import { connect, createServer, type Socket } from 'node:net';
import type { ConnectionParameters } from '../postgres/source.ts';

/**
 * What happens to the next COMMIT: `lost` never arrives and the server sees the end; `unanswered` is done, the answer
 * is lost; `held` never arrives while the server's side stays open; `pass` is not touched.
 */
export type CommitFate = 'pass' | 'lost' | 'unanswered' | 'held';

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** For the next COMMIT only. */
  fate: CommitFate;
  /** New connections are refused when false. */
  open: boolean;
  /** COMMITs cut so far. */
  readonly cut: number;
  readonly connections: number;
}

const commit = Buffer.from('COMMIT\0');

/** A TCP proxy on loopback in front of PostgreSQL that breaks connections exactly at a COMMIT. */
export async function withCuttingProxy(server: ConnectionParameters): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const state = { port: 0, fate: 'pass' as CommitFate, open: true, cut: 0, connections: 0 };
  const listener = createServer((client) => {
    state.connections += 1;
    if (!state.open) {
      client.destroy();
      return;
    }
    const upstream = connect(addressOf(server));
    let deaf = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // A cut connection errors on purpose.
      socket.on('error', () => {});
    }
    client.on('data', (data) => {
      if (state.fate === 'pass' || !data.includes(commit)) {
        upstream.write(data);
        return;
      }
      const { fate } = state;
      state.fate = 'pass';
      state.cut += 1;
      if (fate === 'unanswered') {
        deaf = true;
        upstream.write(data);
        return;
      }
      if (fate === 'held') deaf = true;
      else upstream.destroy();
      client.destroy();
    });
    upstream.on('data', (data) => {
      if (deaf) client.destroy();
      else client.write(data);
    });
    client.on('close', () => deaf || upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  state.port = (listener.address() as { port: number }).port;
  return Object.assign(state, {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  });
}

function addressOf(server: ConnectionParameters): { path: string } | { host: string; port: number } {
  const url = server.connectionString === undefined ? undefined : new URL(server.connectionString);
  const host = server.host ?? url?.searchParams.get('host') ?? url?.hostname ?? 'localhost';
  const port = Number(server.port ?? url?.searchParams.get('port') ?? (url?.port || 5432));
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}
