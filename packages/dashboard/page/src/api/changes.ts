import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type {
  ChangedGoal,
  ChangedTask,
  CreatedGoal,
  CreatedTasks,
  Deleted,
  GoalPatch,
  NewGoal,
  NewTasks,
  TaskPatch,
  Undone,
} from '../../../src/contract.ts';
import { plural } from '../parts/format.ts';
import { toast } from '../shell/toasts.tsx';
import { messageOf, ProblemError, request } from './client.ts';
import { type Conflict, conflict } from './conflict.ts';
import { forgetDraft, keepDraft } from './drafts.ts';
import { patchItem } from './patch-cache.ts';
import { createTurns, type Shown } from './turns.ts';

export interface Edit {
  item: Shown;
  patch: GoalPatch & TaskPatch;
  /** Fields as they will be, shown at once. */
  show: Record<string, unknown>;
  /** Fields as they are, shown again when the change is refused. */
  before: Record<string, unknown>;
  /** Said when it is saved: `GOAL-0001 completed`. */
  done: string;
}

export interface Changes {
  /** Answers whether it was saved. */
  edit: (edit: Edit) => Promise<boolean>;
  createGoal: (goal: NewGoal) => Promise<CreatedGoal>;
  createTasks: (goalId: string, tasks: NewTasks) => Promise<CreatedTasks>;
  /** Answers whether it was deleted. `force`: also what others are at work on. */
  remove: (item: Shown, force?: boolean) => Promise<boolean>;
}

export const isGoalId = (id: string): boolean => id.startsWith('GOAL-');
const pathOf = (id: string): string => `/api/${isGoalId(id) ? 'goals' : 'tasks'}/${id}`;

/** The writes of the page: shown at once, taken back when refused, with an undo for what was saved. */
export function useChanges(): Changes {
  const client = useQueryClient();
  return useMemo(
    () => ({
      edit: (edit) => save(client, edit),
      remove: (item, force = false) => remove(client, item, force),
      createGoal: async (goal) => {
        const created = await request<CreatedGoal>('/api/goals', { method: 'POST', body: goal });
        saved(client, `${created.goal.id} created`, created.undo_event);
        return created;
      },
      createTasks: async (goalId, tasks) => {
        const created = await request<CreatedTasks>(`/api/goals/${goalId}/tasks`, { method: 'POST', body: tasks });
        saved(client, `${created.tasks.map(({ id }) => id).join(', ')} created`, created.undo_event);
        return created;
      },
    }),
    [client],
  );
}

const inTurn = createTurns();

async function save(client: QueryClient, edit: Edit): Promise<boolean> {
  const { item, patch, show, before, done } = edit;
  const showNow = (): void => patchItem(client, { id: item.id, fields: show });
  showNow();
  await client.cancelQueries({ predicate: ({ queryKey: [kind, id] }) => isList(kind) || id === item.id });
  // A reading that was cancelled has put back what was there before it.
  showNow();
  try {
    const { row, undo_event } = await inTurn(item, async (version) => {
      const options = { method: 'PATCH', body: patch, version } as const;
      const answer = await request<ChangedGoal | ChangedTask>(pathOf(item.id), options);
      const changed = 'goal' in answer ? answer.goal : answer.task;
      return { version: changed.version, answer: { row: changed, undo_event: answer.undo_event } };
    });
    patchItem(client, { id: item.id, fields: { ...show, version: row.version }, at: row.updated_at });
    for (const field of typed) if (field in patch) forgetDraft(item.id, field);
    saved(client, done, undo_event);
    return true;
  } catch (error) {
    patchItem(client, { id: item.id, fields: before });
    for (const field of typed) if (typeof patch[field] === 'string') keepDraft(item.id, field, patch[field]);
    refused(client, error, {
      ...{ item, mine: show, doing: 'saved' },
      again: (version) => void save(client, { ...edit, item: { ...item, version } }),
    });
    return false;
  }
}

/** Fields that are written by hand. */
const typed = ['title', 'description'] as const;
const isList = (kind: unknown): boolean => kind === 'goals' || kind === 'tasks';

async function remove(client: QueryClient, item: Shown, force: boolean): Promise<boolean> {
  const { id } = item;
  try {
    const answer = await request<Deleted>(`${pathOf(id)}${force ? '?force=true' : ''}`, {
      ...{ method: 'DELETE', version: item.version },
    });
    patchItem(client, { id, fields: { deleted_at: new Date().toISOString() } });
    const along = isGoalId(id) ? answer.tasks : answer.tasks - 1;
    saved(client, `${id} deleted${along > 0 ? ` with ${plural(along, 'task')}` : ''}`, answer.undo_event);
    return true;
  } catch (error) {
    refused(client, error, {
      ...{ item, mine: {}, doing: 'deleted' },
      again: (version) => void remove(client, { ...item, version }, force),
    });
    return false;
  }
}

/** Someone else's change in the way is shown whole; any other refusal is told. */
function refused(client: QueryClient, error: unknown, change: Omit<Conflict, 'version'>): void {
  void refresh(client);
  const version = error instanceof ProblemError ? error.problem.current_version : undefined;
  if (version === undefined) toast(`Not ${change.doing}: ${messageOf(error)}`, { tone: 'bad' });
  else conflict.set({ ...change, version });
}

/** Says what was done, with the way back. */
function saved(client: QueryClient, done: string, undoEvent: number | undefined): void {
  void refresh(client);
  toast(done, undoEvent === undefined ? {} : { action: { label: 'Undo', run: () => void undo(client, undoEvent) } });
}

/** Takes a change of the log back; what it says offers to do it again. */
export async function undo(client: QueryClient, event: number): Promise<void> {
  try {
    const { redo_event, remarks } = await request<Undone>(`/api/events/${event}/undo`, { method: 'POST', body: {} });
    void refresh(client);
    toast(['Undone', ...(remarks ?? [])].join('. '), {
      ...(redo_event !== undefined && { action: { label: 'Redo', run: () => void undo(client, redo_event) } }),
    });
  } catch (error) {
    toast(`Not undone: ${messageOf(error)}`, { tone: 'bad' });
  }
}

/** The stream tells it too; this is for the moments without one. */
const refresh = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey: [kind] }) =>
      !['servers', 'server', 'about', 'connect', 'health', 'calls'].includes(String(kind)),
  });
