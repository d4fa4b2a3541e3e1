import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  About,
  ActivityQuery,
  CallList,
  Connect,
  EventPage,
  GoalDetail,
  GoalPage,
  GoalQuery,
  Health,
  ItemPage,
  SearchQuery,
  ServerDetail,
  ServerList,
  Stats,
  TaskDetail,
  TaskPage,
  TaskQuery,
} from '../../../src/contract.ts';
import { legibleWithin } from '../parts/legible.ts';
import { inTime, query, request } from './client.ts';

/** What a list is filtered by; the cursor and the size of a page belong to the fetching. */
export type GoalFilter = Omit<GoalQuery, 'cursor' | 'limit'>;
export type TaskFilter = Omit<TaskQuery, 'cursor' | 'limit'>;
export type ActivityFilter = Omit<ActivityQuery, 'cursor' | 'limit'>;

const pageSize = 50;
const next = (page: { next_cursor?: string | undefined }): string | undefined => page.next_cursor;

export const goalsQuery = (filter: GoalFilter) =>
  infiniteQueryOptions({
    queryKey: ['goals', filter],
    queryFn: ({ pageParam, signal }) =>
      request<GoalPage>(`/api/goals${query({ ...filter, limit: pageSize, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  });

export const tasksQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: ['tasks', filter],
    queryFn: ({ pageParam, signal }) =>
      request<TaskPage>(`/api/tasks${query({ ...filter, limit: pageSize, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  });

export const searchQuery = (filter: Omit<SearchQuery, 'cursor'>) =>
  queryOptions({
    queryKey: ['search', filter],
    queryFn: ({ signal }) => request<ItemPage>(`/api/search${query(filter)}`, { signal }),
    enabled: filter.q.trim() !== '',
    placeholderData: keepPreviousData,
  });

export const goalQuery = (id: string) =>
  queryOptions({
    queryKey: ['goal', id],
    queryFn: ({ signal }) => request<GoalDetail>(`/api/goals/${id}?tasks=5000`, { signal }),
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: ({ signal }) => request<TaskDetail>(`/api/tasks/${id}`, { signal }),
  });

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['history', id],
    queryFn: ({ pageParam, signal }) =>
      request<EventPage>(`/api/items/${id}/history${query({ limit: 20, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
  });

export const activityQuery = (filter: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: ['activity', filter],
    queryFn: ({ pageParam, signal }) =>
      request<EventPage>(`/api/activity${query({ ...filter, limit: pageSize, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
  });

const pollMs = 5000;

export const callsQuery = (filter: { server?: string | undefined; status?: 'success' | 'error' | undefined }) =>
  queryOptions({
    queryKey: ['calls', filter],
    queryFn: ({ signal }) =>
      request<CallList>(`/api/calls${query({ ...filter, limit: 1000 })}`, { signal }).then(legibleWithin),
    refetchInterval: pollMs,
  });

/** Figures of servers move with every look at them, which no message tells. */
export const serversQuery = queryOptions({
  queryKey: ['servers'],
  queryFn: ({ signal }) => request<ServerList>('/api/servers', { signal }).then(legibleWithin),
  refetchInterval: pollMs,
});

export const serverQuery = (name: string) =>
  queryOptions({
    queryKey: ['server', name],
    queryFn: ({ signal }) =>
      request<ServerDetail>(`/api/servers/${encodeURIComponent(name)}`, { signal }).then(legibleWithin),
    refetchInterval: pollMs,
  });

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => health(signal),
  refetchInterval: 2 * pollMs,
});

/** 503 is an answer here, not an error. */
async function health(signal: AbortSignal): Promise<Health> {
  const answer = await fetch('/health', { signal: inTime(signal) });
  return (await answer.json()) as Health;
}

export const statsQuery = queryOptions({
  queryKey: ['stats'],
  queryFn: ({ signal }) => request<Stats>('/api/stats', { signal }),
});

export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => request<About>('/api/about', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const connectQuery = queryOptions({
  queryKey: ['connect'],
  queryFn: ({ signal }) => request<Connect>('/api/connect', { signal }),
});
