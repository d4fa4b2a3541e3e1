import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { runShortcut, type Shortcuts, useShortcuts } from '../shell/shortcuts.ts';

/** However tall the window is, no more rows than this are in the page. */
const mostRows = 70;
const fewRows = (range: Range): number[] => defaultRangeExtractor(range).slice(0, mostRows);

interface VirtualRowsProps<T extends { id: string | number }> {
  items: readonly T[];
  /** Of all there are, loaded or not. */
  total: number;
  label: string;
  /** Pixels, a guess: rows are measured. */
  rowHeight: number;
  row: (item: T) => ReactNode;
  /** Called when the end comes near. */
  onEnd?: (() => void) | undefined;
  /** What keys do with the row that has the focus. */
  keys?: Record<string, (item: T) => void>;
}

/** A list of any length in the page's own scrolling; `j` and `k` move the focus between the first links of rows. */
export function VirtualRows<T extends { id: string | number }>(props: VirtualRowsProps<T>) {
  const { items, total, label, rowHeight, row, onEnd, keys = {} } = props;
  const list = useRef<HTMLUListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = (): void => {
      const top = list.current?.getBoundingClientRect().top;
      if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY));
    };
    measure();
    // What stands above the list may grow.
    const sizes = new ResizeObserver(measure);
    sizes.observe(document.body);
    return () => sizes.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin,
    scrollPaddingStart: 64,
    scrollPaddingEnd: 80,
    getItemKey: (index) => items[index]?.id ?? index,
    rangeExtractor: fewRows,
  });
  const rows = virtual.getVirtualItems();
  const lastIndex = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastIndex >= items.length - 10) onEnd?.();
  }, [lastIndex, items.length, onEnd]);

  const focused = (): number =>
    Number(document.activeElement?.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1);
  const move = (by: number): void => {
    const from = focused();
    const index = Math.max(0, Math.min(items.length - 1, from < 0 ? firstInView() : from + by));
    virtual.scrollToIndex(index, { align: 'auto' });
    focusRow(list.current, index, 10);
  };
  const firstInView = (): number => rows.find((entry) => entry.end > window.scrollY)?.index ?? 0;
  const withRow = Object.entries(keys).map(([key, act]) => [
    key,
    () => {
      const item = items[focused()];
      if (item) act(item);
    },
  ]);
  const rowKeys = Object.fromEntries(withRow) as Shortcuts;
  useShortcuts({ j: () => move(1), k: () => move(-1) });

  return (
    <ul
      ref={list}
      // biome-ignore lint/a11y/noRedundantRoles: a list without markers loses its role in Safari.
      role="list"
      aria-label={label}
      onKeyDown={(event) => runShortcut(event.nativeEvent, rowKeys)}
      className="relative"
      style={{ height: virtual.getTotalSize() }}
    >
      {rows.map(({ index, key, start }) => {
        const item = items[index];
        return (
          item && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={Math.max(total, items.length)}
              className="absolute top-0 left-0 w-full border-line border-b"
              style={{ transform: `translateY(${start - scrollMargin}px)` }}
            >
              {row(item)}
            </li>
          )
        );
      })}
    </ul>
  );
}

/** The row may appear only some frames after the scrolling. */
function focusRow(list: HTMLElement | null, index: number, frames: number): void {
  const link = list?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(list, index, frames - 1));
}
