import { sentence } from './format.ts';

export type ServerState = 'healthy' | 'degraded' | 'unhealthy' | 'asleep';

const colour: Record<ServerState, string> = {
  healthy: 'text-good',
  degraded: 'text-warn',
  unhealthy: 'text-bad',
  asleep: 'text-idle',
};

/** A shape per state, so that colour is never the only sign: disc, triangle, square with a cross, open ring. */
export function StateShape({ state, className = 'size-3' }: { state: ServerState; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" className={`${className} shrink-0 ${colour[state]}`} aria-hidden="true">
      {state === 'healthy' && <circle cx="6" cy="6" r="4.5" fill="currentColor" />}
      {state === 'degraded' && (
        <path d="M6 1 11.3 10.5H.7Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      )}
      {state === 'unhealthy' && (
        <>
          <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />
          <path d="m4 4 4 4m0-4L4 8" stroke="var(--surface)" strokeWidth="1.5" strokeLinecap="round" />
        </>
      )}
      {state === 'asleep' && <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />}
    </svg>
  );
}

/** The state in shape, colour and word. */
export function StateMark({ state }: { state: ServerState }) {
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${colour[state]}`}>
      <StateShape state={state} />
      {sentence(state)}
    </span>
  );
}
