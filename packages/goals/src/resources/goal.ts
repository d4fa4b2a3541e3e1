import { decodeCursor, defineResource, encodeCursor } from '@mcp-servers/core';
import * as z from 'zod';
import { GoalId } from '../items/ids.ts';
import type { GoalsDeps } from '../tools/deps.ts';
import { readDocument } from '../work/document.ts';
import { completeId } from './complete-id.ts';

const pageSize = 20;
/** A time as PostgreSQL writes it. */
const Moment = z.string().regex(/^\d{4}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?[+-][0-2]\d(:[0-5]\d)?$/);
const Cursor = z.tuple([Moment, z.literal('goal'), z.int()]);

export const goalResource = defineResource({
  name: 'goal',
  title: 'Goal',
  description: 'A goal as Markdown: status, progress, its tasks with check boxes, notes and latest changes.',
  uri: 'goal://{id}',
  mimeType: 'text/markdown',
  needs: ['get_items'],
  variables: z.object({ id: GoalId }),

  async read({ id }, { store }: GoalsDeps, call) {
    call.annotate({ goal_id: id });
    return readDocument(store, id, { maxChars: call.maxChars });
  },

  complete: ({ prefix }, { store }) => completeId(store, prefix, { kind: 'goal' }),

  /** Open goals, the last touched first. */
  async list({ cursor }, { store }) {
    const after = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
    const { items } = await store.search.find(
      { kind: 'goal', status: ['pending', 'in_progress'], sort: 'updated' },
      { limit: pageSize + 1, after },
    );
    const shown = items.slice(0, pageSize);
    const last = shown.at(-1);
    return {
      entries: shown.map(({ id, title, updated_at }) => ({
        uri: `goal://${id}`,
        title: `${id} ${title}`,
        lastModified: updated_at,
      })),
      ...(items.length > pageSize && last && { next: encodeCursor([last.sort_key, last.kind, last.seq]) }),
    };
  },
});
