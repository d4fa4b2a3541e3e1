import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
  const home = await mkdtemp(path.join(tmpdir(), 'internet-test-'));
  return {
    home,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** The safe default environment of the SDK plus what a test needs. */
export function environment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...getDefaultEnvironment(),
    ...{ MCP_SERVERS_HOME: home, LOG_LEVEL: 'warn', WEB_SEARCH_DUCKDUCKGO: 'false' },
    ...more,
  };
}

export interface CallOptions {
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
}

export interface WebServer extends AsyncDisposable {
  readonly pid: number;
  tools(): Promise<{ name: string; annotations?: Record<string, unknown> | undefined }[]>;
  /** Everything written to standard error so far. */
  stderr(): string;
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallToolResult>;
  /** `call` whose answer must not be an error: its structured content. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
  ask(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<any>;
}

export type Speaker = 'modern' | 'legacy' | 'older SDK';
export const speakers: readonly Speaker[] = ['modern', 'legacy', 'older SDK'];

/** Starts the built server in an empty home and connects a client to it over standard input and output. */
export async function spawnWeb(
  env: Readonly<Record<string, string>> = {},
  { as = 'modern' }: { as?: Speaker } = {},
): Promise<WebServer> {
  const folder = await withHome();
  const parameters = {
    command: process.execPath,
    args: [builtServer()],
    env: environment(folder.home, env),
    stderr: 'pipe' as const,
  };
  const identity = { name: 'test-client', version: '1.0.0' };
  const transport = as === 'older SDK' ? new OlderTransport(parameters) : new StdioClientTransport(parameters);
  let errors = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const client = as === 'older SDK' ? await older(transport as OlderTransport) : await current(transport, as);

  async function current(over: StdioClientTransport | OlderTransport, era: 'modern' | 'legacy') {
    const mode = era === 'modern' ? ({ pin: '2026-07-28' } as const) : 'legacy';
    const made = new Client(identity, { versionNegotiation: { mode } });
    await made.connect(over as StdioClientTransport);
    return made;
  }
  async function older(over: OlderTransport) {
    const made = new OlderClient(identity);
    await made.connect(over);
    return made;
  }

  const call = async (name: string, args: Record<string, unknown> = {}, options: CallOptions = {}) => {
    const asked = { name, arguments: args };
    const timeout = { timeout: 110_000, ...options };
    const answer =
      client instanceof Client
        ? await client.callTool(asked, timeout)
        : await client.callTool(asked, undefined, timeout as object);
    return answer as CallToolResult;
  };
  return {
    pid: transport.pid ?? 0,
    tools: async () => (await client.listTools()).tools,
    stderr: () => errors,
    call,
    async ask(tool, args, options) {
      const answer = await call(tool, args, options);
      if (answer.isError)
        throw new Error(`${tool} answered: ${textOf(answer)}\nstandard error:\n${errors.slice(-2000)}`);
      return answer.structuredContent;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await folder[Symbol.asyncDispose]();
    },
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

/** The most memory the process ever had resident, in MiB; undefined where there is no /proc. */
export async function peakMiB(pid: number): Promise<number | undefined> {
  // Another system: what is measured with it is left out.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
