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
  /** The event that this one undid. */
  undo_of: number | null;
}

export const eventTypes = [
  'goal_created',
  'goal_updated',
  'goal_deleted',
  'goal_restored',
  'goal_purged',
  'task_created',
  'task_updated',
  'task_claimed',
  'task_released',
  'task_lease_expired',
  'task_deleted',
  'task_restored',
  'task_purged',
  'task_linked',
  'task_unlinked',
  'note_added',
  'note_removed',
] as const;
export type EventType = (typeof eventTypes)[number];

export interface NewEvent {
  type: EventType;
  goal_id: string;
  task_id?: string | undefined;
  before?: Record<string, unknown> | undefined;
  after?: Record<string, unknown> | undefined;
  undo_of?: number | undefined;
}

/** What to tell of the log; every field narrows. */
export interface EventFilter {
  /** A goal brings the events of its tasks. Items named without a project are shown in any. */
  ids?: readonly string[] | undefined;
  actor?: string | undefined;
  project?: string | undefined;
  types?: readonly EventType[] | undefined;
  since?: string | undefined;
}

export interface HistoryEvent extends Event {
  /** Of the task or goal as it is now; null when it is gone. */
  title: string | null;
}

/** A place in the log in the order of (xid, id), in which nothing ever appears before what was read. */
export interface LogPosition {
  xid: string;
  id: number;
}

export interface LogPage {
  /** Identity of the log: positions of another one mean nothing here. */
  log_id: string;
  events: (HistoryEvent & { xid: string })[];
  /** All before this place has been decided: no transaction is left that could still add there. */
  horizon: LogPosition;
}

/** What happened to an item after an event: which fields it touched, not what they were. */
export interface LaterEvent extends Omit<Event, 'client' | 'before' | 'after'> {
  fields: string[];
  /** Of `task_linked` and `task_unlinked`. */
  link: { from: string; to: string; type: string } | null;
  /** That it left behind, if it changed the status. */
  status: string | null;
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
  /** The change an event is part of: all that its transaction wrote, oldest first. Nothing when there is no such event. */
  change(id: number): Promise<Event[]>;
  /** The latest event of a person below an id that neither undid something nor ended a lease by itself. */
  lastBy(actor: string, below: number | undefined): Promise<number | undefined>;
  /** Later events of each item, or of a goal with all its tasks, newest first. */
  later(of: { items: readonly string[]; wholeGoals: readonly string[] }, than: number): Promise<LaterEvent[]>;
  /** Newest first, from below an id. */
  history(filter: EventFilter, page: { below?: number | undefined; limit: number }): Promise<HistoryEvent[]>;
  /** Oldest first, from behind a place or the beginning, up to the horizon. */
  follow(filter: EventFilter, page: { after?: LogPosition | undefined; limit: number }): Promise<LogPage>;
}
