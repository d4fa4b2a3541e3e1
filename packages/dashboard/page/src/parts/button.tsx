import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent font-medium',
  plain: 'bg-surface text-ink hover:bg-hover border-line',
  quiet: 'bg-transparent text-soft hover:bg-hover hover:text-ink border-transparent',
  danger: 'bg-surface text-bad hover:bg-bad-soft border-line',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks;
  icon?: IconName;
}

export function Button({ look = 'plain', icon, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 text-sm transition-colors disabled:opacity-50 ${looks[look]} ${className}`}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is an icon; its label is read and shown on hover. */
export function IconButton({
  label,
  icon,
  className = '',
  ...rest
}: ComponentProps<'button'> & { label: string; icon: IconName }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 ${className}`}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-5 items-center justify-center whitespace-nowrap rounded border border-line bg-sunken px-1 font-sans text-xs text-faint">
      {children}
    </kbd>
  );
}
