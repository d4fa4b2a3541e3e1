import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { aboutQuery } from '../api/queries.ts';
import { Key } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { LiveBadge } from './live-badge.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

export const places: readonly { href: string; label: string; icon: IconName }[] = [
  { href: '/', label: 'Home', icon: 'home' },
  { href: '/goals', label: 'Goals', icon: 'goals' },
  { href: '/activity', label: 'Activity', icon: 'activity' },
  { href: '/connect', label: 'Connect', icon: 'connect' },
];

interface LayoutProps {
  onCommand: () => void;
  onHelp: () => void;
  children: ReactNode;
}

export function Layout({ onCommand, onHelp, children }: LayoutProps) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-md bg-accent px-3 py-1.5 text-on-accent text-sm focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-20 flex items-center gap-3 border-b border-line bg-canvas px-4 py-2.5 lg:h-dvh lg:flex-col lg:items-stretch lg:gap-0 lg:border-r lg:border-b-0 lg:px-3 lg:py-4">
        <Link href="/" className="flex items-center gap-2 rounded-md px-1 font-semibold lg:mb-4 lg:px-2">
          <Mark />
          <span className="max-sm:sr-only">mcp-servers</span>
        </Link>
        <button
          type="button"
          onClick={onCommand}
          className="hidden h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-faint text-sm hover:border-line-strong lg:mb-4 lg:flex"
        >
          <Icon name="search" className="size-3.5" />
          <span className="whitespace-nowrap">Search</span>
          <span className="ml-auto">
            <Key>Ctrl K</Key>
          </span>
        </button>
        <Places className="hidden lg:flex lg:flex-col lg:gap-0.5" />
        <div className="ml-auto flex items-center gap-2 lg:mt-auto lg:ml-0 lg:flex-col lg:items-stretch lg:gap-3">
          <button
            type="button"
            onClick={onCommand}
            aria-label="Search or jump"
            className="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover lg:hidden"
          >
            <Icon name="search" />
          </button>
          <Store />
          <div className="flex items-center justify-between gap-2">
            <LiveBadge />
            <ThemeSwitch />
          </div>
          <button
            type="button"
            onClick={onHelp}
            className="hidden items-center gap-2 rounded-md px-2 py-1 text-soft text-xs hover:bg-hover hover:text-ink lg:flex"
          >
            <Icon name="keyboard" className="size-3.5" />
            Keyboard
            <span className="ml-auto">
              <Key>?</Key>
            </span>
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="min-w-0 px-4 pt-5 pb-24 outline-none sm:px-6 lg:px-8 lg:pt-7 lg:pb-12">
        <div className="mx-auto max-w-6xl">{children}</div>
      </main>
      <Places className="fixed inset-x-0 bottom-0 z-20 flex justify-around border-t border-line bg-canvas px-2 pt-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] lg:hidden" />
    </div>
  );
}

function Places({ className }: { className: string }) {
  const [path] = useLocation();
  return (
    <nav aria-label="Pages" className={className}>
      {places.map(({ href, label, icon }) => {
        const here = href === '/' ? path === '/' || path.startsWith('/servers/') : path.startsWith(href);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={`flex flex-col items-center gap-0.5 rounded-md px-3 py-1 text-xs transition-colors lg:h-8 lg:flex-row lg:gap-2.5 lg:px-2 lg:py-0 lg:text-sm ${here ? 'font-medium text-accent lg:bg-accent-soft' : 'text-soft hover:bg-hover hover:text-ink'}`}
          >
            <Icon name={icon} />
            {label}
          </Link>
        );
      })}
    </nav>
  );
}

/** Which database this is about, as `get_stats` names it. */
function Store() {
  const { data } = useQuery(aboutQuery);
  if (!data) return null;
  const { store, version } = data;
  return (
    <p className="hidden px-2 text-faint text-xs leading-4 lg:block" title={`Changes made here are by ${data.actor}`}>
      <span className="block truncate" title={store.database}>
        {store.kind === 'embedded' ? 'Embedded PostgreSQL' : `${store.host}:${store.port}`}
      </span>
      <span className="block truncate">
        {store.database} · v{version}
      </span>
    </p>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-5" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M5 17h5l3-8 5 14 3-9 1.5 3H27"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
