import * as z from 'zod';

export const ServerState = z.enum(['healthy', 'degraded', 'unhealthy', 'asleep']);
export type ServerState = z.infer<typeof ServerState>;
export const HealthState = z.enum(['healthy', 'degraded', 'unhealthy']);
export type HealthState = z.infer<typeof HealthState>;

const Instant = z.iso.datetime();
const Count = z.int().min(0);

/** A check of a process; other fields are facts of that check. */
export const Check = z.looseObject({ status: HealthState, reason: z.string().optional() });
export type Check = z.infer<typeof Check>;

/** Calls since the start; latencies (milliseconds) of the last 1,024, absent before the first. */
const figures = {
  calls: Count,
  errors: Count,
  p50_ms: z.number().optional(),
  p95_ms: z.number().optional(),
  memory_bytes: z.number().optional(),
};

export const Process = z.object({
  /** Of this run: a uuid. */
  instance: z.string(),
  pid: z.int(),
  host: z.string(),
  version: z.string(),
  state: HealthState,
  reason: z.string().optional(),
  started_at: Instant,
  uptime_seconds: z.number(),
  seen_at: Instant,
  /** `socket`: asked directly. `database`: its row in server_instances, of another host or container. */
  via: z.enum(['socket', 'database']),
  ...figures,
  /** Revision of the protocol that the last caller spoke, like 2025-11-25; absent before the first call. */
  protocol: z.string().optional(),
  /** Of the last caller. */
  client: z.string().optional(),
  checks: z.record(z.string(), Check),
});
export type Process = z.infer<typeof Process>;

export const Beat = z.object({ at: Instant, state: ServerState });
export type Beat = z.infer<typeof Beat>;

/** A server with all its processes. Of several processes: sums of calls, errors and memory, the slowest's latencies, the longest uptime. */
export const Server = z.object({
  name: z.string(),
  /** What it is for; absent for a server that is not of this product. */
  title: z.string().optional(),
  state: ServerState,
  /** When it came into this state, as far as this dashboard saw. */
  since: Instant,
  /** Why it is degraded, unhealthy or asleep. */
  reason: z.string().optional(),
  /** Titles of the clients whose configuration on this machine starts it; absent when there is none, or none can be seen. */
  configured_in: z.array(z.string()).optional(),
  processes: Count,
  ...figures,
  version: z.string().optional(),
  uptime_seconds: z.number().optional(),
  /** Revisions of the protocol its callers speak. */
  protocols: z.array(z.string()),
  tools: Count.optional(),
  definition_bytes: Count.optional(),
  /** An estimate: bytes of the tools' definitions / 4. What every client pays in context. */
  definition_tokens_estimate: Count.optional(),
  last_error: z.object({ at: Instant, operation: z.string(), type: z.string(), message: z.string() }).optional(),
  /** The last 60 polls, oldest first, 5 s apart. Fewer after a start. */
  beats: z.array(Beat),
});
export type Server = z.infer<typeof Server>;

/** `GET /api/servers`. Worst first, then by name. */
export const ServerList = z.object({ items: z.array(Server), at: Instant });
export type ServerList = z.infer<typeof ServerList>;

export const Tool = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  effect: z.enum(['read', 'write', 'destroy']).optional(),
  bytes: Count,
  tokens_estimate: Count,
  /** JSON Schema. */
  input_schema: z.record(z.string(), z.unknown()),
});
export type Tool = z.infer<typeof Tool>;

/** A tool call as a server saw it. */
export const Call = z.object({
  server: z.string(),
  pid: z.int(),
  at: Instant,
  operation: z.string(),
  status: z.enum(['success', 'error']),
  error_type: z.string().optional(),
  /** What the caller was told. */
  message: z.string().optional(),
  duration_ms: z.number(),
  client: z.string().optional(),
});
export type Call = z.infer<typeof Call>;

/** `GET /api/calls`: the latest calls of every local process, newest first, at most 100 of each. */
export const CallList = z.object({ items: z.array(Call) });
export type CallList = z.infer<typeof CallList>;

/** A poll's figures; `calls` and `errors` are those since the poll before. */
export const LatencyPoint = z.object({
  at: Instant,
  p50_ms: z.number().optional(),
  p95_ms: z.number().optional(),
  calls: Count,
  errors: Count,
});
export type LatencyPoint = z.infer<typeof LatencyPoint>;

/** `GET /api/servers/:name`. */
export const ServerDetail = Server.extend({
  process_list: z.array(Process),
  /** Empty when no process can be asked (asleep, or only on another host). */
  tool_list: z.array(Tool),
  /** Changes of state, newest first, at most 100. */
  timeline: z.array(Beat.extend({ reason: z.string().optional() })),
  /** The last hour, a point per poll (5 s), oldest first. */
  latency: z.array(LatencyPoint),
  /** Failed calls, newest first. */
  last_errors: z.array(Call),
});
export type ServerDetail = z.infer<typeof ServerDetail>;

/** `GET /health` (200, 200, 503). */
export const Health = z.object({
  status: HealthState,
  version: z.string(),
  uptime_seconds: z.number(),
  timestamp: Instant,
  checks: z.object({ database: Check, redis: Check, servers: Check, disk: Check, memory: Check }),
});
export type Health = z.infer<typeof Health>;

/** `GET /api/about`: what the page shows of this dashboard. */
export const About = z.object({
  version: z.string(),
  started_at: Instant,
  home: z.string(),
  store: z.object({ kind: z.enum(['given', 'embedded']), host: z.string(), port: z.int(), database: z.string() }),
  /** Name stored with the changes made here. */
  actor: z.string(),
  create_per_minute: z.int(),
  /** Where this dashboard listens. */
  url: z.string(),
});
export type About = z.infer<typeof About>;
