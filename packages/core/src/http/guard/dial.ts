import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DialOptions {
  /** Begins a connection to one address. */
  connect(address: string): Socket;
  signal: AbortSignal;
  /** Milliseconds an attempt has for itself before the next address is tried beside it (RFC 8305). */
  staggerMs?: number;
}

/** A name with more addresses than this is tried on the first ones. */
const maxAttempts = 8;

/**
 * The first socket that connects, addresses tried in order; all others are destroyed. Throws what the first failing attempt
 * threw when none connects, and the signal's reason when it aborts.
 */
export async function dial(addresses: readonly string[], options: DialOptions): Promise<Socket> {
  const { connect, signal, staggerMs = 250 } = options;
  const sockets: Socket[] = [];
  const attempts: Promise<Socket>[] = [];
  const ended = new AbortController();
  const begin = (address: string): Promise<Socket> => {
    const socket = connect(address);
    sockets.push(socket);
    // Errors are read from the attempt; those of a socket that lost the race go nowhere.
    socket.on('error', () => {});
    return once(socket, 'connect', { signal }).then(() => socket);
  };
  let winner: Socket | undefined;
  try {
    for (const address of addresses.slice(0, maxAttempts)) {
      signal.throwIfAborted();
      const attempt = begin(address);
      attempts.push(attempt);
      const failed = attempt.catch(() => undefined);
      const patience = sleep(staggerMs, undefined, { signal: ended.signal }).catch(() => undefined);
      const none = Promise.withResolvers<never>().promise;
      winner = await Promise.race([Promise.any(attempts).catch(() => none), failed, patience]);
      if (winner !== undefined) return winner;
    }
    winner = await Promise.any(attempts);
    return winner;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    ended.abort();
    for (const socket of sockets) if (socket !== winner) socket.destroy();
  }
}
