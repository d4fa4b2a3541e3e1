import { deleteItems } from '@mcp-servers/goals/work';
import type { z } from 'zod';
import type { DeleteQuery } from '../contract/requests.ts';
import type { Deleted, Status } from '../contract.ts';
import { HttpError } from '../http/problems.ts';
import type { Request } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { eventOf, getItem } from './items.ts';

const shown = 100;

interface Given {
  query: z.output<typeof DeleteQuery>;
  parts: Parts;
  request: Request;
}

/** Hides a goal or task with everything below it. */
export async function deleteItem(id: string, { query, parts: { store, caller }, request }: Given): Promise<Deleted> {
  if (request.ifMatch !== undefined) {
    const { version } = await getItem(store, id);
    if (version !== request.ifMatch) {
      throw new HttpError(
        'precondition',
        `${id} is at version ${version}, not ${request.ifMatch}. Nothing was deleted.`,
        {
          hint: 'Read it again.',
          currentVersion: version,
        },
      );
    }
  }
  const input = { ids: [id], preview: query.preview, force: query.force };
  const { items, dependants, unchanged, preview, ...counts } = await deleteItems(store, input, {
    ...{ caller, signal: request.signal, allowPurge: false },
  }).then((answer): Answer => answer);
  const undo = preview ? {} : await eventOf(store, id, ({ type }) => type.endsWith('_deleted'));
  return {
    ...(preview && { preview }),
    ...counts,
    items: items.slice(0, shown) as Deleted['items'],
    ...(unchanged && { unchanged }),
    ...(dependants && { dependants }),
    ...undo,
  };
}

/** Preview or not, the same fields. */
interface Answer {
  preview?: boolean;
  goals: number;
  tasks: number;
  held: number;
  items: { id?: unknown; title?: unknown; status?: Status | unknown }[];
  unchanged?: string[];
  dependants?: { id: string; title: string }[];
}
