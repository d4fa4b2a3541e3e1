import { createHash } from 'node:crypto';
import { AppError, badCursor, decodeCursor, encodeCursor, takeWithin, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

import { taskFilters } from '../search/filters.ts';
import { isPlain } from '../search/query-text.ts';
import { countLimit, type ItemQuery, type ItemSummary } from '../search/repository.ts';
import { notFound } from './create.ts';
import { visible } from './get.ts';
import { refuseUnknownFields } from './output.ts';
import type { Store } from './store.ts';

export interface FindInput extends Omit<ItemQuery, 'sort'> {
  sort?: ItemQuery['sort'] | undefined;
  limit: number;
  cursor?: string | undefined;
  fields?: string[] | undefined;
}

/** A cursor names the query it belongs to, so that it cannot continue another one. */
const Cursor = z.tuple([z.string(), z.string(), z.enum(['goal', 'task']), z.int()]);

/** One page of goals and tasks: always items, total, and a cursor while there is more. */
export async function findItems(
  store: Store,
  { limit, cursor, fields, ...given }: FindInput,
  { maxChars }: { maxChars: number },
) {
  const query: ItemQuery = { ...given, sort: given.sort ?? (given.text === undefined ? 'updated' : 'relevance') };
  if (query.sort === 'relevance' && query.text === undefined) {
    throw new ValidationError('sort "relevance" needs text.', {
      hint: 'Give text, or sort by updated, created, due or priority.',
    });
  }
  const [taskOnly] = taskFilters(query);
  if (query.kind === 'goal' && taskOnly !== undefined) {
    throw new ValidationError(`${taskOnly} is a filter of tasks; with kind "goal" nothing can match.`, {
      hint: `Leave out kind or ${taskOnly}.`,
    });
  }
  if (fields) refuseUnknownFields(fields, summaryFields);
  const begun = cursor === undefined ? undefined : openCursor(cursor, query);
  const read = (alike: boolean) =>
    store.search.find({ ...query, alike }, { limit: limit + 1, after: begun?.after }).catch((error: unknown) => {
      throw begun && isBadValue(error) ? badCursor(error) : error;
    });
  let alike = begun?.alike ?? false;
  let page = await read(alike);
  if (page.total === 0 && !alike && query.text !== undefined && isPlain(query.text)) {
    alike = true;
    page = await read(alike);
  }
  if (page.total === 0) await refuseUnknownPlace(store, query);
  const rows = page.items.slice(0, limit);
  const summaries = rows.map((row) => toSummary(row, fields));
  const { taken, rest } = takeWithin(summaries, maxChars);
  const [first] = summaries;
  // The cursor goes on behind it, so it must not be missing.
  if (taken.length === 0 && first) taken.push({ id: first.id, too_large: JSON.stringify(first).length });
  const shown = rows.slice(0, Math.max(taken.length, 1));
  const more = page.items.length > shown.length;
  const last = shown.at(-1);
  return {
    items: taken,
    total: Math.min(page.total, countLimit),
    ...((page.total > countLimit || page.more) && { total_is_at_least: true }),
    ...(rest.length > 0 && { truncated: true }),
    ...(more &&
      last && { next_cursor: encodeCursor([fingerprintOf(query, alike), last.sort_key, last.kind, last.seq]) }),
  };
}

/** Nothing below a goal or task that is not there is no answer; looked up only when nothing was found. */
async function refuseUnknownPlace(store: Store, { goal_id, parent_task_id }: ItemQuery): Promise<void> {
  const goals = goal_id === undefined ? [] : await store.goals.get([goal_id]);
  if (goal_id !== undefined && goals.length === 0) throw notFound([goal_id]);
  const parents = parent_task_id === undefined ? [] : await store.tasks.get([parent_task_id]);
  if (parent_task_id !== undefined && parents.length === 0) throw notFound([parent_task_id]);
}

/** SQLSTATE class 22: a value that cannot be read as what it is compared with. */
function isBadValue(error: unknown): boolean {
  return error instanceof AppError && String(error.details?.sqlstate).startsWith('22');
}

const fingerprintOf = (query: ItemQuery, alike: boolean): string =>
  createHash('sha1')
    .update(JSON.stringify([query, alike]))
    .digest('base64url')
    .slice(0, 8);

function openCursor(cursor: string, query: ItemQuery): { alike: boolean; after: [string, string, number] } {
  const [fingerprint, ...after] = decodeCursor(Cursor, cursor);
  const alike = fingerprint === fingerprintOf(query, true);
  if (!alike && fingerprint !== fingerprintOf(query, false)) {
    throw new ValidationError('cursor: belongs to a different query.', {
      hint: 'Repeat the same filters with a cursor, or leave it out to start anew.',
    });
  }
  return { alike, after };
}

const summaryFields = [
  ...[
    'kind',
    'id',
    'title',
    'status',
    'priority',
    'project',
    'goal_id',
    'parent_task_id',
    'assignee',
    'due_at',
    'percent',
  ],
  ...['open_blockers', 'lease_holder', 'lease_until', 'tags', 'version', 'updated_at', 'deleted_at', 'snippet'],
];

function toSummary(
  { sort_key: _, seq: __, ...row }: ItemSummary,
  fields: readonly string[] | undefined,
): Record<string, unknown> {
  const item = visible({
    ...row,
    // Columns of the statement that are no fields of the item.
    ...{ total: null, cut: null, note_id: null, sort_value: null },
    percent: row.percent || null,
    blocked_by: row.blocked_by || null,
    project: row.project === 'default' ? null : row.project,
  });
  return fields
    ? Object.fromEntries(Object.entries(item).filter(([key]) => key === 'id' || fields.includes(key)))
    : item;
}
