import * as z from 'zod';

const pattern = /^(goal|task)-0*([1-9][0-9]{0,17})$/i;

/** `goal-7` -> `GOAL-0007`, the form that is stored; undefined when it is not an id. */
export function toItemId(text: string): string | undefined {
  const [, kind, number] = pattern.exec(text.trim()) ?? [];
  return kind && number ? formatId(kind.toUpperCase() as 'GOAL' | 'TASK', number) : undefined;
}

/** Number of the sequence -> id: padded to four digits, longer when needed (as set_id() of the schema does). */
export function formatId(kind: 'GOAL' | 'TASK', seq: number | string): string {
  return `${kind}-${String(seq).padStart(4, '0')}`;
}

/** Number in an id, for ordering: ids are never ordered as text. */
export function toSeq(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

export const isGoalId = (id: string): boolean => id.startsWith('GOAL-');

const idOf = (kind: string, example: string, accepts: (id: string) => boolean) =>
  z.string().transform((text, context) => {
    const id = text.length <= 32 ? toItemId(text) : undefined;
    if (id !== undefined && accepts(id)) return id;
    context.addIssue({ code: 'custom', message: `must be the id of a ${kind}, like ${example}.` });
    return z.NEVER;
  });

export const GoalId = idOf('goal', 'GOAL-0001', isGoalId);
export const TaskId = idOf('task', 'TASK-0001', (id) => !isGoalId(id));
export const ItemId = idOf('goal or task', 'GOAL-0001 or TASK-0001', () => true);

/** Splits ids by kind, each once, in the order given. */
export function splitIds(ids: readonly string[]): { goals: string[]; tasks: string[] } {
  const unique = [...new Set(ids)];
  return { goals: unique.filter(isGoalId), tasks: unique.filter((id) => !isGoalId(id)) };
}
