import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { GoalFilter, TaskFilter } from '../api/queries.ts';

export const views = ['list', 'board'] as const;
export const kinds = ['goals', 'tasks'] as const;
export const sorts = ['updated', 'created', 'due', 'priority'] as const;
export const goalFlags = ['overdue'] as const;
export const taskFlags = ['ready', 'blocked', 'leased', 'overdue'] as const;
export type Flag = (typeof taskFlags)[number];

/** What the page shows, as its address says it; anything the address has that is not known counts as absent. */
export interface Filters {
  view: (typeof views)[number];
  kind: (typeof kinds)[number];
  q: string;
  status: string[];
  priority: string[];
  tags: string[];
  project: string;
  flags: Flag[];
  sort: (typeof sorts)[number] | undefined;
}

const listOf = (text: string | null): string[] => text?.split(',').filter((part) => part !== '') ?? [];

export function readFilters(search: URLSearchParams): Filters {
  const kind = search.get('kind') === 'tasks' ? 'tasks' : 'goals';
  const flags = kind === 'tasks' ? taskFlags : goalFlags;
  return {
    view: search.get('view') === 'board' ? 'board' : 'list',
    kind,
    q: search.get('q') ?? '',
    status: listOf(search.get('status')),
    priority: listOf(search.get('priority')),
    tags: listOf(search.get('tags')),
    project: search.get('project') ?? '',
    flags: flags.filter((flag) => search.get(flag) === 'true'),
    sort: sorts.find((sort) => sort === search.get('sort')),
  };
}

export function writeFilters({
  view,
  kind,
  q,
  status,
  priority,
  tags,
  project,
  flags,
  sort,
}: Filters): URLSearchParams {
  const search = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value !== '') search.set(name, value);
  };
  if (view === 'board') put('view', view);
  if (kind === 'tasks') put('kind', kind);
  put('q', q);
  put('status', status.join(','));
  put('priority', priority.join(','));
  put('tags', tags.join(','));
  put('project', project);
  for (const flag of flags) put(flag, 'true');
  put('sort', sort ?? '');
  return search;
}

/** The filters as the server takes them. */
export function toQuery({ q, status, priority, tags, project, flags, sort }: Filters): GoalFilter & TaskFilter {
  const text = q.trim();
  return {
    ...(text !== '' && { q: text }),
    ...(status.length > 0 && { status: status.join(',') }),
    ...(priority.length > 0 && { priority: priority.join(',') }),
    ...(tags.length > 0 && { tags_any: tags.join(',') }),
    ...(project !== '' && { project }),
    ...Object.fromEntries(flags.map((flag) => [flag, 'true'])),
    ...(sort && { sort }),
  };
}

export const isFiltered = ({ q, status, priority, tags, project, flags }: Filters): boolean =>
  q.trim() !== '' || project !== '' || [status, priority, tags, flags].some((list) => list.length > 0);

/** The filters of the address, and how to change some of them there. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const change = (some: Partial<Filters>): void => {
    setSearch((now) => writeFilters({ ...readFilters(now), ...some }), { replace: true });
  };
  return [filters, change];
}
