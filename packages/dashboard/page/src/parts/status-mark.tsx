import type { Priority, Status } from '../../../src/contract.ts';
import { sentence } from './format.ts';

export const statuses = ['pending', 'in_progress', 'completed', 'cancelled'] as const satisfies readonly Status[];
export const priorities = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Priority[];

export const isOpen = (status: Status): boolean => status === 'pending' || status === 'in_progress';

const colours: Record<Status, string> = {
  pending: 'text-idle',
  in_progress: 'text-accent',
  completed: 'text-good',
  cancelled: 'text-faint',
};

/** An open ring, a half disc, a disc with a tick, a ring with a bar. */
export function StatusShape({ status, className = 'size-4' }: { status: Status; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`${className} shrink-0 ${colours[status]}`} fill="none" aria-hidden="true">
      {status !== 'completed' && <circle cx="8" cy="8" r="6" stroke="currentColor" strokeWidth="1.5" />}
      {status === 'in_progress' && <path d="M8 4.5a3.5 3.5 0 0 1 0 7Z" fill="currentColor" />}
      {status === 'completed' && (
        <>
          <circle cx="8" cy="8" r="6.75" fill="currentColor" />
          <path d="m5.2 8.2 2 2 3.6-4" stroke="var(--surface)" strokeWidth="1.5" strokeLinecap="round" />
        </>
      )}
      {status === 'cancelled' && <path d="M5 8h6" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />}
    </svg>
  );
}

export function StatusMark({ status }: { status: Status }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusShape status={status} />
      {sentence(status)}
    </span>
  );
}

const bars: Record<Priority, number> = { low: 1, medium: 2, high: 3, critical: 4 };

/** More bars for what matters more. */
export function PriorityShape({ priority }: { priority: Priority }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${priority === 'critical' ? 'text-bad' : 'text-soft'}`}
      aria-hidden="true"
    >
      {[1, 2, 3, 4].map((bar) => (
        <rect
          key={bar}
          x={bar * 3.5 - 1.5}
          y={13 - bar * 2.5}
          width="2.5"
          height={bar * 2.5}
          rx="0.75"
          fill={bar <= bars[priority] ? 'currentColor' : 'var(--line)'}
        />
      ))}
    </svg>
  );
}

export function PriorityMark({ priority }: { priority: Priority }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <PriorityShape priority={priority} />
      {sentence(priority)}
    </span>
  );
}
