import type { ReactNode } from 'react';
import { messageOf } from '../api/client.ts';
import { Button } from './button.tsx';
import { Given } from './given.tsx';
import { Icon, type IconName } from './icons.tsx';
import { legible } from './legible.ts';
import { useTitle } from './use-title.ts';

/** What a list shows while it loads: grey rows of the size of the real ones. */
export function Loading({ rows = 5, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={legible(label)} className="divide-y divide-line">
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
      <span className="wrap-anywhere min-w-0 font-medium text-bad">
        <Given text={what} /> could not be read.
      </span>
      <span className="wrap-anywhere min-w-0 text-soft">{legible(messageOf(error))}</span>
      <Button onClick={() => void retry()} className="ml-auto">
        Try again
      </Button>
    </div>
  );
}

interface ReadingProps<T> {
  of: { data: T | undefined; error: unknown; refetch: () => unknown };
  /** `The goals`. */
  what: string;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What is shown once it has been read; until then grey rows, or why it could not be read. */
export function Reading<T>({ of: { data, error, refetch }, what, rows = 8, children }: ReadingProps<T>) {
  if (data !== undefined) return children(data);
  if (error) return <Failed what={what} error={error} retry={refetch} />;
  return <Loading rows={rows} label={`Loading ${what.replace(/^The /, 'the ')}`} />;
}

/** The same where it is all that a page shows. */
export function ReadingPage<T>(props: ReadingProps<T>) {
  return props.of.data === undefined ? <Waiting {...props} /> : props.children(props.of.data);
}

function Waiting<T>(props: ReadingProps<T>) {
  useTitle(props.what);
  return (
    <div className="card">
      <Reading {...props} />
    </div>
  );
}
