import { type KeyboardEvent, useRef, useState } from 'react';
import { Icon } from '../parts/icons.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';

interface EditableProps {
  label: string;
  value: string;
  onSave: (value: string) => void;
  /** What stands there when it is empty. */
  placeholder?: string;
  multiline?: boolean;
  maxLength?: number;
  required?: boolean;
  /** The key that begins editing from anywhere on the page. */
  shortcut?: string;
  className?: string;
}

/** Text that is edited where it stands: Enter (Ctrl Enter in longer text) saves, Escape does not. */
export function Editable(props: EditableProps) {
  const {
    label,
    value,
    onSave,
    placeholder = '',
    multiline = false,
    maxLength,
    required = false,
    shortcut,
    className = '',
  } = props;
  const [draft, setDraft] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  useShortcuts(shortcut === undefined ? {} : { [shortcut]: () => setDraft(value) });

  const stop = (): void => {
    setDraft(undefined);
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = (): void => {
    const next = (draft ?? '').trim();
    setDraft(undefined);
    if (next !== value && !(required && next === '')) onSave(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') stop();
    else if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
      stop();
    }
  };

  if (draft === undefined) {
    return (
      <button
        ref={button}
        type="button"
        onClick={() => setDraft(value)}
        aria-label={`${label}: ${value === '' ? placeholder : value}. Edit`}
        className={`group -mx-2 block min-w-0 max-w-full whitespace-pre-wrap break-words rounded-md px-2 py-0.5 text-left hover:bg-hover ${className}`}
      >
        {value === '' ? <span className="text-faint">{placeholder}</span> : value}
        <Icon
          name="edit"
          className="ml-2 inline size-3.5 text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
        />
      </button>
    );
  }
  const field = {
    'aria-label': label,
    autoFocus: true,
    value: draft,
    maxLength,
    onKeyDown,
    onBlur: save,
    onChange: (event: { target: { value: string } }) => setDraft(event.target.value),
    className: `field -mx-2 px-2 py-0.5 ${className}`,
  };
  return multiline ? (
    <textarea rows={Math.min(16, draft.split('\n').length + 2)} {...field} />
  ) : (
    <input autoComplete="off" {...field} />
  );
}
