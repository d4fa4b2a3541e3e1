import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog, loadConfig } from '@mcp-servers/core';
import { type TestDatabase, withDatabase } from '@mcp-servers/core/testing';
import type * as z from 'zod';
import { DashboardSettings } from './config.ts';
import { type Dashboard, type StartOptions, startDashboard } from './start.ts';

export const silent = createLog({ name: 'test', level: 'silent' });

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely; those that matter are parsed.
  body: any;
}

export interface TestDashboard extends AsyncDisposable {
  readonly dashboard: Dashboard;
  readonly db: TestDatabase;
  readonly home: string;
  /** `GET /api/goals`; with a body it is sent as JSON. Signed in, unless headers are given that say otherwise. */
  ask(request: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
  /** The same, and the answer is of the contract, with no field more. */
  expectOf<S extends z.ZodType>(schema: S, request: string, options?: { body?: unknown }): Promise<z.output<S>>;
}

export interface TestOptions extends Partial<Omit<StartOptions, 'config' | 'log'>> {
  env?: Record<string, string>;
}

/** A folder of its own for a process's home. */
export async function withHome() {
  const home = await mkdtemp(path.join(tmpdir(), 'dashboard-'));
  return {
    home,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** A dashboard in this process, on a database and a home of its own and a free port. */
export async function withDashboard({ env = {}, ...options }: TestOptions = {}): Promise<TestDashboard> {
  await using made = new AsyncDisposableStack();
  const { home } = made.use(await withHome());
  const db = made.use(await withDatabase());
  const settings = { MCP_SERVERS_HOME: home, DATABASE_URL: db.url, DASHBOARD_PORT: '0', GOALS_ACTOR: 'ann', ...env };
  const config = loadConfig(DashboardSettings, settings);
  const dashboard = await startDashboard({ config, log: silent, ...options });
  made.defer(() => dashboard.close());
  // What was made goes again when the start is refused.
  const stack = made.move();
  const ask: TestDashboard['ask'] = (request, given) => askOf(dashboard, request, given);
  return {
    ...{ dashboard, db, home, ask },
    async expectOf(schema, request, given) {
      const { status, body } = await ask(request, given);
      if (status >= 400) throw new Error(`${request} was refused: ${JSON.stringify(body)}`);
      const parsed = schema.parse(body);
      if (JSON.stringify(sorted(parsed)) !== JSON.stringify(sorted(body)))
        throw new Error(`${request} answers more than its contract: ${JSON.stringify(body)}`);
      return parsed;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export async function askOf(
  { url, token }: Pick<Dashboard, 'url' | 'token'>,
  request: string,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [method = 'GET', address = '/'] = request.split(' ');
  const response = await fetch(new URL(address, url), {
    method,
    redirect: 'manual',
    headers: {
      ...{ authorization: `Bearer ${token}` },
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Keys in one order, so that objects compare as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
