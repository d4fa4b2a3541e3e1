import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Settles when the connection is closed, by whom it may be. */
  readonly closed: Promise<void>;
}

export interface VendorAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** Something a vendor should not do; made by `fault`. */
export type VendorFault = (response: ServerResponse, socket: Socket) => void | Promise<void>;

export type VendorHandler = (
  request: RecordedRequest,
) => VendorAnswer | VendorFault | Promise<VendorAnswer | VendorFault>;

export interface FakeVendor extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** In the order of their arrival, bodies read. */
  readonly requests: readonly RecordedRequest[];
  /** Connections open now, and since the start. */
  connections(): { open: number; opened: number };
}

/** A vendor on loopback: every request goes to `handler`, which answers or misbehaves. What it throws is a 500 with the message. */
export async function withUpstream(handler: VendorHandler): Promise<FakeVendor> {
  const requests: RecordedRequest[] = [];
  const sockets = new Map<Socket, Promise<void>>();
  let opened = 0;
  const server = createServer(async (message, response) => {
    // A client that went away is no failure of the vendor.
    for (const end of [message, response]) end.on('error', () => {});
    const request = await record(message, sockets.get(message.socket) ?? Promise.resolve());
    requests.push(request);
    try {
      const answer = await handler(request);
      if (typeof answer === 'function') await answer(response, message.socket);
      else send(response, answer);
    } catch (error) {
      send(response, { status: 500, body: { message: (error as Error).message } });
    }
  });
  // A test that is held up must not meet a connection that is being closed.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    opened += 1;
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    sockets.set(socket, closed);
    void closed.then(() => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    connections: () => ({ open: sockets.size, opened }),
    async [Symbol.asyncDispose]() {
      const done = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets.keys()) socket.destroy();
      await done;
    },
  };
}

/** A handler that gives these answers one after the other, then the last of them for ever. */
export function inOrder(...answers: readonly (VendorAnswer | VendorFault)[]): VendorHandler {
  const left = [...answers];
  return () => (left.length > 1 ? left.shift() : left[0]) ?? { status: 500, body: 'no answer was prepared' };
}

/** What vendors and the networks before them do wrong. */
export const fault = {
  /** Closes the connection without a word. */
  reset: (): VendorFault => (_, socket) => void socket.resetAndDestroy(),
  /** Reads the request and says nothing. */
  silence: (): VendorFault => () => {},
  /** Sends the head and this much of the body, then nothing. */
  stalled:
    (start = '{"half":'): VendorFault =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(start);
    },
  /** Sends the body a byte at a time. */
  slow:
    (body: string, everyMs = 2): VendorFault =>
    async (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of Buffer.from(body)) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
      response.end();
    },
  /** Announces more than it sends, then closes. */
  truncated: (body = '{"whole":', missing = 100): VendorFault =>
    raw([
      ...['HTTP/1.1 200 OK', 'Content-Type: application/json', `Content-Length: ${body.length + missing}`, '', body],
    ]),
  /** Closes in the middle of a body of unknown length. */
  truncatedChunks: (body = '{"whole":'): VendorFault =>
    raw([
      ...['HTTP/1.1 200 OK', 'Content-Type: application/json', 'Transfer-Encoding: chunked', ''],
      ...[body.length.toString(16), body, ''],
    ]),
  /** Sends more than it announced. */
  overlong: (body = '{"whole":1}', announced = 4): VendorFault =>
    raw([...['HTTP/1.1 200 OK', 'Content-Type: application/json', `Content-Length: ${announced}`, '', body]]),
  /** Speaks another protocol. */
  malformed: (): VendorFault => raw(['220 mail.example ESMTP ready', '']),
  /** A body of so many bytes, of unknown length, as fast as it is read. */
  huge:
    (bytes: number): VendorFault =>
    async (response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const chunks = Array.from({ length: Math.ceil(bytes / chunk.length) }, () => chunk);
      // Whoever wants no more closes the connection.
      await pipeline(Readable.from(chunks), response).catch(() => {});
    },
  /** Small on the wire, so many bytes when unpacked. */
  gzipBomb:
    (bytes: number): VendorFault =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(bytes)));
    },
  /** Says gzip and sends something else. */
  brokenGzip: (): VendorFault => (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end('this is not gzip');
  },
} as const;

/** An answer that leads elsewhere. */
export const movedTo = (location: string, status = 302): VendorAnswer => ({ status, headers: { location } });

/** A login page where an API was expected. */
export const loginPage: VendorAnswer = {
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>Sign in</title><form action="/login"></form>',
};

async function record(message: IncomingMessage, closed: Promise<void>): Promise<RecordedRequest> {
  const { method = 'GET', url: path = '/', headers } = message;
  const url = new URL(path, `http://${headers.host ?? 'localhost'}`);
  // What a client that went away did not send stays unknown.
  const body = await text(message).catch(() => '');
  return { method, path, url, headers, body, closed };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: VendorAnswer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': type }),
    ...(headers as Record<string, string>),
  });
  response.end(plain ? body : JSON.stringify(body));
}

/** These lines instead of an answer, then the end of the connection. */
function raw(lines: readonly string[]): VendorFault {
  return (_, socket) => void socket.end(lines.join('\r\n'));
}
