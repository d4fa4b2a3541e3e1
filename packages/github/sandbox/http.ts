import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Faults, replaces, spoil } from './faults.ts';
import type { Reply } from './reply.ts';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface LoggedRequest {
  readonly method: string;
  /** As the client wrote it, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** JSON where it is JSON, else bytes; undefined without one. */
  readonly body: unknown;
  /** The token is not in it. */
  readonly headers: IncomingHttpHeaders;
  /** Of the description. */
  operationId?: string;
  route?: string;
  /** Login of the token's user. */
  user?: string;
  /** What the description does not allow, or the sandbox cannot answer. */
  problems: readonly string[];
  /** 0: no answer. */
  status: number;
}

/** Carries out a request; what is known of it goes into the log's entry. */
export type Respond = (arrived: Arrived, entry: LoggedRequest) => Promise<Reply>;

export interface Listening {
  /** 'http://127.0.0.1:<port>'. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly respond: Respond;
  /** The route of a request, for faults. */
  readonly routeOf: (method: string, path: string) => string | undefined;
  readonly faults: Faults;
  readonly log: (entry: LoggedRequest) => void;
  /** A free port unless given. */
  readonly port?: number;
}

export async function listen({ respond, routeOf, faults, log, port = 0 }: ListenOptions): Promise<Listening> {
  const sockets = new Set<Socket>();
  let url = '';
  const server = createServer(async (request, response) => {
    // A client that went away is no failure of the server.
    for (const end of [request, response]) end.on('error', () => {});
    const arrived = await receive(request, url);
    if (!arrived) return;
    const entry = logged(arrived);
    log(entry);
    const fault = faults.take(arrived.method, arrived.url.pathname, routeOf(arrived.method, arrived.url.pathname));
    if (fault?.delayMs) await wait(fault.delayMs);
    if (fault?.break === 'hang') return;
    if (fault && !fault.apply) {
      if (fault.break === 'reset') return void request.socket.resetAndDestroy();
      if (replaces(fault)) return send(response, spoil({ status: 200 }, fault), { entry, isHead: false });
    }
    const reply = await respond(arrived, entry);
    if (fault?.break === 'reset') return void request.socket.resetAndDestroy();
    const isHead = arrived.method === 'HEAD';
    send(response, fault ? spoil(reply, fault) : reply, { entry, isHead, isTruncated: fault?.break === 'truncated' });
  });
  // A client that is held up must not meet a connection that is being closed.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function receive(request: IncomingMessage, url: string): Promise<Arrived | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client left before the end of its request: nobody waits for an answer.
    return undefined;
  }
  return {
    method: request.method ?? 'GET',
    url: new URL(`${url}${request.url ?? '/'}`),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

function logged({ method, url, headers, body }: Arrived): LoggedRequest {
  const { authorization, ...rest } = headers;
  const shown = authorization === undefined ? rest : { ...rest, authorization: '[redacted]' };
  return {
    ...{ method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: shown },
    body: parsed(body, headers['content-type']).value,
    problems: [],
    status: 0,
  };
}

/** The body by its content type: JSON, bytes, or undefined; `problem` where it is not what it says. */
export function parsed(
  body: Buffer,
  type: string | undefined,
): { value: unknown; mediaType: string; problem?: string } {
  const mediaType = (type ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.length === 0) return { value: undefined, mediaType };
  // Clients that name no type send JSON.
  if (mediaType !== '' && !mediaType.endsWith('json')) return { value: body, mediaType };
  try {
    return { value: JSON.parse(body.toString('utf8')), mediaType: 'application/json' };
  } catch (error) {
    return {
      value: body.toString('utf8'),
      mediaType: 'application/json',
      problem: `body: ${(error as Error).message}`,
    };
  }
}

interface Sending {
  readonly entry: LoggedRequest;
  readonly isHead: boolean;
  readonly isTruncated?: boolean;
}

function send(response: ServerResponse, reply: Reply, { entry, isHead, isTruncated }: Sending): void {
  entry.status = reply.status;
  const payload = toPayload(reply.body);
  const isEmpty = payload === undefined || reply.status === 204 || reply.status === 304;
  response.statusCode = reply.status;
  if (!isEmpty) response.setHeader('content-type', reply.type ?? 'application/json; charset=utf-8');
  response.setHeader('content-length', isEmpty ? 0 : payload.length);
  if (reply.status === 204 || reply.status === 304) response.removeHeader('content-length');
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (isEmpty || isHead) response.end();
  else if (isTruncated) {
    response.write(payload.subarray(0, Math.floor(payload.length / 2)), () => response.socket?.destroy());
  } else response.end(payload);
}

export function toPayload(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
