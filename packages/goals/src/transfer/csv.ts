import type { Goal } from '../goals/types.ts';
import type { Note } from '../notes/repository.ts';
import type { Link, Task } from '../tasks/types.ts';
import { isTask } from './contents.ts';

const columns = [
  ...['kind', 'id', 'goal_id', 'parent_task_id', 'title', 'status', 'priority', 'project', 'assignee', 'tags'],
  ...['due_at', 'defer_until', 'estimate_minutes', 'percent', 'blocked_by', 'description', 'acceptance', 'notes'],
  ...['external_ref', 'metadata', 'result', 'created_by', 'created_at', 'started_at', 'completed_at', 'deleted_at'],
] as const;

export const csvHeader = `${columns.join(',')}\r\n`;

/** One row of RFC 4180 for an item. `links` and `notes` are those of this item. */
export function csvRow(row: Goal | Task, links: readonly Link[], notes: readonly Note[]): string {
  const blockers = links.filter(({ type }) => type === 'blocks').map(({ from_task_id }) => from_task_id);
  const fields: Record<string, unknown> = {
    ...row,
    kind: isTask(row) ? 'task' : 'goal',
    tags: row.tags.join(', '),
    blocked_by: blockers.join(' '),
    acceptance: isTask(row) ? row.acceptance.join('\n') : null,
    notes: notes
      .map(({ created_at, author, kind, body }) => `${created_at.toISOString()} ${author} ${kind}: ${body}`)
      .join('\n'),
    metadata: Object.keys(row.metadata).length > 0 ? row.metadata : null,
  };
  return toLine(columns.map((column) => fields[column]));
}

function toLine(values: readonly unknown[]): string {
  return `${values.map(toField).join(',')}\r\n`;
}

function toField(value: unknown): string {
  const text = toText(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return String(value);
  return harmless(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A spreadsheet runs text that begins like a formula; an apostrophe before it makes it text. */
const harmless = (text: string): string => (/^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text);
