import { createParser } from 'eventsource-parser';
import { Message } from '../contract.ts';

export interface Received {
  id: string | undefined;
  message: Message;
}

/** A client that resumes: it connects again whenever the stream ends, behind the last change it had. */
export interface StreamReader {
  readonly received: readonly Received[];
  /** Resolves when `isIt` is true of one that was received. */
  until(isIt: (received: Received) => boolean): Promise<Received>;
  /** Ends the connection of now, as a network that breaks. */
  cut(): void;
  connections(): number;
  close(): Promise<void>;
}

/** `where` is asked before each connection: the dashboard may be another one meanwhile. */
export function readStream(where: () => { url: string; token: string }, lastEventId?: string): StreamReader {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  let connection = new AbortController();
  let closed = false;
  let last = lastEventId;
  let connections = 0;
  const parser = () =>
    createParser({
      onEvent({ id, data }) {
        if (id !== undefined) last = id;
        received.push({ id, message: Message.parse(JSON.parse(data)) });
        for (const look of waiting) look();
      },
    });

  async function connectOnce(): Promise<void> {
    const { url, token } = where();
    const response = await fetch(new URL('/events', url), {
      signal: connection.signal,
      headers: { authorization: `Bearer ${token}`, ...(last !== undefined && { 'last-event-id': last }) },
    });
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    connections += 1;
    const own = parser();
    const text = new TextDecoder();
    for await (const chunk of response.body) own.feed(text.decode(chunk, { stream: true }));
  }

  async function run(): Promise<void> {
    while (!closed) {
      connection = new AbortController();
      await connectOnce().catch(() => {}); // It ended, on purpose; the next one goes on.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const running = run();

  return {
    received,
    async until(isIt) {
      for (;;) {
        const found = received.find(isIt);
        if (found) return found;
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
    },
    cut: () => connection.abort(),
    connections: () => connections,
    async close() {
      closed = true;
      connection.abort();
      await running;
    },
  };
}

/** The events of the log that were received, in the order they came. */
export const eventsOf = (reader: StreamReader): number[] =>
  reader.received.flatMap(({ message }) => ('event' in message.data ? [message.data.event as number] : []));
