import { useSyncExternalStore } from 'react';
import { absolute, relative } from './format.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every time on the page: it ticks while something listens. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const tickMs = 5000;
const now = (): number => Math.floor(Date.now() / tickMs) * tickMs;

/** Milliseconds, moving on every five seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, now);

/** A relative time, the absolute one on hover and for screen readers in the `datetime`. */
export function Time({ at, className }: { at: string | number | null | undefined; className?: string }) {
  const current = useNow();
  if (at === null || at === undefined) return <span className={className}>–</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={absolute(ms)} className={`whitespace-nowrap ${className ?? ''}`}>
      {relative(ms, Math.max(current, Date.now() - tickMs))}
    </time>
  );
}
