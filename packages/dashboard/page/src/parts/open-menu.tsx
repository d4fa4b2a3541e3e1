import { DropdownMenu } from 'radix-ui';
import { type FocusEvent, type ReactNode, useRef } from 'react';
import { MenuContent, MenuTick, menuItem } from './menu-content.tsx';

export interface Choice<V extends string> {
  value: V;
  label: ReactNode;
}

interface OpenMenuProps {
  label: string;
  value: string;
  choices: readonly Choice<string>[];
  onChoose: (value: string) => void;
  onOpen: (open: boolean) => void;
  onClosed: () => void;
}

/** The menu of a ChoiceMenu while it is open, with the focus on what is chosen. */
export function OpenMenu({ label, value, choices, onChoose, onOpen, onClosed }: OpenMenuProps) {
  const begun = useRef(false);
  /** The sheet takes the focus once; what is chosen has it from then on, before any further key arrives. */
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const chosen = event.currentTarget.querySelector<HTMLElement>('[data-state="checked"]');
    if (begun.current || event.target !== event.currentTarget || !chosen) return;
    begun.current = true;
    // Or the menu goes on to its first entry.
    event.preventDefault();
    chosen.focus();
  };
  return (
    <DropdownMenu.Root open onOpenChange={onOpen} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <MenuContent
        label={label}
        onFocus={onFocus}
        onClosed={(event) => {
          event.preventDefault();
          onClosed();
        }}
      >
        <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
          {choices.map((choice) => (
            <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={menuItem}>
              {choice.label}
              <MenuTick />
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </MenuContent>
    </DropdownMenu.Root>
  );
}
