import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections and refuses new ones until it is set again. */
  open: boolean;
}

/** A TCP proxy on loopback that can be cut, and that delays each direction by `delayMs`. */
export async function withTcpProxy(
  target: { host: string; port: number } | { path: string },
  delayMs = 0,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let open = true;
  const listener = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    const pairs: [Socket, Socket][] = [
      [client, upstream],
      [upstream, client],
    ];
    for (const [from, to] of pairs) {
      from.setNoDelay(true);
      sockets.add(from);
      from.on('error', () => {}); // Cut on purpose.
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => {
        if (delayMs === 0) to.write(data);
        else setTimeout(() => to.writable && to.write(data), delayMs);
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  return {
    port,
    get open() {
      return open;
    },
    set open(value) {
      open = value;
      if (!open) for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
