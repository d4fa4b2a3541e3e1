import type { Progress, Status } from '../../../src/contract.ts';
import { isGoalId } from '../api/changes.ts';

/** What every view of an item has, for the actions on it. */
export interface Item {
  id: string;
  title: string;
  description?: string | undefined;
  status: Status;
  version?: number | undefined;
  progress?: Progress | undefined;
}

export const hrefOf = (id: string): string => `/${isGoalId(id) ? 'goals' : 'tasks'}/${id}`;

export const isOverdue = (due: string | undefined, status: Status): boolean =>
  due !== undefined && (status === 'pending' || status === 'in_progress') && Date.parse(due) < Date.now();
