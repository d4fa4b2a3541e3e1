import type { ReactNode } from 'react';
import { messageOf } from '../api/client.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';

/** What a list shows while it loads: grey rows of the size of the real ones. */
export function Loading({ rows = 5, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-12 items-center gap-3 px-4">
          <div className="skeleton size-3" />
          <div className="skeleton h-3 grow" style={{ maxWidth: `${60 - ((row * 17) % 30)}%` }} />
          <div className="skeleton ml-auto h-3 w-12" />
        </div>
      ))}
    </div>
  );
}

/** An empty list, or one filtered to nothing: what it means, and the way on. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <span className="mb-1 inline-flex size-10 items-center justify-center rounded-full bg-idle-soft text-soft">
        <Icon name={icon} className="size-5" />
      </span>
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-md text-sm text-soft">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** A list that could not be read. */
export function Failed({ what, error, retry }: { what: string; error: unknown; retry: () => unknown }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 px-4 py-6 text-sm">
      <span className="font-medium text-bad">{what} could not be read.</span>
      <span className="min-w-0 text-soft">{messageOf(error)}</span>
      <Button onClick={() => void retry()} className="ml-auto">
        Try again
      </Button>
    </div>
  );
}
