import { type CachedRows, cachedRows } from '@mcp-servers/core/cache';
import type { Goal } from '../goals/types.ts';
import type { Task } from '../tasks/types.ts';

/** Raised when a field comes, goes or changes its meaning: builds with another shape do not meet. */
const shape = '1';

/** Columns that are times; JSON has them as text. */
const times = new Set([
  ...['due_at', 'defer_until', 'lease_until'],
  ...['created_at', 'updated_at', 'started_at', 'completed_at', 'deleted_at'],
]);

function decode<T>(text: string): T {
  const row = JSON.parse(text) as Record<string, unknown>;
  for (const [name, value] of Object.entries(row))
    if (times.has(name) && typeof value === 'string') row[name] = new Date(value);
  return row as T;
}

/** Goals and tasks with their tags, as `get` of the repositories answers them. */
export const goalRows: CachedRows<Goal> = cachedRows({ name: 'goal', shape, decode: decode<Goal> });
export const taskRows: CachedRows<Task> = cachedRows({ name: 'task', shape, decode: decode<Task> });
