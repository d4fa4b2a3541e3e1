import { type Queryable, statement } from '@mcp-servers/core/postgres';
import type { Caller } from '../items/caller.ts';

export interface Agent {
  name: string;
  session: string;
  last_seen: Date;
  doing: string | null;
}

export interface AgentsRepository {
  seen(caller: Caller, doing: string | undefined): Promise<void>;
  /** Sessions seen since a time, latest first: at most 20, and how many there are in all. */
  recent(since: Date): Promise<{ agents: Agent[]; total: number }>;
  bySession(sessions: readonly string[]): Promise<Agent[]>;
}

const seen = statement(
  'agents_seen',
  `INSERT INTO agents (name, session, doing) VALUES ($1, $2, $3)
   ON CONFLICT (name, session) DO UPDATE SET last_seen = now(), doing = coalesce(excluded.doing, agents.doing)`,
);
const recent = statement(
  'agents_recent',
  'SELECT name, session, last_seen, doing, count(*) OVER () AS total FROM agents WHERE last_seen > $1 ORDER BY last_seen DESC LIMIT 20',
);
const bySession = statement(
  'agents_by_session',
  'SELECT name, session, last_seen, doing FROM agents WHERE session = ANY ($1::uuid[])',
);

/** Who is at work, on PostgreSQL. */
export function postgresAgents(database: Queryable): AgentsRepository {
  return {
    async seen(caller, doing) {
      await database.query(seen, [caller.actor, caller.instance, doing ?? null]);
    },
    async recent(since) {
      const rows = await database.query<Agent & { total: number }>(recent, [since]);
      return { agents: rows, total: rows[0]?.total ?? 0 };
    },
    bySession: (sessions) => database.query<Agent>(bySession, [sessions]),
  };
}
