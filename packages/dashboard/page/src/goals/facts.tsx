import { useState } from 'react';
import type { Goal, GoalPatch, Task, TaskPatch } from '../../../src/contract.ts';
import { useChanges } from '../api/changes.ts';
import { absolute } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { legible } from '../parts/legible.ts';
import { Time } from '../parts/time.tsx';
import type { Item } from './item.ts';
import { PriorityMenu, StatusMenu } from './item-menus.tsx';
import { Chip } from './lines.tsx';

type Whole = (Goal | Task) & Item;

/** Status, priority, due date, tags: each changes where it stands. */
export function Facts({ item }: { item: Whole }) {
  const { edit } = useChanges();
  const set = (patch: GoalPatch & TaskPatch, show: Partial<Whole>): void => {
    const names = Object.keys(show) as (keyof Whole)[];
    const before = Object.fromEntries(names.map((name) => [name, item[name] ?? null]));
    void edit({ item, patch, show, before, done: `${item.id} saved` });
  };
  const tags = item.tags ?? [];
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
      <StatusMenu item={item} labelled />
      <PriorityMenu item={item} labelled />
      <label className="inline-flex items-center gap-1.5">
        <Icon name="clock" className="size-3.5 text-faint" />
        <span className="sr-only">Due date</span>
        <input
          type="date"
          value={item.due_at?.slice(0, 10) ?? ''}
          title={item.due_at === undefined ? 'No due date' : `Due ${absolute(Date.parse(item.due_at))}`}
          onChange={({ target: { value } }) => {
            if (value === '') set({ due_at: null }, { due_at: undefined });
            else if (Number(value.slice(0, 4)) > 1999) set({ due_at: value }, { due_at: `${value}T00:00:00.000Z` });
          }}
          className={`h-7 rounded-md bg-transparent px-1 hover:bg-hover ${item.due_at === undefined ? 'text-faint' : ''}`}
        />
      </label>
      <span className="flex flex-wrap items-center gap-1">
        {tags.map((tag) => (
          <Chip key={tag}>
            <Given text={tag} className="truncate" />
            <button
              type="button"
              aria-label={`Remove tag ${legible(tag)}`}
              className="-mr-1 inline-flex size-6 items-center justify-center rounded hover:text-ink"
              onClick={() => set({ remove_tags: [tag] }, { tags: tags.filter((other) => other !== tag) })}
            >
              <Icon name="close" className="size-3" />
            </button>
          </Chip>
        ))}
        <AddTag onAdd={(tag) => set({ add_tags: [tag] }, { tags: [...tags.filter((other) => other !== tag), tag] })} />
      </span>
      <span className="wrap-anywhere ml-auto min-w-0 text-faint text-xs">
        by <Given text={item.created_by} />, <Time at={item.created_at} />
      </span>
    </div>
  );
}

function AddTag({ onAdd }: { onAdd: (tag: string) => void }) {
  const [text, setText] = useState<string>();
  if (text === undefined) {
    return (
      <button
        type="button"
        onClick={() => setText('')}
        className="inline-flex h-6 items-center gap-1 rounded border border-line border-dashed px-1.5 text-faint text-xs hover:border-line-strong hover:text-ink"
      >
        <Icon name="plus" className="size-3" />
        tag
      </button>
    );
  }
  const save = (): void => {
    if (text.trim() !== '') onAdd(text.trim());
    setText(undefined);
  };
  return (
    <input
      aria-label="New tag"
      // biome-ignore lint/a11y/noAutofocus: it was asked for.
      autoFocus
      value={text}
      maxLength={64}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setText(undefined);
      }}
      className="field h-6 w-28 py-0 text-xs"
    />
  );
}
