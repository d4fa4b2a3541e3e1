import type { Event, EventType } from '../events/repository.ts';
import type { StoredNote } from '../notes/repository.ts';
import type { StoredLink } from '../tasks/types.ts';

/** How one event is undone. Fields are those that it did change, with the values of before. */
export interface Inverse {
  event: Event;
  /** Of the event that says so. */
  type: EventType;
  fields?: Record<string, unknown>;
  endsLease?: boolean;
  link?: Pick<StoredLink, 'from_task_id' | 'to_task_id' | 'type'> & Partial<StoredLink>;
  unlink?: Pick<StoredLink, 'from_task_id' | 'to_task_id' | 'type'>;
  removeNote?: number;
  putBackNote?: StoredNote;
}

/** Nothing for a lease that ended by itself, which does not come back, and for a removal for ever. */
export function inverseOf(event: Event, deletedAt: Date): Inverse | undefined {
  const { type } = event;
  const goal = event.task_id === null;
  switch (type as EventType) {
    case 'goal_created':
    case 'task_created':
      return { event, type: goal ? 'goal_deleted' : 'task_deleted', fields: { deleted_at: deletedAt } };
    case 'goal_deleted':
    case 'task_deleted':
      return ofFields(event, goal ? 'goal_restored' : 'task_restored');
    case 'goal_restored':
    case 'task_restored':
      return ofFields(event, goal ? 'goal_deleted' : 'task_deleted');
    case 'task_claimed':
      return ofFields(event, 'task_released');
    case 'goal_updated':
    case 'task_updated':
    case 'task_released':
      return ofFields(event, goal ? 'goal_updated' : 'task_updated');
    case 'task_linked':
      return { event, type: 'task_unlinked', unlink: toLink(event.after?.link) };
    case 'task_unlinked':
      return { event, type: 'task_linked', link: toLink(event.before?.link) };
    case 'note_added':
      return { event, type: 'note_removed', removeNote: Number(event.after?.note_id) };
    case 'note_removed':
      return { event, type: 'note_added', putBackNote: toNote(event) };
    default:
      return undefined;
  }
}

/** What belongs to a lease, or to the row alone, is not brought back. */
const asIs = new Set(['version', 'lease_holder', 'lease_until']);

function ofFields(event: Event, type: EventType): Inverse {
  const before = event.before ?? {};
  const after = event.after ?? {};
  // A lease never comes back, so work that was in progress under one is free again, as when a lease ends.
  const status = before.status === 'in_progress' && before.lease_holder != null ? 'pending' : before.status;
  const fields = Object.fromEntries(
    Object.entries({ ...before, status }).filter(
      ([name, value]) => !asIs.has(name) && value !== undefined && !isSame(name, value, after[name]),
    ),
  );
  return { event, type, fields, endsLease: after.lease_holder != null };
}

const times = new Set(['due_at', 'defer_until', 'started_at', 'completed_at', 'deleted_at']);

/** Whether two values of a field mean the same: times in any spelling, tags in any order. */
export function isSame(field: string, a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((value) => {
    if (field === 'tags' && Array.isArray(value)) return value.toSorted();
    return times.has(field) && value != null ? new Date(value as string | Date) : (value ?? null);
  });
  return JSON.stringify(one) === JSON.stringify(other);
}

function toLink(link: unknown): NonNullable<Inverse['link']> {
  const { from, to, type, ...made } = link as { from: string; to: string; type: StoredLink['type'] };
  return { from_task_id: from, to_task_id: to, type, ...made };
}

function toNote({ goal_id, task_id, before }: Event): StoredNote {
  const { note_id, ...note } = before as Omit<StoredNote, 'id' | 'item_id'> & { note_id: number };
  return { ...note, id: note_id, item_id: task_id ?? goal_id ?? '' };
}
