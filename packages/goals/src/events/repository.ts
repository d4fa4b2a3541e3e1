/** One change, as the audit log keeps it. `before` and `after` hold the fields that changed. */
export interface Event {
  id: number;
  at: Date;
  type: string;
  goal_id: string | null;
  task_id: string | null;
  actor: string;
  client: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export type EventType =
  | 'goal_created'
  | 'goal_updated'
  | 'goal_deleted'
  | 'task_created'
  | 'task_updated'
  | 'task_claimed'
  | 'task_released'
  | 'task_lease_expired'
  | 'note_added';

export interface NewEvent {
  type: EventType;
  goal_id: string;
  task_id?: string | undefined;
  before?: Record<string, unknown> | undefined;
  after?: Record<string, unknown> | undefined;
}

export interface EventsRepository {
  /** The latest events of each item, newest first. */
  latest(ids: readonly string[], perItem: number): Promise<Event[]>;
  /** What others changed since a time, newest first. */
  since(filter: {
    at: Date;
    project?: string | undefined;
    notActor?: string | undefined;
    limit: number;
  }): Promise<(Event & { title: string | null })[]>;
  /** Events of one item whose `after` carries a version above this one, oldest first: what a stale writer missed. */
  sinceVersion(id: string, version: number): Promise<Event[]>;
}
