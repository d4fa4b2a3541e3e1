import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { Choice } from './open-menu.tsx';

const load = () => import('./open-menu.tsx').then((module) => ({ default: module.OpenMenu }));
const OpenMenu = lazy(load);

interface ChoiceMenuProps<V extends string> {
  label: string;
  value: V;
  choices: readonly Choice<V>[];
  onChoose: (value: V) => void;
  /** What stands in the button, how it looks, and what it is called when that is no text. */
  button: { content: ReactNode; className: string; label?: string; title?: string };
}

/**
 * A button with a menu of one choice among several. The menu is loaded and mounted when it opens: lists have two of them in each row.
 */
export function ChoiceMenu<V extends string>({ label, value, choices, onChoose, button }: ChoiceMenuProps<V>) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLButtonElement>(null);
  return (
    <span className="relative inline-flex">
      <button
        ref={ref}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={button.label}
        title={button.title}
        className={button.className}
        // As the menu itself does: the press opens, so that a press outside, which closes, does not open again.
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          // The menu takes the focus, not the button.
          if (!open) event.preventDefault();
          setOpen(!open);
        }}
        onClick={(event) => event.detail === 0 && setOpen(true)}
        // So that it is there when it is opened, and takes the keys that follow.
        onFocus={() => void load()}
        onPointerEnter={() => void load()}
      >
        {button.content}
      </button>
      {open && (
        <Suspense>
          <OpenMenu
            label={label}
            value={value}
            choices={choices}
            onChoose={(next) => onChoose(next as V)}
            onOpen={setOpen}
            onClosed={() => ref.current?.focus()}
          />
        </Suspense>
      )}
    </span>
  );
}
