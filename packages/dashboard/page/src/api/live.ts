import type { Message } from '../../../src/contract.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stale';

export interface LiveOptions {
  url: string;
  /** Messages since the last call, in order; the first at once, then at most ten times a second, however many come. */
  onMessages: (messages: Message[]) => void;
  onState: (state: LiveState) => void;
}

const collectMs = 100;
const firstWaitMs = 1000;
const longestWaitMs = 15_000;
/** Heartbeats come every 15 s; without any message for this long the connection is dead, whatever the browser thinks. */
const silentMs = 40_000;
/** Without a connection for this long the page says that it shows old facts. */
const staleMs = 20_000;

/**
 * Follows the stream for as long as the page is open. The browser resumes a broken connection by itself; where it gives up (an
 * answer other than 200), this opens another with growing waits, from the last event seen. Returns a function that ends it.
 */
export function followLive({ url, onMessages, onState }: LiveOptions): () => void {
  let source: EventSource | undefined;
  let lastEventId = '';
  let waitMs = firstWaitMs;
  let state: LiveState | undefined;
  let heardAt = Date.now();
  let deliveredAt = Number.NEGATIVE_INFINITY;
  let lostAt: number | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let waiting: Message[] = [];

  const set = (next: LiveState): void => {
    if (next === state) return;
    state = next;
    onState(next);
  };
  const lost = (): void => {
    lostAt ??= Date.now();
    set(Date.now() - lostAt > staleMs ? 'stale' : 'reconnecting');
  };
  const heard = (): void => {
    heardAt = Date.now();
    lostAt = undefined;
    waitMs = firstWaitMs;
    set('live');
  };
  const deliver = (): void => {
    flush = undefined;
    deliveredAt = performance.now();
    const messages = waiting;
    waiting = [];
    onMessages(messages);
  };

  function open(): void {
    clearTimeout(retry);
    source?.close();
    heardAt = Date.now();
    source = new EventSource(lastEventId === '' ? url : `${url}?last_event_id=${encodeURIComponent(lastEventId)}`);
    source.onmessage = (event: MessageEvent<string>) => {
      heard();
      if (event.lastEventId !== '') lastEventId = event.lastEventId;
      waiting.push(JSON.parse(event.data) as Message);
      flush ??= setTimeout(deliver, deliveredAt + collectMs - performance.now());
    };
    source.onerror = () => {
      lost();
      if (source?.readyState === EventSource.CLOSED) again();
    };
  }

  function again(): void {
    clearTimeout(retry);
    retry = setTimeout(open, waitMs * (0.5 + Math.random() / 2));
    waitMs = Math.min(2 * waitMs, longestWaitMs);
  }

  const watch = setInterval(() => {
    const isSilent = Date.now() - heardAt > silentMs;
    if (isSilent || lostAt !== undefined) lost();
    // A connection that hangs is not given up by the browser, however often it is tried.
    if (isSilent) open();
  }, 1000);

  set('connecting');
  open();
  window.addEventListener('online', open);
  return () => {
    window.removeEventListener('online', open);
    clearInterval(watch);
    clearTimeout(retry);
    clearTimeout(flush);
    source?.close();
  };
}
