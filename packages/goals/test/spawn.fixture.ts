import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { embeddedPostgres } from '@mcp-servers/core/embedded';
import { connectionSource, type Database, openDatabase } from '@mcp-servers/core/postgres';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { test as base } from 'vitest';

export const silent = createLog({ name: 'test', level: 'silent' });

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built server's file. Throws with the way out when there is no build. */
export function builtServer(): string {
  if (!existsSync(main)) throw new Error(`There is no ${main}. Run "node scripts/build.ts" first; "pnpm test" does.`);
  return main;
}

export interface TestHome extends AsyncDisposable {
  readonly home: string;
  /** Process id of the database server, from its own file. */
  databasePid(): Promise<number>;
}

/** An empty home folder of its own; at the end its database server is stopped and the folder removed. */
export async function withHome(): Promise<TestHome> {
  const base = await mkdtemp(path.join(tmpdir(), 'goals-test-'));
  // When the tests run as root, the database server runs as another user that must reach its files.
  await chmod(base, 0o711);
  const home = path.join(base, 'home');
  return {
    home,
    async databasePid() {
      const text = await readFile(path.join(home, 'pg17', 'data', 'postmaster.pid'), 'utf8');
      return Number.parseInt(text, 10);
    },
    async [Symbol.asyncDispose]() {
      await embeddedPostgres({ home, log: silent }).stop('immediate');
      await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Tests of a file on one home, for those that do not need an empty one. */
export const test = base.extend<{ shared: TestHome }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's needs from a destructured parameter.
    async ({}, use) => {
      await using home = await withHome();
      await use(home);
    },
    { scope: 'file' },
  ],
});

/** SQL beside the servers, on the same database; it never stops the database server when it is closed. */
export function openSql(home: string): Database & AsyncDisposable {
  const { leave: _, ...source } = connectionSource({ home }, { log: silent });
  const database = openDatabase({ source, log: silent, application: 'test', poolMax: 2 });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

/** The safe default environment of the SDK plus what a test needs. */
export function environment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...getDefaultEnvironment(), MCP_SERVERS_HOME: home, LOG_LEVEL: 'warn', ...more };
}

export interface ServerOptions {
  /** `GOALS_ACTOR`; default: the name of the client. */
  actor?: string;
  env?: Readonly<Record<string, string>>;
  client?: Client;
}

export interface GoalsServer extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  /** Everything written to standard error so far. */
  stderr(): string;
  call(tool: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** `call` whose answer must not be an error: its structured content. */
  ask<T = Record<string, unknown>>(tool: string, args: Record<string, unknown>): Promise<T>;
  /** kill -9, resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts the built server on a home folder and connects the current client to it over standard input and output. */
export async function spawnServer(home: string, options: ServerOptions = {}): Promise<GoalsServer> {
  const { actor, env } = options;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtServer()],
    env: environment(home, { ...(actor !== undefined && { GOALS_ACTOR: actor }), ...env }),
    stderr: 'pipe',
  });
  let errors = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const client = options.client ?? new Client({ name: 'test-client', version: '1.0.0' });
  const closed = Promise.withResolvers<void>();
  client.onclose = () => closed.resolve();
  await client.connect(transport);
  const pid = transport.pid ?? 0;

  const call = (tool: string, args: Record<string, unknown>) => client.callTool({ name: tool, arguments: args });
  return {
    client,
    pid,
    stderr: () => errors,
    call,
    async ask<T>(tool: string, args: Record<string, unknown>): Promise<T> {
      const result = await call(tool, args);
      if (result.isError)
        throw new Error(`${tool} answered: ${textOf(result)}\nstandard error:\n${errors.slice(-2000)}`);
      return result.structuredContent as T;
    },
    async kill() {
      process.kill(pid, 'SIGKILL');
      await closed.promise;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** The first text of an answer. */
export function textOf(result: { content?: unknown }): string {
  const [first] = Array.isArray(result.content) ? result.content : [];
  return typeof first?.text === 'string' ? first.text : '';
}

/** The facts of an error for programs: code, retryable, details. */
export function errorOf(result: CallToolResult): { code?: string; retryable?: boolean } {
  return (result._meta?.error as { code?: string; retryable?: boolean } | undefined) ?? {};
}

/** Calls until the answer is not "try again in a moment": what a client does while a database server starts. */
export async function patiently(
  server: GoalsServer,
  tool: string,
  args: Record<string, unknown>,
): Promise<{ result: CallToolResult; attempts: number }> {
  for (let attempts = 1; ; attempts += 1) {
    const result = await server.call(tool, args);
    const { code, retryable } = errorOf(result);
    const later = result.isError === true && retryable === true && code === 'unavailable';
    if (!later || attempts === 20) return { result, attempts };
  }
}

/** Rounds of the long fault runs; a handful in CI. */
export const faultRounds = (few: number): number => Number(process.env.FAULT_ROUNDS ?? few);
