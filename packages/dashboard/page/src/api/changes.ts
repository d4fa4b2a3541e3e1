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
import { toast } from '../shell/toasts.tsx';
import { messageOf, ProblemError, request } from './client.ts';
import { patchItem } from './patch-cache.ts';

/** An item as the page shows it; without a version only the named fields are written, whatever happened since. */
export interface Shown {
  id: string;
  version?: number | undefined;
}

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
  /** `force`: also what others are at work on. */
  remove: (id: string, force?: boolean) => Promise<boolean>;
}

export const isGoalId = (id: string): boolean => id.startsWith('GOAL-');
const pathOf = (id: string): string => `/api/${isGoalId(id) ? 'goals' : 'tasks'}/${id}`;

/** The writes of the page: shown at once, taken back when refused, with an undo for what was saved. */
export function useChanges(): Changes {
  const client = useQueryClient();
  return useMemo(
    () => ({
      edit: (edit) => save(client, edit),
      remove: (id, force = false) => remove(client, id, force),
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

async function save(client: QueryClient, edit: Edit): Promise<boolean> {
  const { item, patch, show, before, done } = edit;
  await client.cancelQueries({ predicate: ({ queryKey: [kind, id] }) => isList(kind) || id === item.id });
  patchItem(client, { id: item.id, fields: show });
  try {
    const answer = await request<ChangedGoal | ChangedTask>(pathOf(item.id), {
      method: 'PATCH',
      body: patch,
      version: item.version,
    });
    const row = 'goal' in answer ? answer.goal : answer.task;
    patchItem(client, { id: item.id, fields: { ...show, version: row.version }, at: row.updated_at });
    saved(client, done, answer.undo_event);
    return true;
  } catch (error) {
    patchItem(client, { id: item.id, fields: before });
    refused(client, edit, error);
    return false;
  }
}

const isList = (kind: unknown): boolean => kind === 'goals' || kind === 'tasks';

function refused(client: QueryClient, edit: Edit, error: unknown): void {
  void refresh(client);
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const stale = problem?.current_version;
  if (stale === undefined || stale === edit.item.version) {
    toast(`Not saved: ${messageOf(error)}`, { tone: 'bad' });
    return;
  }
  toast(`${edit.item.id} was changed by someone else meanwhile. Nothing was saved. ${problem?.detail ?? ''}`, {
    tone: 'bad',
    action: {
      label: 'Save mine anyway',
      run: () => void save(client, { ...edit, item: { id: edit.item.id, version: stale } }),
    },
  });
}

async function remove(client: QueryClient, id: string, force: boolean): Promise<boolean> {
  try {
    const answer = await request<Deleted>(`${pathOf(id)}${force ? '?force=true' : ''}`, { method: 'DELETE' });
    patchItem(client, { id, fields: { deleted_at: new Date().toISOString() } });
    const along = isGoalId(id) ? answer.tasks : answer.tasks - 1;
    saved(client, `${id} deleted${along > 0 ? ` with ${along} task${along === 1 ? '' : 's'}` : ''}`, answer.undo_event);
    return true;
  } catch (error) {
    toast(`Not deleted: ${messageOf(error)}`, { tone: 'bad' });
    return false;
  }
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
