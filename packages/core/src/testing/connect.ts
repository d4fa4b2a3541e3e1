import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, type McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** Both eras of the protocol, by the revision that stands for each. */
export const eras = { modern: '2026-07-28', legacy: '2025-11-25' } as const;
export type Era = keyof typeof eras;

export interface Answer {
  text: string;
  isError: boolean;
  data: Record<string, unknown>;
  /** Code, retryable, details of an error. */
  error: Record<string, unknown> | undefined;
}

export interface Connection extends AsyncDisposable {
  readonly client: Client;
  /** Calls a tool; an error of the tool is an answer, not a throw. */
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>;
}

/** A real client and a real server in this process, in either era: `await using connection = await connect(factory)`. */
export async function connect(
  factory: () => McpServer,
  { era = 'modern', name = 'test-client' }: { era?: Era; name?: string } = {},
): Promise<Connection> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const handle = serveStdio(factory, { transport: serverSide });
  const mode = era === 'modern' ? { pin: eras.modern } : 'legacy';
  const client = new Client({ name, version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(clientSide);
  return {
    client,
    call: async (tool, args = {}) => toAnswer(await client.callTool({ name: tool, arguments: args })),
    async [Symbol.asyncDispose]() {
      await client.close();
      await handle.close();
    },
  };
}

type CallResult = Awaited<ReturnType<Client['callTool']>>;

/** The parts of a tool's result that tests look at. */
function toAnswer(result: CallResult): Answer {
  const [first] = result.content;
  return {
    text: first?.type === 'text' ? first.text : '',
    isError: result.isError === true,
    data: (result.structuredContent ?? {}) as Record<string, unknown>,
    error: result._meta?.error as Record<string, unknown> | undefined,
  };
}
