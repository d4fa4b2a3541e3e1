import type { ReactNode } from 'react';
import { Button, IconButton } from '../parts/button.tsx';
import { Empty, Reading } from '../parts/states.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';

interface LogListProps<T extends { id: string | number }> {
  of: { data: unknown; error: unknown; refetch: () => unknown };
  /** `The calls`. */
  what: string;
  label: string;
  filters: ReactNode;
  rows: readonly T[];
  row: (item: T) => ReactNode;
  rowHeight: number;
  onEnd?: () => void;
  /** What to say when there is nothing: at all, or with these filters. */
  empty: { title: string; text: string } | { title: string; clear: () => void };
}

/** A log, newest first, behind its filters. */
export function LogList<T extends { id: string | number }>(props: LogListProps<T>) {
  const { of, what, label, filters, rows, row, rowHeight, onEnd, empty } = props;
  return (
    <>
      <search className="mb-3 flex flex-wrap items-center gap-2" aria-label="Filters">
        {filters}
      </search>
      <div className="card overflow-clip">
        <Reading of={of} what={what}>
          {() =>
            rows.length > 0 ? (
              <VirtualRows
                items={rows}
                total={rows.length}
                label={label}
                rowHeight={rowHeight}
                row={row}
                onEnd={onEnd}
              />
            ) : (
              <Empty
                icon="activity"
                title={empty.title}
                action={'clear' in empty && <Button onClick={empty.clear}>Clear the filters</Button>}
              >
                {'text' in empty && empty.text}
              </Empty>
            )
          }
        </Reading>
      </div>
    </>
  );
}

interface ChooseProps {
  label: string;
  value: string;
  choices: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
}

/** One of several, the first of which is no filter. */
export function Choose({ label, value, choices, onChoose }: ChooseProps) {
  return (
    <label>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className="field h-8 w-auto max-w-full py-0 text-sm"
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface LogRowProps {
  /** Of the button that opens it. */
  label: string;
  open: boolean;
  onOpen: () => void;
  line: ReactNode;
  children: ReactNode;
}

/** A line that opens to everything that is known. */
export function LogRow({ label, open, onOpen, line, children }: LogRowProps) {
  return (
    <div className="hover:bg-hover">
      <div className="flex min-h-11 items-center gap-2 py-1.5 pr-4 pl-2 text-sm">
        <IconButton
          label={label}
          aria-expanded={open}
          icon={open ? 'down' : 'chevron'}
          className="size-7"
          onClick={onOpen}
          data-row
        />
        {line}
      </div>
      {open && <div className="space-y-2 pr-4 pb-3 pl-11 text-xs">{children}</div>}
    </div>
  );
}

/** Facts by name, those that are there. */
export function Facts({ children }: { children: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      {children
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
