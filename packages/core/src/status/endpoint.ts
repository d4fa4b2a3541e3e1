import { rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Details } from './details.ts';
import type { HealthReport } from './report.ts';
import { longestSocketPath, privateFolder, privateTemporaryFolder, runFolder, sweepStatuses } from './run-folder.ts';

export interface StatusOptions {
  home: string;
  server: string;
  /** Of this run of the process: a uuid. */
  instance: string;
  health(): Promise<HealthReport>;
  /** Absent or disabled: no `/metrics`. */
  metrics?: Metrics;
  /** Absent: no `/details`. */
  details?(): Details;
  log: Log;
}

export interface StatusEndpoint {
  /** Where it listens; undefined when it could not be opened. */
  readonly path: string | undefined;
  close(): Promise<void>;
}

/**
 * Serves `GET /health`, `GET /metrics` and `GET /details` on a private Unix socket (named pipe on Windows) in `<home>/run`.
 * Call it after the protocol answers. Never rejects and never keeps the process alive: a failure is a warning in the log.
 */
export async function openStatus(options: StatusOptions): Promise<StatusEndpoint> {
  const { home, log } = options;
  try {
    const folder = await privateFolder(runFolder(home));
    await sweepStatuses(home).catch((error) => log.warn({ err: error, folder }, 'status_sweep_failed'));
    return await listen(folder, options);
  } catch (error) {
    log.warn({ err: error, folder: runFolder(home) }, 'status_endpoint_not_open');
    return { path: undefined, async close() {} };
  }
}

async function listen(folder: string, options: StatusOptions): Promise<StatusEndpoint> {
  const sockets = new Set<Socket>();
  const serve = lazyHttp(options);
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket.unref());
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // A reader that went away.
    serve(socket).catch((error) => {
      options.log.error({ err: error }, 'status_connection_failed');
      socket.destroy();
    });
  }).unref();

  const { address, files } = await announce(server, folder, options);
  server.on('error', (error) => options.log.warn({ err: error }, 'status_endpoint_error'));
  const remove = () => {
    for (const file of files) rmSync(file, { force: true });
  };
  process.once('exit', remove);
  return {
    path: address,
    async close() {
      process.removeListener('exit', remove);
      await new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
      remove();
    },
  };
}

/** HTTP for a connection that `net` accepted: node:http costs 8 MB and 20 ms, and many processes are never asked. */
function lazyHttp(options: StatusOptions): (socket: Socket) => Promise<void> {
  let loading: Promise<HttpServer> | undefined;
  const load = async () => {
    // Not by an import: that reads every export, and so loads fetch and WebSocket.
    const { createServer } = process.getBuiltinModule('node:http');
    return createServer((request, response) => {
      respond(request, response, options).catch((error) => {
        options.log.error({ err: error, url: request.url }, 'status_request_failed');
        response.writeHead(500).end();
      });
    });
  };
  return async (socket) => {
    loading ??= load();
    (await loading).emit('connection', socket);
    socket.resume();
  };
}

/** Listens under the first free name; returns the address and the files to remove at the end. */
async function announce(server: Server, folder: string, options: StatusOptions) {
  for (let n = 1; n < 10; n += 1) {
    const name = `${options.server}-${process.pid}${n === 1 ? '' : `.${n}`}`;
    const direct = path.join(folder, `${name}.sock`);
    const address = await addressFor(direct, options);
    const pointer = address === direct ? undefined : path.join(folder, `${name}.path`);
    try {
      if (pointer === undefined) await bind(server, address);
      else await writeFile(pointer, address, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (['EADDRINUSE', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
      throw error;
    }
    if (pointer === undefined) return { address, files: [address] };
    try {
      await bind(server, address);
    } catch (error) {
      rmSync(pointer, { force: true });
      throw error;
    }
    return { address, files: process.platform === 'win32' ? [pointer] : [pointer, address] };
  }
  throw new Error('every name for the socket is taken');
}

async function addressFor(direct: string, { server, instance }: StatusOptions): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\mcp-servers-${server}-${instance}`;
  if (Buffer.byteLength(direct) <= longestSocketPath) return direct;
  // Not the whole uuid: in the long temporary folders of macOS its path would not fit either.
  return path.join(await privateTemporaryFolder(), `${instance.slice(0, 8)}.sock`);
}

async function bind(server: Server, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(address, resolve);
  try {
    await promise;
  } finally {
    server.removeListener('error', reject);
  }
  if (process.platform !== 'win32') await chmod(address, 0o600);
}

async function respond(request: IncomingMessage, response: ServerResponse, options: StatusOptions): Promise<void> {
  const { health, metrics, details } = options;
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end();
  } else if (request.url === '/health') {
    const report = await health();
    const text = JSON.stringify(report);
    response.writeHead(report.status === 'unhealthy' ? 503 : 200, { 'content-type': 'application/json' }).end(text);
  } else if (request.url === '/metrics' && metrics?.enabled) {
    const text = await metrics.text();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
  } else if (request.url === '/details' && details) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(details()));
  } else {
    response.writeHead(404).end();
  }
}
