import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '@mcp-servers/core';
import { embeddedPostgres } from '@mcp-servers/core/embedded';
import { connectionSource, type Database, openDatabase } from '@mcp-servers/core/postgres';
import * as kit from '@mcp-servers/core/testing';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { test as base } from 'vitest';

export const silent = createLog({ name: 'test', level: 'silent' });

export { environment, errorOf, textOf } from '@mcp-servers/core/testing';

/** The built server's file. */
export const builtServer = (): string => kit.builtServer(import.meta.url);

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

export interface ServerOptions {
  /** `GOALS_ACTOR`; default: the name of the client. */
  actor?: string;
  env?: Readonly<Record<string, string>>;
  client?: Client;
}

export interface GoalsServer extends kit.SpawnedServer {
  readonly client: Client;
}

/** Starts the built server on a home folder and connects the current client to it over standard input and output. */
export async function spawnServer(home: string, options: ServerOptions = {}): Promise<GoalsServer> {
  const { actor, env, client = new Client({ name: 'test-client', version: '1.0.0' }) } = options;
  const server = await kit.spawnServer({
    ...{ main: builtServer(), home, client },
    env: { ...(actor !== undefined && { GOALS_ACTOR: actor }), ...env },
  });
  return { ...server, client };
}

/** Calls until the answer is not "try again in a moment": what a client does while a database server starts. */
export async function patiently(
  server: GoalsServer,
  tool: string,
  args: Record<string, unknown>,
): Promise<{ result: CallToolResult; attempts: number }> {
  for (let attempts = 1; ; attempts += 1) {
    const result = await server.call(tool, args);
    const { code, retryable } = kit.errorOf(result);
    const later = result.isError === true && retryable === true && code === 'unavailable';
    if (!later || attempts === 20) return { result, attempts };
  }
}

/** Rounds of the long fault runs; a handful in CI. */
export const faultRounds = (few: number): number => Number(process.env.FAULT_ROUNDS ?? few);
