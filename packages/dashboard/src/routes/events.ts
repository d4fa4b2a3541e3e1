import { getHistory, ItemId, undoChange } from '@mcp-servers/goals/work';
import * as z from 'zod';
import { ActivityQuery, HistoryQuery, UndoRequest } from '../contract/requests.ts';
import { type Event, EventPage, Undone } from '../contract.ts';
import { defineRoute } from '../http/route.ts';
import { unbounded } from './items.ts';

const tag = 'Activity';
const shown = 100;

type Page = Promise<{ items: Event[]; next_cursor?: string }>;

export const eventRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/activity', tag, summary: 'What changed, newest first' },
    query: ActivityQuery,
    answer: EventPage,
    run: ({ query }, { store }) =>
      getHistory(store, { ...query, order: 'newest' }, { maxChars: unbounded }) as unknown as Page,
  }),
  defineRoute({
    ...{
      method: 'get',
      path: '/api/items/:id/history',
      tag,
      summary: 'What changed in a goal with its tasks, or in a task',
    },
    params: z.object({ id: ItemId }),
    query: HistoryQuery,
    answer: EventPage,
    run: ({ params: { id }, query }, { store }) =>
      getHistory(store, { ...query, ids: [id], order: 'newest' }, { maxChars: unbounded }) as unknown as Page,
  }),
  defineRoute({
    ...{ method: 'post', path: '/api/events/:event/undo', tag, summary: 'Take a change back' },
    params: z.object({ event: z.coerce.number<string>().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    body: UndoRequest,
    answer: Undone,
    also: [404, 409],
    async run({ params, body }, { store, caller }, { signal }) {
      const { items, ...answer } = await undoChange(store, { ...params, ...body }, { caller, signal });
      return { ...answer, items: items.slice(0, shown) as Undone['items'] };
    },
  }),
];
