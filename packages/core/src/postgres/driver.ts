import type { Client, ClientConfig, Pool, PoolConfig } from 'pg';
import type { ConnectionParameters } from './source.ts';

const int8 = 20;
const int8Array = 1016;
const date = 1082;

/** Of every session that may have start parameters. */
export const sessionSettings: readonly string[] = [
  // Planning a prepared statement anew for its values costs several times what it gains on keyed reads.
  'plan_cache_mode=force_generic_plan',
  // The default of 4 is that of turning disks: it reads a whole table where an index finds the few rows asked for.
  'random_page_cost=1.1',
];

export interface SessionOptions {
  readonly application: string;
  readonly connectionTimeoutMs: number;
  /** Sent as start parameters; left out for a pooler that refuses them. */
  readonly limits?: { readonly statementTimeoutMs: number; readonly idleInTransactionMs: number };
}

/** pg, loaded on first use: importing this package costs a server without a database nothing. */
export async function loadDriver() {
  const { default: pg } = await import('pg');
  const parseArray: (text: string) => unknown = pg.types.getTypeParser(int8Array as number);
  const types = {
    // Per client, because the parsers of pg.types belong to the whole process.
    getTypeParser(oid: number, format?: 'text' | 'binary') {
      if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
      if (oid === int8) return toNumber;
      if (oid === int8Array) return (text: string) => numbersIn(parseArray(text));
      // A calendar day has no time zone; the driver would make it local midnight.
      if (oid === date) return (text: string) => text;
      return pg.types.getTypeParser(oid, 'text');
    },
  };
  const config = (parameters: ConnectionParameters, session: SessionOptions): ClientConfig => ({
    ...parameters,
    application_name: `mcp-servers/${session.application}`,
    connectionTimeoutMillis: session.connectionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: types as NonNullable<ClientConfig['types']>,
    ...(session.limits === undefined
      ? {}
      : {
          statement_timeout: session.limits.statementTimeoutMs,
          idle_in_transaction_session_timeout: session.limits.idleInTransactionMs,
          options: sessionSettings.map((setting) => `-c ${setting}`).join(' '),
        }),
  });
  return {
    client: (parameters: ConnectionParameters, session: SessionOptions): Client => {
      const client = new pg.Client(config(parameters, session));
      // Without a listener a dying server would end this process; whoever waits gets the error from its query.
      client.on('error', () => {});
      return client;
    },
    pool: (parameters: ConnectionParameters, session: SessionOptions, size: PoolConfig): Pool =>
      new pg.Pool({ ...config(parameters, session), ...size }),
  };
}

export type Driver = Awaited<ReturnType<typeof loadDriver>>;

/** int8 as a number; beyond 2^53 the text, because a rounded id is worse than a string. */
function toNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function numbersIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersIn);
  return typeof value === 'string' ? toNumber(value) : value;
}
