import type { Goal, NewGoal, Progress } from './types.ts';

/** What tools may do with goals; reads and writes of one transaction or of none. */
export interface GoalsRepository {
  get(ids: readonly string[]): Promise<Goal[]>;
  progress(ids: readonly string[]): Promise<Progress[]>;
  inProgress(filter: { project?: string | undefined; limit: number }): Promise<Goal[]>;
  /** Locks the rows against change until the transaction ends, in order of their number. */
  lock(ids: readonly string[]): Promise<Goal[]>;
  /** Locks the rows against being closed, not against each other: for adding tasks. */
  share(ids: readonly string[]): Promise<Pick<Goal, 'id' | 'status' | 'project' | 'deleted_at'>[]>;
  insert(goal: NewGoal, createdBy: string): Promise<Goal>;
  /** Writes every changeable column of locked rows. */
  save(goals: readonly Goal[]): Promise<{ id: string; version: number; updated_at: Date }[]>;
  /** Pending goals of these become in progress; answers those that changed. */
  start(
    ids: readonly string[],
  ): Promise<{ id: string; started_before: Date | null; started_at: Date; version: number }[]>;
  /** Removes deleted goals with everything under them, for ever. */
  purge(ids: readonly string[]): Promise<void>;
  /** Removes a project's goals with everything under them, for ever. */
  purgeProject(project: string): Promise<{ id: string }[]>;
}
