import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type * as z from 'zod';

/** A request as a vendor sees it. */
export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Parsed when it is JSON or a form. */
  body: unknown;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  /** Ends the connection without an answer. */
  reset?: boolean;
  /** Never answers. */
  hangs?: boolean;
}

/** What the vendor's documents allow; anything else fails the test. */
export interface Contract {
  method: string;
  path: string;
  headers: z.ZodType;
  query: z.ZodType;
  body?: z.ZodType;
}

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly seen: Seen[];
  /** Answers of the next requests, the last one for all that follow. */
  reply(...replies: Reply[]): void;
}

/** What Node's own client sends with every request. */
const transport = new Set([
  ...['host', 'connection', 'user-agent', 'accept-encoding', 'accept-language', 'sec-fetch-mode', 'content-length'],
]);

/** A vendor on a port of this machine. Disposing of it throws when a request was not as documented. */
export async function withLoopback(contract?: Contract): Promise<Loopback> {
  const seen: Seen[] = [];
  const violations: string[] = [];
  let replies: Reply[] = [{ body: {} }];
  const server = createServer(async (request, response) => {
    const one = await toSeen(request);
    seen.push(one);
    const violation = contract && violationOf(contract, one);
    if (violation) violations.push(violation);
    const reply = violation ? { status: 599, body: violation } : replies.length > 1 ? replies.shift() : replies[0];
    if (reply?.hangs) return;
    if (reply?.reset) {
      request.socket.destroy();
      return;
    }
    const { status = 200, headers = {}, body = '' } = reply ?? {};
    const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    reply: (...next) => {
      replies = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (violations.length > 0)
        throw new Error(`Requests that the vendor does not document:\n${violations.join('\n')}`);
    },
  };
}

async function toSeen(request: IncomingMessage): Promise<Seen> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const raw = await text(request);
  const type = request.headers['content-type'] ?? '';
  const form = () => Object.fromEntries(new URLSearchParams(raw));
  const headers = Object.entries(request.headers).filter(([name]) => !transport.has(name));
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: type.includes('json') ? JSON.parse(raw) : type.includes('form') ? form() : raw,
  };
}

function violationOf(contract: Contract, { method, path, ...seen }: Seen): string | undefined {
  if (method !== contract.method || path !== contract.path) return `${method} ${path}`;
  for (const part of ['headers', 'query', 'body'] as const) {
    const result = contract[part]?.safeParse(seen[part]);
    if (result?.success === false) return `${part}: ${result.error.message} in ${JSON.stringify(seen[part])}`;
  }
  return undefined;
}
