import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { eras } from './connect.ts';

/** The built server of the package that a test in its folder `test` belongs to. Throws with the way out when there is no build. */
export function builtServer(testUrl: string): string {
  const main = fileURLToPath(new URL('../dist/main.js', testUrl));
  if (!existsSync(main)) throw new Error(`There is no ${main}. Run "node scripts/build.ts" first; "pnpm test" does.`);
  return main;
}

/** An empty home folder of its own, removed at the end. */
export async function temporaryHome(): Promise<AsyncDisposable & { home: string }> {
  const home = await mkdtemp(path.join(tmpdir(), 'mcp-servers-test-'));
  return {
    home,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** The safe default environment of the SDK plus what a test needs. */
export const environment = (home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...getDefaultEnvironment(),
  ...{ MCP_SERVERS_HOME: home, LOG_LEVEL: 'warn' },
  ...more,
});

/** The clients that people have: the current SDK in both eras of the protocol, and the SDK before it. */
export type Speaker = keyof typeof eras | 'older SDK';
export const speakers: readonly Speaker[] = ['modern', 'legacy', 'older SDK'];

export interface CallOptions {
  /** Milliseconds, 110,000 unless given. */
  timeout?: number;
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
}

export interface SpawnedServer extends AsyncDisposable {
  readonly pid: number;
  /** Everything written to standard error so far. */
  stderr(): string;
  tools(): Promise<readonly { name: string; annotations?: { readOnlyHint?: boolean | undefined } | undefined }[]>;
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallToolResult>;
  /** `call` whose answer must not be an error: its structured content. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
  ask<T = any>(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<T>;
  /** Closes standard input; answers all of standard error when the process has ended. */
  end(): Promise<string>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface SpawnOptions {
  readonly main: string;
  /** Unless given, an empty one of its own, removed at the end. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly as?: Speaker;
  /** Instead of `as`. */
  readonly client?: Client;
}

/** Starts a built server and connects a client to it over standard input and output. */
export async function spawnServer(options: SpawnOptions): Promise<SpawnedServer> {
  const { main, env, as = 'modern', client } = options;
  const own = options.home === undefined ? await temporaryHome() : undefined;
  const home = options.home ?? own?.home ?? '';
  const parameters = { command: process.execPath, args: [main], env: environment(home, env), stderr: 'pipe' as const };
  const side = as === 'older SDK' ? await older(parameters) : current(parameters, client ?? as);
  const [said, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let errors = '';
  side.transport.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  side.transport.stderr?.on('end', () => said.resolve());
  side.onClose(() => closed.resolve());
  await side.connect();
  const pid = side.transport.pid ?? 0;
  const call = (name: string, args: Record<string, unknown> = {}, how: CallOptions = {}) =>
    side.call({ name, arguments: args }, { timeout: 110_000, ...how });
  return {
    ...{ pid, call, tools: side.tools },
    stderr: () => errors,
    async ask(tool, args, how) {
      const answer = await call(tool, args, how);
      // biome-ignore lint/suspicious/noExplicitAny: the caller says what shape it looks for.
      if (!answer.isError) return answer.structuredContent as any;
      throw new Error(`${tool} answered: ${textOf(answer)}\nstandard error:\n${errors.slice(-2000)}`);
    },
    async end() {
      await side.close();
      await said.promise;
      return errors;
    },
    async kill() {
      process.kill(pid, 'SIGKILL');
      await closed.promise;
    },
    async [Symbol.asyncDispose]() {
      await side.close();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

type ProcessParameters = ConstructorParameters<typeof StdioClientTransport>[0] & { env: Record<string, string> };

/** A client and its transport, alike for both SDKs. */
interface ClientSide {
  readonly transport: Pick<StdioClientTransport, 'pid' | 'stderr'>;
  onClose(listener: () => void): void;
  connect(): Promise<void>;
  close(): Promise<void>;
  tools: SpawnedServer['tools'];
  call(asked: { name: string; arguments: Record<string, unknown> }, how: CallOptions): Promise<CallToolResult>;
}

const identity = { name: 'test-client', version: '1.0.0' };

function current(parameters: ProcessParameters, as: Client | keyof typeof eras): ClientSide {
  const mode = as === 'modern' ? { pin: eras.modern } : ('legacy' as const);
  const client = as instanceof Client ? as : new Client(identity, { versionNegotiation: { mode } });
  const transport = new StdioClientTransport(parameters);
  return {
    ...alike(client),
    transport,
    connect: () => client.connect(transport),
    call: (asked, how) => client.callTool(asked, how),
  };
}

/** Loaded by the tests that want it; most packages do not have it. */
async function older(parameters: ProcessParameters): Promise<ClientSide> {
  const [sdk, stdio] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/stdio.js'),
  ]);
  const client = new sdk.Client(identity);
  const transport = new stdio.StdioClientTransport(parameters);
  return {
    ...alike(client),
    transport,
    connect: () => client.connect(transport),
    call: async (asked, how) => (await client.callTool(asked, undefined, how as object)) as CallToolResult,
  };
}

interface AlikeClient {
  onclose?: (() => void) | undefined;
  close(): Promise<void>;
  listTools(): Promise<{ tools: Awaited<ReturnType<SpawnedServer['tools']>> }>;
}

const alike = (client: AlikeClient): Pick<ClientSide, 'onClose' | 'close' | 'tools'> => ({
  onClose(listener) {
    client.onclose = listener;
  },
  close: () => client.close(),
  tools: async () => (await client.listTools()).tools,
});

/** Runs a built server with these options; it must end by itself. */
export async function runToEnd(
  main: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: unknown; out: string; err: string }> {
  await using folder = await temporaryHome();
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...options], { env: environment(folder.home, env) }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, out, err }),
    );
  });
}

/** The texts of an answer. */
export const textOf = ({ content = [] }: { content?: readonly { type: string; text?: string }[] }): string =>
  content.map(({ text = '' }) => text).join('\n');

/** The facts of an error for programs: code, retryable, details. */
export const errorOf = ({ _meta }: CallToolResult): { code?: string; retryable?: boolean } =>
  (_meta?.error as { code?: string; retryable?: boolean } | undefined) ?? {};

/** The most memory a process ever had resident, in MiB; undefined where there is no /proc. */
export async function peakMiB(pid: number): Promise<number | undefined> {
  // Another system: what is measured with it is left out.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
