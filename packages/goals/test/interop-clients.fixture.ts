import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { builtServer, environment } from './spawn.fixture.ts';

export interface ToolDefinition {
  name: string;
  title?: string | undefined;
  annotations?: Record<string, unknown> | undefined;
  inputSchema: Record<string, unknown>;
}

export interface ToolAnswer {
  isError?: boolean | undefined;
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown> | undefined;
}

/** Resources and prompts, as both SDKs ask for them. */
export interface Offers {
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  readResource(asked: { uri: string }): Promise<{ contents: object[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(asked: { name: string; arguments: Record<string, string> }): Promise<{ messages: { content: object }[] }>;
  complete(asked: {
    ref: { type: 'ref/resource'; uri: string } | { type: 'ref/prompt'; name: string };
    argument: { name: string; value: string };
  }): Promise<{ completion: { values: string[] } }>;
}

/** One way to talk to the server, as a client of some kind and age does it. */
export interface Driver {
  tools(): Promise<ToolDefinition[]>;
  call(name: string, args: Record<string, unknown>): Promise<ToolAnswer>;
  /** Not of the command line, which is a process for every call. */
  offers?: Offers;
  /** What the server says to something it does not know. */
  unknown(): Promise<string>;
  /** Closes the connection; answers what the server wrote to standard error until it ended. */
  close(): Promise<string>;
}

const identity = { name: 'interop', version: '1.0.0' };

function parameters(home: string) {
  return {
    command: process.execPath,
    args: [builtServer()],
    env: environment(home, { LOG_LEVEL: 'info' }),
    stderr: 'pipe' as const,
  };
}

/** Collects standard error; resolves with all of it when the process has ended. */
function collect(stream: { on(event: string, listener: (chunk: Buffer) => void): unknown } | null): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  stream?.on('data', (chunk) => {
    text += chunk.toString();
  });
  stream?.on('end', () => resolve(text));
  return promise;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The client of the 1.x line, as most installed clients are. */
export async function olderClient(home: string): Promise<Driver> {
  const transport = new OlderTransport(parameters(home));
  const ended = collect(transport.stderr);
  const client = new OlderClient(identity);
  await client.connect(transport);
  return {
    offers: client,
    tools: async () => (await client.listTools()).tools,
    call: async (name, args) => (await client.callTool({ name, arguments: args })) as ToolAnswer,
    unknown: () => client.request({ method: 'goals/unknown' }, EmptyResultSchema).then(() => 'answered', messageOf),
    async close() {
      await client.close();
      return ended;
    },
  };
}

/** The current client, made to speak one era. */
export async function currentClient(home: string, era: 'modern' | 'legacy'): Promise<Driver> {
  const mode = era === 'modern' ? { pin: '2026-07-28' } : 'legacy';
  const transport = new StdioClientTransport(parameters(home));
  const ended = collect(transport.stderr as Parameters<typeof collect>[0]);
  const client = new Client(identity, { versionNegotiation: { mode } });
  await client.connect(transport);
  if (client.getProtocolEra() !== era) throw new Error(`The client speaks ${client.getProtocolEra()}, not ${era}.`);
  return {
    offers: client,
    tools: async () => (await client.listTools()).tools as ToolDefinition[],
    call: async (name, args) => (await client.callTool({ name, arguments: args })) as ToolAnswer,
    unknown: () => client.request({ method: 'goals/unknown' }, z.looseObject({})).then(() => 'answered', messageOf),
    async close() {
      await client.close();
      return ended;
    },
  };
}

const inspectorMain = fileURLToPath(
  new URL('../../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url),
);

/** The Inspector's command line: a process and a server of its own for every call. */
export async function inspector(home: string, era: 'modern' | 'legacy'): Promise<Driver> {
  const errors: string[] = [];
  // It keeps its own settings under HOME, which a test must not touch.
  const own = { ...environment(home), HOME: home, USERPROFILE: home };
  const settings = Object.entries(environment(home, { LOG_LEVEL: 'info' })).flatMap((pair) => ['-e', pair.join('=')]);
  const run = async (...wanted: string[]) => {
    const args = [
      inspectorMain,
      '--cli',
      '--protocol-era',
      era,
      ...settings,
      process.execPath,
      builtServer(),
      ...wanted,
    ];
    const { promise, resolve } = Promise.withResolvers<{ out: string; err: string }>();
    execFile(process.execPath, args, { env: own, cwd: home, maxBuffer: 10_000_000 }, (_, out, err) =>
      resolve({ out, err }),
    );
    const result = await promise;
    errors.push(result.err);
    return result;
  };
  const parse = ({ out, err }: { out: string; err: string }): unknown => {
    try {
      return JSON.parse(out);
    } catch {
      throw new Error(`The Inspector printed no result: ${out}\n${err}`);
    }
  };
  return {
    tools: async () => (parse(await run('--method', 'tools/list')) as { tools: ToolDefinition[] }).tools,
    call: async (name, args) =>
      parse(
        await run('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)),
      ) as ToolAnswer,
    // It sends no method that it does not know, so a tool stands in.
    unknown: async () => (await run('--method', 'tools/call', '--tool-name', 'goals_unknown')).err,
    close: async () => errors.join(''),
  };
}
