import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';

/** How a site answers one path; what it does not end stays open. */
export type SiteAnswer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type Coding = 'gzip' | 'br' | 'deflate' | 'zstd';

/** A whole answer; HTML in UTF-8 with status 200 unless said otherwise. */
export function page(
  body: string | Uint8Array,
  { status = 200, type = 'text/html; charset=utf-8', headers = {} }: PageOptions = {},
): SiteAnswer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };
}

export interface PageOptions {
  status?: number;
  type?: string;
  headers?: Record<string, string | string[]>;
}

export const redirectTo = (location: string, status = 302): SiteAnswer => page('', { status, headers: { location } });

/** Redirects to itself with a number that grows. */
export const endlessRedirects = (): SiteAnswer => (request, response) => {
  const url = new URL(request.url ?? '/', 'http://farm');
  const next = Number(url.searchParams.get('n') ?? 0) + 1;
  response.writeHead(302, { location: `${url.pathname}?n=${next}` }).end();
};

/** Takes the request and never answers. */
export const silent = (): SiteAnswer => () => {};

/** Headers and the beginning of a body, then nothing more. */
export const stalled =
  (beginning = '<p>'): SiteAnswer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write(beginning);
  };

/** A body in pieces with a wait before each. */
export const slow =
  (pieces: readonly string[], everyMs = 1): SiteAnswer =>
  async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    for (const piece of pieces) {
      await sleep(everyMs);
      if (response.destroyed) return;
      response.write(piece);
    }
    response.end();
  };

/** Announces more bytes than it sends, then closes. */
export const truncated = (body = '<p>half', announced = 1000): SiteAnswer =>
  raw(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${announced}\r\n\r\n${body}`);

/** Closes in the middle of a chunked body; with `close`, on a connection announced to close. */
export const truncatedChunks = ({ close = false } = {}): SiteAnswer =>
  raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${close ? 'Connection: close\r\n' : ''}\r\n5\r\n<p>ha\r\n`);

/** Bytes as they are, not HTTP unless they say so; then the connection ends, or stays open with `keep`. */
export const raw =
  (bytes: string | Uint8Array, { keep = false } = {}): SiteAnswer =>
  (_request, response) => {
    if (keep) response.socket?.write(bytes);
    else response.socket?.end(bytes);
  };

/** Resets the connection, after the beginning of a body if one is given. */
export const reset =
  (beginning?: string): SiteAnswer =>
  (_request, response) => {
    const { socket } = response;
    if (beginning === undefined) {
      socket?.resetAndDestroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': 1000 });
    response.write(beginning, () => socket?.resetAndDestroy());
  };

/** A page of so many bytes, made on the fly. */
export const huge = (bytes: number, { announced = false } = {}): SiteAnswer => {
  const line = Buffer.from('<p>All work and no play makes Jack a dull boy.</p>\n'.repeat(1000));
  return streamed({ 'content-type': 'text/html', ...(announced && { 'content-length': String(bytes) }) }, () => [
    repeated(line, bytes),
  ]);
};

/** So many zero bytes, compressed on the fly by each coding in turn. */
export function bomb({ codings = ['gzip'], bytes }: { codings?: readonly Coding[]; bytes: number }): SiteAnswer {
  const zeros = Buffer.alloc(65_536);
  return streamed({ 'content-type': 'text/html', 'content-encoding': codings.join(', ') }, () => [
    repeated(zeros, bytes),
    ...codings.map((coding) => compressors[coding]()),
  ]);
}

const compressors: Record<Coding, () => Transform> = {
  gzip: () => createGzip({ level: 1 }),
  br: () => createBrotliCompress({ params: { 1: 1 } }),
  deflate: () => createDeflate({ level: 1 }),
  zstd: () => createZstdCompress(),
};

function streamed(headers: Record<string, string>, make: () => [Readable, ...Transform[]]): SiteAnswer {
  return async (_request, response) => {
    response.writeHead(200, headers);
    await pipeline([...make(), response]).catch(() => {}); // The client had enough.
  };
}

function repeated(block: Uint8Array, bytes: number): Readable {
  let left = bytes;
  return new Readable({
    read() {
      const piece = block.subarray(0, Math.min(left, block.length));
      left -= piece.length;
      this.push(piece.length === 0 ? null : piece);
    },
  });
}
