import type { Redis, Result } from 'ioredis';
import type { RedisSettings } from '../config.ts';
import type { Log } from '../log.ts';
import { createRedis } from '../redis/client.ts';
import { type ScriptName, scripts } from './scripts.lua.ts';

type Argument = string | number;
type Command = (count: number, ...args: Argument[]) => Result<unknown, { type: 'default' }>;
type Scripted = Redis & Record<ScriptName, Command>;

/** The connection to Redis with a breaker of its own: the first failure opens it, a write that works closes it. */
export interface Link {
  /** Of the server process and its data; another one after a restart, a failover or a resynchronisation. Undefined while it cannot be used. */
  id(): string | undefined;
  /** Milliseconds since it can be used without a break; 0 while it cannot. */
  upFor(): number;
  reason(): string;
  /** Runs a script on the keys. A failure opens the breaker and is thrown. */
  run<T>(script: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<T>;
  /** A reply is overdue: reads keep away until it arrives. */
  late(reply: Promise<unknown>): void;
  isLate(): boolean;
  /** Asks again which server it is: a replica that was made a master again keeps its connections. */
  refresh(): void;
  /** Waits for the first connection of this process, no longer than `ms`. */
  first(ms: number): Promise<void>;
  close(): void;
}

const probeMs = { first: 50, longest: 1000 };
const probeKey = 'mcp-cache:probe';

/** Connects in the background; ioredis is loaded here. */
export function openLink(settings: Partial<RedisSettings>, { log }: { log: Log }): Link {
  let redis: Scripted | undefined;
  let id: string | undefined;
  let up = 0;
  let reason = 'connecting';
  let announced = false;
  let closed = false;
  let attempt = 0;
  let timer: NodeJS.Timeout | undefined;
  let overdue = 0;
  const { promise: connected, resolve: connect } = Promise.withResolvers<void>();

  function down(why: string): void {
    reason = why;
    id = undefined;
    if (closed) return;
    if (!announced) log.warn({ reason }, 'cache_redis_unreachable');
    announced = true;
    if (timer === undefined) plan();
  }

  function plan(): void {
    const wait = Math.min(probeMs.longest, probeMs.first * 2 ** attempt++);
    timer = setTimeout(() => void probe(), wait).unref();
  }

  async function probe(): Promise<void> {
    timer = undefined;
    if (closed) return;
    // Its listeners call again when it is ready.
    if (redis?.status !== 'ready') return;
    try {
      const client = redis;
      const [server, replication] = await Promise.all([client.info('server'), client.info('replication')]);
      // A PING would not notice a replica or a missing right.
      await client.announce(1, probeKey, 'probe', 1, 1);
      if (client.status !== 'ready' || closed) return;
      const found = identify(server, replication);
      if (id !== found) up = performance.now();
      id = found;
      attempt = 0;
      connect();
      if (announced) log.info('cache_redis_back');
      announced = false;
    } catch (error) {
      down((error as Error).message);
    }
  }

  async function open(): Promise<void> {
    const client = (await createRedis(settings)) as Scripted;
    if (closed) return client.disconnect();
    redis = client;
    for (const [name, lua] of Object.entries(scripts)) client.defineCommand(name, { lua });
    client.on('ready', () => {
      clearTimeout(timer);
      void probe();
    });
    client.on('close', () => down(reason === 'connecting' || id !== undefined ? 'connection lost' : reason));
    client.on('error', (error: Error) => down(error.message));
    client.connect().catch(() => {}); // The error listener has it, and the client goes on trying.
  }
  open().catch((error: Error) => down(error.message));

  return {
    id: () => id,
    upFor: () => (id === undefined ? 0 : performance.now() - up),
    reason: () => reason,
    async run<T>(script: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<T> {
      if (redis === undefined || id === undefined) throw new Error(reason);
      try {
        return (await redis[script](keys.length, ...keys, ...args)) as T;
      } catch (error) {
        down((error as Error).message);
        throw error;
      }
    },
    late(reply) {
      overdue += 1;
      const over = () => {
        overdue -= 1;
      };
      reply.then(over, over);
    },
    isLate: () => overdue > 0,
    refresh() {
      if (id !== undefined) void probe();
    },
    async first(ms) {
      if (id !== undefined) return;
      const waited = Promise.withResolvers<void>();
      const limit = setTimeout(waited.resolve, ms);
      await Promise.race([connected, waited.promise]);
      clearTimeout(limit);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      redis?.disconnect();
    },
  };
}

/** The replication id changes when a replica was made a master, also of the process that was master before. */
function identify(server: string, replication: string): string {
  const field = (text: string, name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1];
  const role = field(replication, 'role');
  const run = field(server, 'run_id');
  if (role !== 'master' || run === undefined) throw new Error(`Redis is a ${role ?? 'server without run id'}`);
  return `${run}:${field(replication, 'master_replid') ?? ''}`;
}
