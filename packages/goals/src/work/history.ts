import { createHash } from 'node:crypto';
import { ConflictError, decodeCursor, encodeCursor, nearest, takeWithin, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { type EventFilter, type EventType, eventTypes, type HistoryEvent } from '../events/repository.ts';

import { compact } from './output.ts';
import type { Store } from './store.ts';

export interface HistoryInput extends Omit<EventFilter, 'types'> {
  types?: string[] | undefined;
  order: 'newest' | 'oldest';
  limit: number;
  cursor?: string | undefined;
}

/** Both carry the query they belong to, so that they cannot continue another one. */
const PageCursor = z.tuple([z.literal('page'), z.string(), z.int().min(0)]);
const LogCursor = z.tuple([z.literal('log'), z.string(), z.uuid(), z.string().regex(/^\d{1,19}$/), z.int().min(0)]);
const Cursor = z.union([PageCursor, LogCursor]);

/** Events newest first, or oldest first as a change feed that is followed with its cursor. */
export async function getHistory(
  store: Store,
  { order, limit, cursor, types, ...rest }: HistoryInput,
  { maxChars }: { maxChars: number },
) {
  const filter: EventFilter = { ...rest, types: types && toEventTypes(types) };
  const query = createHash('sha1')
    .update(JSON.stringify([order, filter]))
    .digest('base64url')
    .slice(0, 8);
  const begun = cursor === undefined ? undefined : openCursor(cursor, query);
  const bounds = { limit, maxChars };
  return order === 'newest'
    ? newestFirst(store, filter, { ...bounds, query, begun })
    : oldestFirst(store, filter, { ...bounds, query, begun });
}

interface Page {
  limit: number;
  maxChars: number;
  query: string;
  begun: z.output<typeof Cursor> | undefined;
}

async function newestFirst(store: Store, filter: EventFilter, { limit, maxChars, query, begun }: Page) {
  const below = begun?.[0] === 'page' ? begun[2] : undefined;
  const events = await store.events.history(filter, { below, limit: limit + 1 });
  const { items, shown, truncated } = fit(events.slice(0, limit), maxChars);
  const last = shown.at(-1);
  const more = events.length > shown.length;
  return {
    items,
    ...(truncated && { truncated }),
    ...(more && last && { next_cursor: encodeCursor(['page', query, last.id]) }),
  };
}

async function oldestFirst(store: Store, filter: EventFilter, { limit, maxChars, query, begun }: Page) {
  const after = begun?.[0] === 'log' ? { xid: begun[3], id: begun[4] } : undefined;
  const { log_id, events, horizon } = await store.events.follow(filter, { after, limit: limit + 1 });
  if (begun?.[0] === 'log' && begun[2] !== log_id) throw otherLog();
  const { items, shown, truncated } = fit(events.slice(0, limit), maxChars);
  const last = shown.at(-1);
  const more = events.length > shown.length;
  // With nothing left the cursor goes on at the horizon, so that what no filter lets through is not read again.
  const place = more && last ? last : horizon;
  return {
    items,
    ...(truncated && { truncated }),
    next_cursor: encodeCursor(['log', query, log_id, place.xid, place.id]),
    ...(!more && { caught_up: true }),
  };
}

/** Whole events that fit; the first always, if need be without what changed, because the cursor goes on behind it. */
function fit<E extends HistoryEvent>(events: readonly E[], maxChars: number) {
  const rows = events.map(toRow);
  const { taken, rest } = takeWithin(rows, maxChars);
  const [first] = rows;
  if (taken.length === 0 && first) {
    const { before: _, after: __, ...facts } = first;
    taken.push({ ...facts, too_large: JSON.stringify(first).length });
  }
  return { items: taken, shown: events.slice(0, taken.length), truncated: rest.length > 0 };
}

const toRow = ({ id, at, type, goal_id, task_id, title, actor, client, before, after, undo_of }: HistoryEvent) =>
  compact({
    event: id,
    at,
    type,
    id: task_id ?? goal_id,
    title,
    goal_id: task_id === null ? null : goal_id,
    actor,
    client: client === actor ? null : client,
    undo_of,
    before,
    after,
  });

function toEventTypes(types: readonly string[]): EventType[] {
  const isType = (type: string): type is EventType => (eventTypes as readonly string[]).includes(type);
  return types.map((type) => {
    if (isType(type)) return type;
    const near = nearest(type, eventTypes);
    throw new ValidationError(`types: there are no events of type "${type.slice(0, 60)}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Valid: ${eventTypes.join(', ')}.`,
    });
  });
}

function openCursor(cursor: string, query: string): z.output<typeof Cursor> {
  const begun = decodeCursor(Cursor, cursor);
  if (begun[1] === query) return begun;
  throw new ValidationError('cursor: belongs to a different query.', {
    hint: 'Repeat the same filters and order with a cursor, or leave it out to start anew.',
  });
}

function otherLog(): ConflictError {
  return new ConflictError('cursor: belongs to another event log; this store was restored from a copy since.', {
    hint: 'Take what there is anew with find_items or get_items, then follow again without a cursor.',
  });
}
