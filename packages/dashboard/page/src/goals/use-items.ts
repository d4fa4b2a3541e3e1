import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { GoalRow, TaskRow } from '../../../src/contract.ts';
import { type GoalFilter, goalsQuery, type TaskFilter, tasksQuery } from '../api/queries.ts';

export interface Items {
  rows: (GoalRow | TaskRow)[];
  total: number;
  /** The total is at least that. */
  atLeast: boolean;
  state: 'pending' | 'failed' | 'ready';
  error: unknown;
  retry: () => unknown;
  loadingMore: boolean;
  /** Loads the next page, if there is one. */
  more: () => void;
}

/** The loaded part of a list of goals or tasks. */
export function useItems(kind: 'goals' | 'tasks', filter: GoalFilter & TaskFilter): Items {
  const goals = useInfiniteQuery({ ...goalsQuery(filter), enabled: kind === 'goals' });
  const tasks = useInfiniteQuery({ ...tasksQuery(filter), enabled: kind === 'tasks' });
  const { error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    kind === 'goals' ? goals : tasks;
  const pages: { items: (GoalRow | TaskRow)[]; total: number; total_is_at_least?: boolean | undefined }[] | undefined =
    kind === 'goals' ? goals.data?.pages : tasks.data?.pages;
  // A change between two readings may put a row on two pages.
  const rows = useMemo(
    () => [...new Map((pages ?? []).flatMap(({ items }) => items.map((row) => [row.id, row]))).values()],
    [pages],
  );
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    rows,
    total: pages?.[0]?.total ?? 0,
    atLeast: pages?.[0]?.total_is_at_least === true,
    state: pages ? 'ready' : isPending && !error ? 'pending' : 'failed',
    error,
    retry: refetch,
    loadingMore: isFetchingNextPage,
    more,
  };
}
