import { ConflictError } from '@mcp-servers/core';
import { deleteItems, updateItems } from '@mcp-servers/goals/work';
import type * as z from 'zod';
import { DeleteQuery, type GoalPatch, type TaskPatch } from '../contract/requests.ts';
import { type ChangedGoal, Deleted, type Goal, type Task } from '../contract.ts';
import { HttpError } from '../http/problems.ts';
import { defineRoute, type Request } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { eventOf, getItem } from './items.ts';

/** Beside 200, of every change of an item. */
export const also = [404, 409, 412] as const;

interface Given<Body> {
  body: Body;
  parts: Parts;
  request: Request;
}
type Patch = z.output<typeof GoalPatch> | z.output<typeof TaskPatch>;

/** `PATCH` of a goal or task; `If-Match` and `expected_version` say the same. */
export async function changeItem<T extends Goal | Task>(
  id: string,
  { body, parts: { store, caller }, request }: Given<Patch>,
): Promise<{ item: T; written: Omit<ChangedGoal, 'goal'> }> {
  const { open_tasks = 'refuse', ...patch } = { open_tasks: undefined, ...body };
  const expected_version = request.ifMatch ?? patch.expected_version;
  const input = { items: [{ ...patch, id, expected_version }], open_tasks, all_or_nothing: true };
  const { items } = await demand(request, updateItems(store, input, { caller, signal: request.signal }));
  const { changed = [], version, closed_tasks } = items[0] ?? {};
  const [item, undo] = await Promise.all([
    getItem<T>(store, id),
    changed.length > 0 ? eventOf(store, id, (event) => event.version === version) : {},
  ]);
  return { item, written: { changed, ...undo, ...(closed_tasks && { closed_tasks }) } };
}

/** `DELETE` of a goal or task: hides it with everything below it. */
export const deletion = (path: string, params: z.ZodObject<{ id: z.ZodType<string> }>, tag: string) =>
  defineRoute({
    ...{ method: 'delete', path, tag, summary: 'Delete it and what is below it; undo brings it back' },
    params,
    query: DeleteQuery,
    answer: Deleted,
    also,
    run: ({ params: { id }, query }, parts, request) => deleteItem(id, { body: query, parts, request }),
  });

const shown = 100;

async function deleteItem(
  id: string,
  { body: { preview, force }, parts: { store, caller }, request }: Given<z.output<typeof DeleteQuery>>,
): Promise<Deleted> {
  const input = { ids: [id], preview, force, expected_version: request.ifMatch };
  const options = { caller, signal: request.signal, allowPurge: false };
  const { items, ...answer } = await demand(request, deleteItems(store, input, options));
  const undo = preview ? {} : await eventOf(store, id, ({ type }) => type.endsWith('_deleted'));
  return { ...answer, items: items.slice(0, shown) as Deleted['items'], ...undo };
}

/** A stale `If-Match` is HTTP's to tell; everything else stays what it is. */
async function demand<T>({ ifMatch }: Request, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    const current = error instanceof ConflictError ? error.details?.version : undefined;
    if (ifMatch === undefined || typeof current !== 'number') throw error;
    throw new HttpError('precondition', (error as Error).message, {
      hint: 'Read it again, then repeat the change with its version of now.',
      currentVersion: current,
    });
  }
}
