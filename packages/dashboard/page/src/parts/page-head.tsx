import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';
import { useTitle } from './use-title.ts';

/** The title of a page, in the window too. */
export function PageHead({ title, children, above }: { title: string; children?: ReactNode; above?: ReactNode }) {
  useTitle(title);
  return (
    <div className="mb-5">
      {above}
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 break-words font-semibold text-xl tracking-tight">{title}</h1>
        {children}
      </div>
    </div>
  );
}

/** Where a page lies, from the top. */
export function Path({ children }: { children: ReactNode[] }) {
  const parts = children.filter((part) => part !== false && part !== null);
  return (
    <nav aria-label="Path" className="mb-2 flex flex-wrap items-center gap-1.5 text-faint text-sm">
      {parts.map((part, index) => (
        <span key={index} className="inline-flex min-w-0 items-center gap-1.5">
          {index > 0 && <Icon name="chevron" className="size-3" />}
          {part}
        </span>
      ))}
    </nav>
  );
}

/** A block of a page, with its heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="mb-7">
      <div className="mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-medium text-soft text-sm">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
