import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built server's file. Throws with the way out when there is no build. */
export function builtServer(): string {
  if (!existsSync(main)) throw new Error(`There is no ${main}. Run "node scripts/build.ts" first; "pnpm test" does.`);
  return main;
}

/** An empty home folder of its own, removed at the end. */
export async function withHome(): Promise<AsyncDisposable & { home: string }> {
  const home = await mkdtemp(path.join(tmpdir(), 'github-test-'));
  return {
    home,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** The safe default environment of the SDK plus what a test needs. */
export const environment = (home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...getDefaultEnvironment(),
  ...{ MCP_SERVERS_HOME: home, LOG_LEVEL: 'debug' },
  ...more,
});

export interface ListedTool {
  readonly name: string;
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
}

export interface GitHubProcess extends AsyncDisposable {
  tools(): Promise<readonly ListedTool[]>;
  call(tool: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** `call` whose answer must not be an error: its structured content. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
  ask(tool: string, args?: Record<string, unknown>): Promise<any>;
  /** Closes standard input; answers all of standard error when the process has ended. */
  end(): Promise<string>;
}

export type Speaker = 'modern' | 'legacy' | 'older SDK';
export const speakers: readonly Speaker[] = ['modern', 'legacy', 'older SDK'];

const identity = { name: 'test-client', version: '1.0.0' };

/** Starts the built server in an empty home and connects a client to it over standard input and output. */
export async function spawnGitHub(
  env: Readonly<Record<string, string>> = {},
  { as = 'modern' }: { as?: Speaker } = {},
): Promise<GitHubProcess> {
  const folder = await withHome();
  const parameters = {
    command: process.execPath,
    args: [builtServer()],
    env: environment(folder.home, env),
    stderr: 'pipe' as const,
  };
  const { client, stderr } = as === 'older SDK' ? await older(parameters) : await current(parameters, as);
  const ended = Promise.withResolvers<string>();
  let errors = '';
  stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  stderr?.on('end', () => ended.resolve(errors));

  const call = async (name: string, args: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return {
    tools: async () => (await client.listTools()).tools,
    call,
    async ask(tool, args) {
      const answer = await call(tool, args);
      if (answer.isError) throw new Error(`${tool} answered: ${textOf(answer)}\nstandard error:\n${errors}`);
      return answer.structuredContent;
    },
    async end() {
      await client.close();
      return ended.promise;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

type Parameters = ConstructorParameters<typeof StdioClientTransport>[0] & { env: Record<string, string> };

async function current(parameters: Parameters, era: 'modern' | 'legacy') {
  const transport = new StdioClientTransport(parameters);
  const mode = era === 'modern' ? ({ pin: '2026-07-28' } as const) : 'legacy';
  const client = new Client(identity, { versionNegotiation: { mode } });
  const { stderr } = transport;
  await client.connect(transport);
  return { client, stderr };
}

async function older(parameters: Parameters) {
  const transport = new OlderTransport(parameters as ConstructorParameters<typeof OlderTransport>[0]);
  const client = new OlderClient(identity);
  const { stderr } = transport;
  await client.connect(transport);
  return { client, stderr };
}

/** All texts of an answer. */
export const textOf = ({ content = [] }: { content?: CallToolResult['content'] }): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
