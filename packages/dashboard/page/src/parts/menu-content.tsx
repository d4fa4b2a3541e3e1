import { DropdownMenu } from 'radix-ui';
import type { FocusEvent, ReactNode } from 'react';
import { Icon } from './icons.tsx';

export const menuItem =
  'flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-hover';

export function MenuTick() {
  return (
    <DropdownMenu.ItemIndicator className="ml-auto pl-3 text-accent">
      <Icon name="check" />
    </DropdownMenu.ItemIndicator>
  );
}

interface MenuContentProps {
  label: string;
  children: ReactNode;
  onClosed?: (event: Event) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
}

/**
 * The sheet of a menu. Its root must not be modal: that would write a style element, which the page's policy forbids. It lies in
 * the main part of the page, because what is outside of the landmarks is hard to find for screen readers.
 */
export function MenuContent({ label, children, onClosed, onFocus }: MenuContentProps) {
  return (
    <DropdownMenu.Portal container={document.querySelector('main')}>
      <DropdownMenu.Content
        align="start"
        sideOffset={4}
        collisionPadding={8}
        aria-label={label}
        onFocus={onFocus}
        onCloseAutoFocus={(event) => onClosed?.(event)}
        className="appear z-40 max-h-80 min-w-40 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-pop"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}
