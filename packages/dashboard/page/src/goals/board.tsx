import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { GoalRow, Status, TaskRow } from '../../../src/contract.ts';
import { count, sentence, words } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { StatusShape, statuses } from '../parts/status-mark.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActions } from './actions.tsx';
import { type Filters, toQuery } from './filters.ts';
import { hrefOf, type Item } from './item.ts';
import { PriorityMenu, StatusMenu } from './item-menus.tsx';
import { Chip, Due } from './lines.tsx';
import { useRename } from './rename-dialog.tsx';
import { useItems } from './use-items.ts';

/** A column per status; a card moves by its status menu, by `x`, or by dragging. */
export function Board({ filters }: { filters: Filters }) {
  const [rename, renameDialog] = useRename();
  useShortcuts({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <>
      <section
        aria-label="Board"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        className="-mx-4 grid snap-x auto-cols-[minmax(14.5rem,1fr)] grid-flow-col gap-3 overflow-x-auto px-4 pb-3 sm:mx-0 sm:px-0"
      >
        {statuses.map((status) => (
          <Column key={status} status={status} filters={filters} onEdit={rename} />
        ))}
      </section>
      {renameDialog}
    </>
  );
}

/** From card to card, column by column. */
function moveFocus(by: number): void {
  const cards = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const from = cards.findIndex((card) => card.matches(':focus'));
  cards[from < 0 ? 0 : Math.max(0, Math.min(cards.length - 1, from + by))]?.focus();
}

const cardHeight = 108;
/** Four columns of these are fewer than 80 rows, however tall the window is. */
const mostCards = 19;

interface ColumnProps {
  status: Status;
  filters: Filters;
  onEdit: (item: Item) => void;
}

function Column({ status, filters, onEdit }: ColumnProps) {
  const filter = { ...toQuery(filters), status };
  const { rows, total, atLeast, state, error, retry, more } = useItems(filters.kind, filter);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    gap: 8,
    overscan: 3,
    getItemKey: (index) => rows[index]?.id ?? index,
    rangeExtractor: (range) => defaultRangeExtractor(range).slice(0, mostCards),
  });
  const cards = virtual.getVirtualItems();
  const lastIndex = cards.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastIndex >= rows.length - 10) more();
  }, [lastIndex, rows.length, more]);
  const drop = useDrop(status);

  return (
    <section
      aria-label={`${words(status)}, ${total}`}
      className={`flex min-w-0 snap-start flex-col rounded-lg border bg-sunken ${drop.over ? 'border-accent' : 'border-line'}`}
      {...drop.handlers}
    >
      <h2 className="flex items-center gap-2 px-3 py-2 font-medium text-sm">
        <StatusShape status={status} />
        {sentence(status)}
        <span className="ml-auto font-normal text-faint">
          {count(total)}
          {atLeast && '+'}
        </span>
      </h2>
      {state === 'pending' && <Loading rows={3} label={`Loading ${words(status)}`} />}
      {state === 'failed' && <Failed what={words(status)} error={error} retry={retry} />}
      {state === 'ready' && rows.length === 0 && <p className="px-3 pb-4 text-faint text-sm">Nothing here.</p>}
      <div
        ref={scroller}
        tabIndex={rows.length > 0 ? 0 : undefined}
        className="max-h-[min(calc(100dvh-17rem),95rem)] overflow-y-auto px-2 pb-2 empty:hidden"
      >
        {rows.length > 0 && (
          // biome-ignore lint/a11y/noRedundantRoles: a list without markers loses its role in Safari.
          <ul role="list" aria-label={words(status)} className="relative" style={{ height: virtual.getTotalSize() }}>
            {cards.map(({ index, key, start }) => {
              const row = rows[index];
              return (
                row && (
                  <li
                    key={key}
                    aria-posinset={index + 1}
                    aria-setsize={Math.max(total, rows.length)}
                    data-index={index}
                    className="absolute top-0 left-0 w-full"
                    style={{ height: cardHeight, transform: `translateY(${start}px)` }}
                  >
                    <Card row={row} onEdit={onEdit} />
                  </li>
                )
              );
            })}
          </ul>
        )}
      </div>
    </section>
  );
}

/** The item being dragged; a browser drags one thing at a time. */
const dragged: { row: GoalRow | TaskRow | undefined } = { row: undefined };

function useDrop(status: Status) {
  const [over, setOver] = useState(false);
  const { setStatus } = useActions();
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!dragged.row || dragged.row.status === status) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (dragged.row) setStatus(dragged.row, status);
      dragged.row = undefined;
    },
  };
  return { over, handlers };
}

function Card({ row, onEdit }: { row: GoalRow | TaskRow; onEdit: (item: Item) => void }) {
  const { toggle } = useActions();
  return (
    <article
      draggable
      onDragStart={() => {
        dragged.row = row;
      }}
      onDragEnd={() => {
        dragged.row = undefined;
      }}
      className="card flex h-full flex-col gap-1 overflow-hidden py-1.5 pr-1 pl-3 hover:border-line-strong"
    >
      <div className="flex items-center gap-1">
        <span className="font-mono text-faint text-xs">{row.id}</span>
        <span className="ml-auto flex">
          <PriorityMenu item={row} />
          <StatusMenu item={row} />
        </span>
      </div>
      <Link
        href={hrefOf(row.id)}
        data-row
        draggable={false}
        onKeyDown={(event) => {
          if (event.key === 'x') toggle(row);
          else if (event.key === 'e') {
            event.preventDefault();
            onEdit(row);
          }
        }}
        className="wrap-anywhere mr-2 line-clamp-2 rounded-sm text-sm"
      >
        <Given text={row.title} hover />
      </Link>
      <div className="mt-auto mr-2 flex h-5 items-center gap-2 text-faint text-xs">
        {row.kind === 'goal' && row.progress.total > 0 && (
          <>
            <ProgressBar percent={row.progress.percent} label={`Progress of ${row.id}`} />
            <span className="shrink-0">
              {row.progress.completed}/{row.progress.total - row.progress.cancelled}
            </span>
          </>
        )}
        {row.kind === 'task' && (row.open_blockers ?? 0) > 0 && <Chip tone="warn">blocked by {row.open_blockers}</Chip>}
        {row.kind === 'task' && row.lease_holder !== undefined && (
          <Chip tone="accent">
            <Given text={row.lease_holder} className="truncate" />
          </Chip>
        )}
        <span className="ml-auto shrink-0">
          <Due due={row.due_at} status={row.status} />
        </span>
      </div>
    </article>
  );
}
