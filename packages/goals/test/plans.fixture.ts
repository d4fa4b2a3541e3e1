import { type Database, type loadDriver, type Statement, sessionSettings } from '@mcp-servers/core/postgres';

/** A connection of the driver's. */
export type Client = ReturnType<Awaited<ReturnType<typeof loadDriver>>['client']>;

/** A node of a plan as EXPLAIN (ANALYZE, FORMAT JSON) shows it; counts are per loop. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

export interface SeenPlan {
  /** The statement's name, without the hash of those that are built; of one inside the database the function or key it belongs to. */
  name: string;
  /** What was being done. */
  step: string;
  nested: boolean;
  text: string;
  root: PlanNode;
  ms: number;
}

export interface PlanRecorder {
  /** Runs everything on the one connection whose plans are recorded. */
  readonly database: Database;
  readonly statements: ReadonlySet<string>;
  readonly plans: readonly SeenPlan[];
  /** Names what comes next. */
  begin(step: string): void;
}

/** Plans come as notices, those of functions, triggers and foreign keys too. */
const explaining = `
  SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_triggers = off;
  SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off; SET auto_explain.log_format = json;
  SET auto_explain.log_level = notice; SET auto_explain.log_parameter_max_length = 0`;

/**
 * A database on one connection that keeps the plan of every statement it runs, as PostgreSQL ran it. The connection needs the
 * right to load auto_explain. `nested` includes what functions, triggers and foreign keys run, which takes time of its own.
 */
export async function recordPlans(client: Client, { nested = true } = {}): Promise<PlanRecorder> {
  const statements = new Set<string>();
  const plans: SeenPlan[] = [];
  const names = new Map<string, string>();
  let step = '';
  let last: Promise<unknown> = Promise.resolve();
  await client.query("LOAD 'auto_explain'");
  const { rows: functions } = await client.query<{ name: string; body: string }>(
    "SELECT proname AS name, prosrc AS body FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> 13",
  );
  for (const setting of sessionSettings) await client.query(`SET ${setting}`);
  await client.query(explaining);
  if (!nested) await client.query('SET auto_explain.log_nested_statements = off');
  const ownerOf = (text: string): string =>
    functions.find(({ body }) => body.includes(text.trim()))?.name ??
    (/FOR (KEY )?SHARE|ONLY/.test(text) ? 'foreign key' : '');

  client.on('notice', ({ message = '' }) => {
    const [, ms, json] = /^duration: ([\d.]+) ms\s+plan:\s*(\{.*)$/s.exec(message) ?? [];
    if (json === undefined) return;
    const { 'Query Text': text, Plan: root } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
    const own = names.get(text);
    const name = own ?? ownerOf(text);
    if (name !== '') plans.push({ name, step, nested: own === undefined, text, root, ms: Number(ms) });
  });

  function query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    const name = statement.name.replace(/_[0-9a-f]{40}$/, '');
    statements.add(name);
    names.set(statement.text, name);
    // One connection, one statement at a time.
    const next = last.then(async () => (await client.query<R>({ ...statement, values: [...values] })).rows);
    last = next.catch(() => {}); // Whoever asked has the error; the next statement goes on.
    return next;
  }

  async function transaction<T>(work: Parameters<Database['transaction']>[0]): Promise<T> {
    await client.query('BEGIN');
    try {
      const before: (() => unknown)[] = [];
      const after: (() => unknown)[] = [];
      const beforeCommit = (hook: () => unknown) => void before.push(hook);
      const afterCommit = (hook: () => unknown) => void after.push(hook);
      const value = await work({ query, xid: '', now: new Date(), beforeCommit, afterCommit });
      for (const hook of before) await hook();
      await client.query('COMMIT');
      for (const hook of after) await hook();
      return value as T;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  }

  const database = {
    query,
    transaction,
    describe: () => ({ kind: 'given' }),
    health: async () => ({ status: 'healthy' }),
  } as unknown as Database;
  return {
    ...{ database, statements, plans },
    begin(text) {
      step = text;
    },
  };
}

/** Every node of a plan, from the top. */
export function nodesOf(root: PlanNode): PlanNode[] {
  return [root, ...(root.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that the scans of this plan looked at, those that did not pass included. */
export function rowsRead(root: PlanNode): number {
  return nodesOf(root)
    .filter((node) => /Scan$/.test(node['Node Type']) && node['Relation Name'] !== undefined)
    .reduce((sum, node) => sum + perLoop(node) * (node['Actual Loops'] ?? 1), 0);
}

const perLoop = (node: PlanNode): number =>
  (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
