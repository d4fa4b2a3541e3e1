import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const revisions = { modern: '2026-07-28', legacy: '2025-11-25' } as const;

const me = { name: 'bench', version: '1.0.0' };
const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': revisions.modern,
  'io.modelcontextprotocol/clientInfo': me,
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Reply {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

interface ToolResult {
  isError?: boolean;
  content: { text: string }[];
  structuredContent: Record<string, unknown>;
}

export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** One request in the 2026-07-28 revision; throws on an error. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Opens the older era of the protocol. */
  initialize(): Promise<unknown>;
  /** The structured answer of a tool; throws when the tool reports an error, because timing errors says nothing. */
  call(tool: string, args: object): Promise<Record<string, unknown>>;
  /** Writes a line and waits for the next line, whatever it says. */
  echo(line: string): Promise<string>;
  /** Closes standard input and waits for the end. */
  close(): Promise<void>;
}

export interface SpawnOptions {
  script: string;
  args?: readonly string[];
  env?: Record<string, string>;
}

/**
 * A server over stdio with a client that does no more than it must: lines of JSON, ids, no validation. What is measured is then
 * the server, and the same little is added to every contender.
 */
export function spawnServer({ script, args = [], env = {} }: SpawnOptions): ServerProcess {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...args, script], {
    env: { PATH, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, PromiseWithResolvers<Reply>>();
  let nextLine: PromiseWithResolvers<string> | undefined;
  let ids = 0;
  const ended = once(child, 'exit');

  createInterface({ input: child.stdout }).on('line', (line) => {
    if (nextLine) return nextLine.resolve(line);
    const reply = JSON.parse(line) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.resolve(reply);
  });
  child.on('exit', (code) => {
    for (const reply of waiting.values()) reply.reject(new Error(`${script} ended with status ${code}`));
  });

  async function send(method: string, params: object): Promise<Record<string, unknown>> {
    ids += 1;
    const id = ids;
    const pending = Promise.withResolvers<Reply>();
    waiting.set(id, pending);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { result, error } = await pending.promise;
    waiting.delete(id);
    if (!result) throw new Error(`${method}: ${error?.message}`);
    return result;
  }

  const request = (method: string, params: object = {}) => send(method, { ...params, _meta: modernMeta });

  async function close(): Promise<void> {
    child.stdin.end();
    await ended;
  }

  return {
    pid: child.pid ?? 0,
    request,
    initialize: () => send('initialize', { protocolVersion: revisions.legacy, clientInfo: me, capabilities: {} }),
    async call(tool, args) {
      const result = (await request('tools/call', { name: tool, arguments: args })) as unknown as ToolResult;
      if (result.isError) throw new Error(`${tool}: ${result.content[0]?.text}`);
      return result.structuredContent;
    },
    async echo(line) {
      nextLine = Promise.withResolvers<string>();
      child.stdin.write(`${line}\n`);
      const answer = await nextLine.promise;
      nextLine = undefined;
      return answer;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
