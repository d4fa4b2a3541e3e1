import type { Caller } from '../items/caller.ts';
import type {
  BranchTask,
  ClaimedTask,
  Edge,
  Link,
  LinkedTask,
  NewTask,
  Scope,
  StoredLink,
  Task,
  TreeTask,
} from './types.ts';

export interface ClaimRequest extends Scope {
  /** Named tasks only, when given. */
  ids?: readonly string[] | undefined;
  limit: number;
  leaseMinutes: number;
  caller: Caller;
}

/** Why nothing (more) can start. */
export interface WaitingSummary {
  blocked: number;
  deferred: number;
  held: number;
  parents: number;
  /** The open tasks that hold up most others, at most three. */
  blockers: {
    id: string;
    title: string;
    status: string;
    holds_up: number;
    lease_holder: string | null;
    lease_until: Date | null;
  }[];
  /** Leases that end first, at most three. */
  leases: { id: string; lease_holder: string; lease_until: Date }[];
  next_deferred_at: Date | null;
}

export interface Roots {
  goals: readonly string[];
  tasks: readonly string[];
}

/** What a change may leave broken, to be looked at in its transaction. */
export interface RulesQuery extends Roots {
  /** Tasks that were started or finished by it. */
  begun: readonly string[];
  /** Tasks that have another parent by it. */
  moved: readonly string[];
  /** Blockers that were open before this event are no objection. */
  since: number;
}

export interface BrokenRule {
  rule: 'goal_closed' | 'parent_closed' | 'goal_deleted' | 'parent_deleted' | 'other_goal' | 'blocked' | 'too_deep';
  id: string;
  /** The goal, parent or blocker that it collides with; of `too_deep` the number of levels. */
  by: string;
}

/** A task of a project that would have an external reference. */
export interface Referenced {
  id: string;
  project: string;
  external_ref: string | null;
}

/** What tools may do with tasks; reads and writes of one transaction or of none. */
export interface TasksRepository {
  get(ids: readonly string[]): Promise<Task[]>;
  links(ids: readonly string[]): Promise<LinkedTask[]>;
  /** Every live task of these goals, or below these tasks, those at the top of a goal first, then by position. At most `limit` of `total`. */
  tree(roots: Roots, limit: number): Promise<(TreeTask & { total: number })[]>;
  /** Tasks that can start now, best first. */
  ready(scope: Scope, limit: number): Promise<Task[]>;
  waiting(scope: Scope): Promise<WaitingSummary>;
  /** Tasks leased to this actor, by whichever of its sessions. */
  leasedTo(actor: string, limit: number): Promise<Task[]>;
  openChildren(ids: readonly string[]): Promise<{ id: string; parent_task_id: string; title: string }[]>;
  openOf(goalIds: readonly string[]): Promise<{ id: string; goal_id: string; title: string; status: string }[]>;
  /** Tasks that the closing of these made ready: at most 20, and how many there are in all. */
  becameReady(ids: readonly string[]): Promise<{ tasks: { id: string; title: string }[]; total: number }>;
  /** Open blockers of these tasks. */
  blockersOf(ids: readonly string[]): Promise<{ task_id: string; id: string; title: string }[]>;
  depthOf(id: string): Promise<number>;

  /** Numbers for new rows, taken from the sequences: `goals` of goals and `tasks` of tasks. */
  allocate(counts: { goals: number; tasks: number }): Promise<{ goals: number[]; tasks: number[] }>;
  lock(ids: readonly string[]): Promise<Task[]>;
  /** New tasks of one goal; their positions count from behind its last task. */
  insert(tasks: readonly NewTask[], createdBy: string): Promise<{ id: string; version: number; position: number }[]>;
  save(tasks: readonly Task[]): Promise<{ id: string; version: number; updated_at: Date; blocked_by: number }[]>;
  /** Adds links; those that were there before keep who made them. */
  link(links: readonly (Link | StoredLink)[], createdBy: string): Promise<void>;
  /** Removes links; answers those that were there. */
  unlink(links: readonly Link[]): Promise<StoredLink[]>;
  /** Links with an end among these tasks. */
  linksOf(ids: readonly string[]): Promise<Link[]>;
  /** Live tasks that have what these would have. */
  refsTaken(rows: readonly Referenced[]): Promise<(Referenced & { taken_by: string })[]>;
  /** The external references of a goal's live tasks. */
  refsOfGoal(goalId: string): Promise<{ id: string; external_ref: string }[]>;
  /** Rules that do not hold for these goals, these tasks, and what is directly below. */
  brokenRules(of: RulesQuery): Promise<BrokenRule[]>;
  /** Links with both ends among these tasks. */
  linksAmong(ids: readonly string[]): Promise<Link[]>;
  /** Serialises changes of the dependency graph, so that two of them cannot close a cycle together. */
  lockGraph(): Promise<void>;
  /** The edges reachable from these tasks' starts, for the search of cycles. */
  reach(ids: readonly string[]): Promise<Edge[]>;
  /** Every task of these goals, these tasks and all below them, deleted ones too, by number. */
  branches(roots: Roots): Promise<BranchTask[]>;
  /** The same, locked against change. Who holds the lock of the goals sees no task come or go. */
  lockBranches(roots: Roots): Promise<BranchTask[]>;
  /** Hides tasks and ends their leases. */
  softDelete(ids: readonly string[], at: Date): Promise<{ id: string; version: number }[]>;
  restore(ids: readonly string[]): Promise<{ id: string; version: number }[]>;
  /** Removes deleted tasks, for ever. */
  purge(ids: readonly string[]): Promise<void>;
  /** Open tasks outside of these that wait, or would wait, for an open one of them. */
  dependantsOf(ids: readonly string[]): Promise<{ id: string; title: string }[]>;
  /** Deleted tasks whose external reference a live task has now. */
  takenRefs(ids: readonly string[]): Promise<{ id: string; external_ref: string; taken_by: string }[]>;
  claim(request: ClaimRequest): Promise<ClaimedTask[]>;
  /** Frees leases that ended; answers what they were. */
  releaseExpired(): Promise<(Pick<Task, 'id' | 'goal_id' | 'lease_holder' | 'version'> & { lease_until: Date })[]>;
  /** Gives a goal's tasks its project; answers those that had another. */
  moveToProject(goalId: string, project: string): Promise<{ id: string; version: number }[]>;
}
