import type { LiveState } from '../api/live.ts';
import { useLiveState } from '../api/use-live.ts';

const looks: Record<LiveState, { word: string; colour: string; hint: string }> = {
  connecting: { word: 'Connecting', colour: 'text-idle', hint: 'The first look at the store is on its way.' },
  live: { word: 'Live', colour: 'text-good', hint: 'Changes appear as they happen.' },
  reconnecting: { word: 'Reconnecting', colour: 'text-warn', hint: 'The connection broke; nothing will be missed.' },
  stale: { word: 'Stale', colour: 'text-bad', hint: 'No connection to the dashboard: what you see may be old.' },
};

/** Whether what is shown is what there is. */
export function LiveBadge() {
  const state = useLiveState();
  const { word, colour, hint } = looks[state];
  return (
    <span
      role="status"
      title={hint}
      className="inline-flex items-center gap-1.5 rounded-full border border-line bg-surface px-2 py-0.5 text-xs text-soft"
    >
      <svg viewBox="0 0 8 8" className={`size-2 ${colour}`} aria-hidden="true">
        {state === 'live' && <circle cx="4" cy="4" r="4" fill="currentColor" />}
        {state === 'stale' && <rect width="8" height="8" rx="1" fill="currentColor" />}
        {(state === 'connecting' || state === 'reconnecting') && (
          <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="2" />
        )}
      </svg>
      {word}
    </span>
  );
}
