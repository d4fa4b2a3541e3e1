import type { Event } from '../../../src/contract.ts';
import { words } from '../parts/format.ts';
import { apart } from '../parts/legible.ts';

const plain: Record<string, string> = {
  goal_created: 'created the goal',
  goal_deleted: 'deleted the goal',
  goal_restored: 'restored the goal',
  goal_purged: 'removed the goal for ever',
  task_created: 'created',
  task_claimed: 'claimed',
  task_released: 'released',
  task_lease_expired: 'let the claim run out',
  task_deleted: 'deleted',
  task_restored: 'restored',
  task_purged: 'removed for ever',
  note_removed: 'removed a note',
};
const quiet = new Set([
  'lease_holder',
  'assignee',
  'version',
  'updated_at',
  'started_at',
  'completed_at',
  'lease_token',
  'lease_instance',
  'lease_until',
  'position',
  'blocked_by',
  'seq',
]);

const noted: Record<string, string> = {
  progress: 'noted',
  decision: 'decided',
  handoff: 'handed over',
  blocker: 'is held up',
};

/** A value of an event or an item in words, whole. */
export function told(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value) && value.length === 0) return 'none';
  const list = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  return typeof value === 'string' ? value : list ? value.join(', ') : JSON.stringify(value);
}

/** The same within a line. */
function text(value: unknown): string {
  const whole = told(value);
  return apart(whole.length > 60 ? `${whole.slice(0, 57)}…` : whole);
}

/** What somebody did, after their name: `changed status: pending → completed`. */
export function describeEvent({ type, before, after, undo_of }: Event): string {
  const undid = undo_of === undefined ? '' : 'undid: ';
  const known = plain[type];
  if (known !== undefined) return undid + known;
  if (type === 'note_added') return `${undid}${noted[String(after?.kind)] ?? 'noted'}: ${text(after?.body ?? '')}`;
  if (type === 'task_linked' || type === 'task_unlinked') {
    const { from, to, type: kind } = (after?.link ?? before?.link ?? {}) as Record<string, unknown>;
    return `${undid}${type === 'task_linked' ? 'linked' : 'unlinked'}: ${text(from)} ${words(text(kind))} ${text(to)}`;
  }
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => !quiet.has(name),
  );
  if (names.length === 0) return `${undid}${words(type.replace(/^(goal|task)_/, ''))}`;
  const [only] = names;
  if (names.length === 1 && only === 'percent') return `${undid}reported ${text(after?.percent)} %`;
  if (names.length === 1 && only === 'status') {
    return `${undid}changed status: ${words(text(before?.status))} → ${words(text(after?.status))}`;
  }
  if (names.length === 1 && only !== undefined && only !== 'description') {
    return `${undid}changed ${words(only)}: ${text(before?.[only])} → ${text(after?.[only])}`;
  }
  if (names.includes('status')) {
    const rest = names.filter((name) => name !== 'status' && name !== 'percent').map(words);
    const others = rest.length > 0 ? `, and ${rest.join(', ')}` : '';
    return `${undid}changed status: ${words(text(before?.status))} → ${words(text(after?.status))}${others}`;
  }
  return `${undid}changed ${names.map(words).join(', ')}`;
}

/** Fields with what they were and are, for reading in full. */
export function changedFields({ before, after }: Event): { name: string; before: unknown; after: unknown }[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .filter((name) => name !== 'version' && name !== 'updated_at')
    .map((name) => ({ name, before: before?.[name], after: after?.[name] }));
}
