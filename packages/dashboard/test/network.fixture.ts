import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What the way to the dashboard is like: `open`; `cut`, where connections break and new ones are reset; `silent`, where nothing
 * arrives and nothing breaks, as behind a router that forgot them.
 */
export type NetworkState = 'open' | 'cut' | 'silent';

export interface Network extends AsyncDisposable {
  /** Where the browser finds the dashboard, however often that is another process. */
  readonly url: string;
  become(state: NetworkState): void;
}

/** A TCP proxy on loopback; `target` is asked for the dashboard of now at each connection. */
export async function withNetwork(target: () => string): Promise<Network> {
  let state: NetworkState = 'open';
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    if (state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(target());
    const server = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      // Broken on purpose, by the test or by the dashboard's end.
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('data', (data) => void other.write(data));
    }
    if (state === 'silent') hush([client, server]);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`,
    become(next) {
      state = next;
      if (next === 'cut') cut();
      if (next === 'silent') hush(sockets);
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

/** Neither bytes nor ends pass any more. */
function hush(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.removeAllListeners('data').removeAllListeners('close').resume();
}
