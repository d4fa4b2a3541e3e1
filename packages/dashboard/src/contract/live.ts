import * as z from 'zod';
import { Event, GoalRow } from './items.ts';
import { ServerState } from './servers.ts';

const Instant = z.iso.datetime();

/** Name -> state, of every known server. */
export const ServerStates = z.record(z.string(), ServerState);
export type ServerStates = z.infer<typeof ServerStates>;

/**
 * First message of every connection, without an id. `resumed`: what was missed since `Last-Event-ID` follows, each change exactly
 * once, in order. When false, whatever the page knew is void: take `goals` (the latest 50) and ask again for the rest.
 */
export const Snapshot = z.object({
  goals: z.array(GoalRow),
  goals_total: z.int().min(0),
  servers: ServerStates,
  timestamp: Instant,
  resumed: z.boolean(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** An entry of the event log; its `type` there (`task_claimed`, `note_added`, ...) is `change` here. */
export const Change = Event.omit({ type: true }).extend({ change: z.string() });
export type Change = z.infer<typeof Change>;

/**
 * Claims, releases, links, notes and restores are updates of their item; a purge is a deletion. The SSE `id` of these is the event
 * cursor; every other message has none.
 */
export const changeTypes = [
  'goal_created',
  'goal_updated',
  'goal_deleted',
  'task_created',
  'task_updated',
  'task_deleted',
] as const;
export type ChangeType = (typeof changeTypes)[number];

/** `GET /events`: the JSON in the `data` of each message; there are no `event:` lines, so `onmessage` gets all. */
export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), data: Snapshot }),
  z.object({ type: z.literal('server_status'), data: ServerStates }),
  z.object({ type: z.literal('heartbeat'), data: z.object({ timestamp: Instant }) }),
  z.object({ type: z.enum(changeTypes), data: Change }),
]);
export type Message = z.infer<typeof Message>;
