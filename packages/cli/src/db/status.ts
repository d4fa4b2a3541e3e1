import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { toAppError } from '@mcp-servers/core';
import { type StoreIdentity, statement } from '@mcp-servers/core/postgres';
import type { Command, Context } from '../command.ts';
import { inBytes, inRows } from '../format.ts';
import { readSchema, type Schema } from '../schema.ts';
import { embeddedOf, openStore, sourceOf } from '../store.ts';

export const status: Command = {
  name: 'status',
  usage: '[--json]',
  summary: 'Say which store is used, whether it runs, and what is in it. Starts and changes nothing.',
  help: ['--json   the same as one JSON object', 'Exit status 1 when a given database cannot be used.'],
  options: { json: { type: 'boolean' } },
  takes: { min: 0, max: 0 },

  async run({ values }, context) {
    const report = await readReport(context);
    context.print(values.json ? JSON.stringify(report, null, 2) : describe(report));
    return report.reason === undefined ? 0 : 1;
  },
};

export interface StatusReport {
  kind: 'given' | 'embedded';
  home: string;
  state: 'absent' | 'stopped' | 'starting' | 'running' | 'stopping' | 'unreachable';
  /** Why a database that should answer does not. */
  reason?: string;
  store?: StoreIdentity;
  version?: string;
  schema?: Schema;
  /** Rows by table; absent while the schema is. */
  rows?: { goals: number; tasks: number };
  /** Bytes of the database, or of the folder of an embedded one. */
  sizeBytes?: number;
  /** Connections by program, without this one. */
  clients?: Record<string, number>;
  folder?: string;
  pid?: number;
  logFile?: string;
  /** Daily copies, oldest first. */
  copies?: string[];
}

async function readReport(context: Context): Promise<StatusReport> {
  const { home } = context.config;
  const { kind } = sourceOf(context);
  if (kind === 'given') return { kind, home, ...(await readRunning(context)) };
  const { state, folder, logFile, pid, sizeBytes } = await embeddedOf(context).status();
  const common = { kind, home, folder, logFile, copies: await readCopies(home) };
  const running = state === 'running' ? await readRunning(context) : { state };
  const facts = { ...(pid !== undefined && { pid }), ...(sizeBytes !== undefined && { sizeBytes }) };
  return { ...common, ...running, ...facts };
}

type Running = Omit<StatusReport, 'kind' | 'home'>;

async function readRunning(context: Context): Promise<Running> {
  const store = sourceOf(context).describe();
  try {
    await using open = await openStore(context, { stay: true });
    const { database } = open;
    const [facts] = await database.query<Pick<Required<Running>, 'version' | 'sizeBytes' | 'clients'>>(readFacts);
    const schema = await readSchema(database);
    const [rows] = schema.applied.length > 0 ? await database.query<{ goals: number; tasks: number }>(readRows) : [];
    return { state: 'running', store: database.describe(), schema, ...facts, ...(rows && { rows }) };
  } catch (error) {
    return { state: 'unreachable', store, reason: toAppError(error).message };
  }
}

const readFacts = statement(
  'cli_facts',
  `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS "sizeBytes",
          (SELECT coalesce(json_object_agg(program, n), '{}') FROM (
             SELECT coalesce(nullif(replace(application_name, 'mcp-servers/', ''), ''), 'unnamed') AS program, count(*) AS n
             FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
             GROUP BY 1 ORDER BY 1) connected) AS clients`,
);

const readRows = statement(
  'cli_rows',
  `SELECT (SELECT count(*) FROM goals WHERE deleted_at IS NULL) AS goals,
          (SELECT count(*) FROM tasks WHERE deleted_at IS NULL) AS tasks`,
);

async function readCopies(home: string): Promise<string[]> {
  try {
    return (await readdir(path.join(home, 'copies'))).filter((name) => name.endsWith('.jsonl.gz')).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function describe(report: StatusReport): string {
  const { kind, home, state, reason, store, version, schema, rows, sizeBytes, clients, folder, pid, logFile, copies } =
    report;
  const place =
    kind === 'embedded' ? folder : `${store?.host}:${store?.port}, database ${store?.database}, user ${store?.user}`;
  const connected = Object.entries(clients ?? {}).map(([program, n]) => `${program} ${n}`);
  const lines: [string, string | undefined][] = [
    ['Store', `${kind === 'embedded' ? 'embedded' : 'given'} PostgreSQL${version ? ` ${version}` : ''}: ${place}`],
    ['State', `${describeState(state)}${pid === undefined ? '' : ` (process ${pid})`}`],
    ['Reason', reason],
    ['Content', rows && inRows({ ...rows })],
    ['Schema', schema && describeSchema(schema)],
    ['Size', sizeBytes === undefined ? undefined : inBytes(sizeBytes)],
    ['Clients', clients && (connected.join(', ') || 'none')],
    [
      'Copies',
      copies && copies.length > 0
        ? `${copies.length} in ${path.join(home, 'copies')}, last ${copies.at(-1)}`
        : undefined,
    ],
    ['Log', state === 'absent' ? undefined : logFile],
    ['Home', home],
  ];
  return lines.flatMap(([name, text]) => (text === undefined ? [] : `${name.padEnd(9)}${text}`)).join('\n');
}

const describeState = (state: StatusReport['state']): string =>
  ({
    absent: 'not created yet: the first server makes it',
    stopped: 'stopped: the next server starts it',
    starting: 'starting',
    running: 'running',
    stopping: 'stopping',
    unreachable: 'cannot be used',
  })[state];

const describeSchema = ({ applied, pending }: Schema): string =>
  pending.length > 0 ? `lacks ${pending.join(', ')}: run "mcp-servers db migrate"` : `up to date (${applied.at(-1)})`;
