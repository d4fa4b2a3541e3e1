import { type KeyboardEvent, useRef, useState } from 'react';
import { forgetDraft, useDraft } from '../api/drafts.ts';
import { Button } from '../parts/button.tsx';
import { sentence } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { legible } from '../parts/legible.ts';
import { useShortcuts } from '../shell/shortcuts.ts';

interface EditableProps {
  item: { id: string; version?: number | undefined };
  field: 'title' | 'description';
  value: string;
  /** `version`: of the item when the editing began, where the text has changed since, else the newest. */
  onSave: (value: string, version: number | undefined) => void;
  /** What stands there when it is empty. */
  placeholder?: string;
  multiline?: boolean;
  maxLength?: number;
  required?: boolean;
  /** The key that begins editing from anywhere on the page. */
  shortcut?: string;
  className?: string;
}

interface Draft {
  text: string;
  /** What it was made from. */
  value: string;
  version: number | undefined;
}

/** Text that is edited where it stands: Enter (Ctrl Enter in longer text) saves, Escape does not. What could not be saved stays. */
export function Editable(props: EditableProps) {
  const { item, field, value, onSave, placeholder = '', multiline = false, maxLength, required = false } = props;
  const { shortcut, className = '' } = props;
  const label = sentence(field);
  const [draft, setDraft] = useState<Draft>();
  const kept = useDraft(item.id, field);
  const button = useRef<HTMLButtonElement>(null);
  const edit = (text: string): void => setDraft({ text, value, version: item.version });
  useShortcuts(shortcut === undefined ? {} : { [shortcut]: () => edit(value) });

  const stop = (): void => {
    setDraft(undefined);
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = (): void => {
    if (!draft) return;
    const next = draft.text.trim();
    setDraft(undefined);
    const isNew = next !== draft.value && !(required && next === '');
    if (isNew) onSave(next, draft.value === value ? item.version : draft.version);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') stop();
    else if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
      stop();
    }
  };

  const input = draft && {
    'aria-label': label,
    autoFocus: true,
    dir: 'auto',
    value: draft.text,
    maxLength,
    onKeyDown,
    onBlur: save,
    onChange: ({ target }: { target: { value: string } }) => setDraft({ ...draft, text: target.value }),
    className: `field -mx-2 px-2 py-0.5 ${className}`,
  };
  const text = !input ? (
    <button
      ref={button}
      type="button"
      onClick={() => edit(value)}
      aria-label={`${label}: ${value === '' ? placeholder : legible(value)}. Edit`}
      className={`group wrap-anywhere -mx-2 block min-w-0 max-w-full whitespace-pre-wrap rounded-md px-2 py-0.5 text-left hover:bg-hover ${className}`}
    >
      {value === '' ? <span className="text-faint">{placeholder}</span> : <Given text={value} />}
      <Icon
        name="edit"
        className="ml-2 inline size-3.5 text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
      />
    </button>
  ) : multiline ? (
    <textarea rows={Math.min(16, input.value.split('\n').length + 2)} {...input} />
  ) : (
    <input autoComplete="off" {...input} />
  );
  return (
    <div className="min-w-0 grow">
      {field === 'title' ? <h1 className="font-semibold text-xl tracking-tight">{text}</h1> : text}
      {kept !== undefined && !draft && (
        <p className="flex flex-wrap items-center gap-2 py-1 text-sm text-warn">
          <span className="wrap-anywhere min-w-0 whitespace-pre-wrap">
            Not saved: <Given text={kept} />
          </span>
          <Button onClick={() => edit(kept)}>Edit</Button>
          <Button look="quiet" onClick={() => forgetDraft(item.id, field)}>
            Discard
          </Button>
        </p>
      )}
    </div>
  );
}
