import { useQuery } from '@tanstack/react-query';
import { DropdownMenu } from 'radix-ui';
import { type RefObject, useEffect, useState } from 'react';
import { statsQuery } from '../api/queries.ts';
import { sentence, words } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { legible } from '../parts/legible.ts';
import { ChoiceMenu } from '../parts/menu.tsx';
import { MenuContent, MenuTick, menuItem } from '../parts/menu-content.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { priorities, statuses } from '../parts/status-mark.tsx';
import { type Filters, goalFlags, isFiltered, sorts, taskFlags } from './filters.ts';

interface FilterBarProps {
  filters: Filters;
  change: (some: Partial<Filters>) => void;
  search: RefObject<HTMLInputElement | null>;
}

const chip =
  'inline-flex h-7 max-w-full items-center gap-1 rounded-md border px-2 text-sm whitespace-nowrap transition-colors border-line bg-surface text-soft hover:text-ink hover:border-line-strong data-[on=true]:border-accent data-[on=true]:bg-accent-soft data-[on=true]:text-accent';
const none = { q: '', status: [], priority: [], tags: [], project: '', flags: [] } satisfies Partial<Filters>;

/** Everything a list can be narrowed by; it all stands in the address. */
export function FilterBar({ filters, change, search }: FilterBarProps) {
  const flags = filters.kind === 'tasks' ? taskFlags : goalFlags;
  const { data: stats } = useQuery(statsQuery);
  const tags = [...new Set([...filters.tags, ...(stats?.tags ?? []).map(({ tag }) => tag)])];
  return (
    <search className="mb-3 flex flex-col gap-2" aria-label="Filters">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField text={filters.q} onText={(q) => change({ q })} input={search} />
        <Segmented
          label="What to list"
          value={filters.kind}
          choices={[
            { value: 'goals', label: 'Goals' },
            { value: 'tasks', label: 'Tasks' },
          ]}
          onChoose={(kind) => change({ kind, flags: [] })}
        />
        <Segmented
          label="View"
          value={filters.view}
          choices={[
            { value: 'list', label: 'List', icon: 'list' },
            { value: 'board', label: 'Board', icon: 'board' },
          ]}
          onChoose={(view) => change({ view })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        {filters.view === 'list' && (
          <Several label="Status" all={statuses} chosen={filters.status} onChoose={(status) => change({ status })} />
        )}
        <Several
          label="Priority"
          all={priorities}
          chosen={filters.priority}
          onChoose={(priority) => change({ priority })}
        />
        {tags.length > 0 && (
          <Several label="Tag" all={tags} chosen={filters.tags} onChoose={(next) => change({ tags: next })} />
        )}
        {flags.map((flag) => {
          const on = filters.flags.includes(flag);
          return (
            <button
              key={flag}
              type="button"
              aria-pressed={on}
              data-on={on}
              className={chip}
              onClick={() =>
                change({ flags: on ? filters.flags.filter((other) => other !== flag) : [...filters.flags, flag] })
              }
            >
              {sentence(flag)}
            </button>
          );
        })}
        {filters.project !== '' && (
          <button type="button" data-on className={chip} onClick={() => change({ project: '' })}>
            project <Given text={filters.project} className="truncate" />
            <Icon name="close" className="size-3" />
            <span className="sr-only">remove this filter</span>
          </button>
        )}
        {isFiltered(filters) && (
          <button
            type="button"
            className="h-7 rounded-md px-2 text-accent text-sm hover:bg-hover"
            onClick={() => change(none)}
          >
            Clear
          </button>
        )}
        <span className="ml-auto">
          <ChoiceMenu
            label="Order"
            value={filters.sort ?? 'updated'}
            choices={sorts.map((sort) => ({ value: sort, label: sort === 'due' ? 'due date' : sort }))}
            onChoose={(sort) => change({ sort: sort === 'updated' && filters.q === '' ? undefined : sort })}
            button={{
              className: chip,
              content: (
                <>
                  Order: {filters.sort ?? (filters.q === '' ? 'updated' : 'relevance')}
                  <Icon name="down" className="size-3" />
                </>
              ),
            }}
          />
        </span>
      </div>
    </search>
  );
}

const typingMs = 200;

function SearchField({
  text,
  onText,
  input,
}: {
  text: string;
  onText: (text: string) => void;
  input: FilterBarProps['search'];
}) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <label className="relative min-w-52 grow">
      <span className="sr-only">Search goals and tasks</span>
      <Icon name="search" className="-translate-y-1/2 absolute top-1/2 left-2.5 size-3.5 text-faint" />
      <input
        ref={input}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && typed === '') event.currentTarget.blur();
        }}
        placeholder="Search: words, “a phrase”, -without"
        className="field h-8 py-0 pl-8 text-sm"
      />
    </label>
  );
}

interface SeveralProps {
  label: string;
  all: readonly string[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** A menu that stays open while several are chosen. */
function Several({ label, all, chosen, onChoose }: SeveralProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" data-on={chosen.length > 0} className={chip}>
          <span className="truncate">
            {label}
            {chosen.length > 0 && `: ${chosen.map((value) => legible(words(value))).join(', ')}`}
          </span>
          <Icon name="down" className="size-3" />
        </button>
      </DropdownMenu.Trigger>
      <MenuContent label={label}>
        {all.map((value) => (
          <DropdownMenu.CheckboxItem
            key={value}
            checked={chosen.includes(value)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={(on) => onChoose(on ? [...chosen, value] : chosen.filter((other) => other !== value))}
            className={menuItem}
          >
            {label === 'Tag' ? <Given text={value} className="truncate" /> : sentence(value)}
            <MenuTick />
          </DropdownMenu.CheckboxItem>
        ))}
      </MenuContent>
    </DropdownMenu.Root>
  );
}
