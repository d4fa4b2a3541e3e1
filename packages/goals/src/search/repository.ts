import type { Priority, Status } from '../items/fields.ts';

export type SortOrder = 'relevance' | 'updated' | 'created' | 'due' | 'priority';

/** What to find; every field narrows. */
export interface ItemQuery {
  text?: string | undefined;
  /** Words that look like those of the text, or contain them, instead of the words themselves. */
  alike?: boolean | undefined;
  kind?: 'goal' | 'task' | undefined;
  project?: string | undefined;
  goal_id?: string | undefined;
  parent_task_id?: string | undefined;
  status?: readonly Status[] | undefined;
  priority?: readonly Priority[] | undefined;
  ready?: boolean | undefined;
  blocked?: boolean | undefined;
  overdue?: boolean | undefined;
  leased?: boolean | undefined;
  stale_days?: number | undefined;
  deleted?: boolean | undefined;
  tags_any?: readonly string[] | undefined;
  tags_all?: readonly string[] | undefined;
  assignee?: string | undefined;
  due_before?: string | undefined;
  due_after?: string | undefined;
  updated_since?: string | undefined;
  external_ref?: string | undefined;
  sort: SortOrder;
}

/** A row of a list: enough to choose by; get_items has the rest. */
export interface ItemSummary {
  kind: 'goal' | 'task';
  id: string;
  title: string;
  status: Status;
  priority: Priority;
  project: string;
  goal_id: string | null;
  parent_task_id: string | null;
  assignee: string | null;
  due_at: Date | null;
  percent: number | null;
  blocked_by: number | null;
  lease_holder: string | null;
  lease_until: Date | null;
  tags: string[];
  version: number;
  updated_at: Date;
  deleted_at: Date | null;
  snippet: string | null;
  /** Position of this row in the order, for the cursor. */
  sort_key: string;
  seq: number;
}

export interface Page {
  items: ItemSummary[];
  /** Matches, counted up to `countLimit` + 1. */
  total: number;
  /** True when there are more matches than were counted. */
  more: boolean;
}

export interface SearchRepository {
  find(
    query: ItemQuery,
    page: { limit: number; after?: readonly [key: string, kind: string, seq: number] | undefined },
  ): Promise<Page>;
}

export const countLimit = 1000;
