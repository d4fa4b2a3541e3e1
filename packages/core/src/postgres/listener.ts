import type { Client } from 'pg';
import type { Log } from '../log.ts';
import { backoff, type Timing } from './timing.ts';

export interface ListenHandlers {
  onNotify(payload: string): void;
  /** After every later successful LISTEN: notifications may have been missed meanwhile. */
  onReconnect(): void;
}

export interface Subscription {
  close(): Promise<void>;
}

interface ListenerOptions {
  readonly channel: string;
  readonly handlers: ListenHandlers;
  /** A connected session of its own. */
  readonly connect: (signal: AbortSignal) => Promise<Client>;
  readonly log: Log;
  readonly timing: Timing;
}

/**
 * Follows one channel until closed, through any number of lost connections. Resolves after the first attempt:
 * when that failed, it goes on trying, and `onReconnect` tells when it listens.
 */
export async function openListener(options: ListenerOptions): Promise<Subscription> {
  const { channel, handlers, log, timing } = options;
  const closing = new AbortController();
  const tried = Promise.withResolvers<void>();
  let client: Client | undefined;

  /** Resolves when the connection has ended. */
  async function listenOnce(onListening: () => void): Promise<void> {
    const session = await options.connect(closing.signal);
    client = session;
    try {
      const ended = new Promise<void>((resolve) => session.once('end', resolve));
      session.on('notification', (message) => {
        if (message.channel === channel) guard(() => handlers.onNotify(message.payload ?? ''));
      });
      if (closing.signal.aborted) return;
      await session.query(`LISTEN "${channel.replaceAll('"', '""')}"`);
      onListening();
      await ended;
    } finally {
      client = undefined;
      await session.end();
    }
  }

  async function follow(): Promise<void> {
    let attempts = 0;
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          failures = 0;
          log.debug({ channel, attempts }, 'listening');
          if (attempts > 0) guard(() => handlers.onReconnect());
          tried.resolve();
        });
      } catch (error) {
        // An outage is one warning, not one every two seconds.
        const level = failures === 0 ? 'warn' : 'debug';
        if (!closing.signal.aborted) log[level]({ channel, reason: (error as Error).message }, 'listen_failed');
      }
      attempts += 1;
      tried.resolve();
      const wait = backoff(failures++, { first: 50, longest: 2000 }, timing);
      // Only closing interrupts the wait, and the loop then ends.
      await timing.sleep(wait, closing.signal).catch(() => {});
    }
  }

  function guard(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      log.error({ err: error, channel }, 'listen_handler_failed');
    }
  }

  const following = follow();
  await tried.promise;
  return {
    async close() {
      closing.abort();
      await client?.end();
      await following;
    },
  };
}
