import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useEffect } from 'react';
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
  useEffect(() => {
    // After the menu has taken the focus.
    const frame = requestAnimationFrame(() => {
      document.querySelector<HTMLElement>('[role="menu"] [data-state="checked"]')?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <DropdownMenu.Root open onOpenChange={onOpen} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <MenuContent
        label={label}
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
