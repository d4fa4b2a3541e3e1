import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, isIP, type Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import type { ConnectTarget, Network } from '../http/guard/network.ts';
import type { SiteAnswer } from './site-faults.ts';

export * from './site-faults.ts';

export interface Site {
  /** Of each look-up, counted from 1; one public address of its own by default. What it throws is the resolver's failure. */
  addresses?: readonly string[] | ((lookup: number) => readonly string[] | Promise<readonly string[]>);
  /** Answers by path without query; `*` answers all others, which are 404 without it. */
  pages?: Readonly<Record<string, SiteAnswer>>;
}

export interface FarmOptions {
  /** Serves https too, with a certificate for all hosts made by openssl; see `needsOpenssl`. */
  tls?: boolean;
  /** Hosts the certificate is for, instead of all. */
  certified?: readonly string[];
  /** What happens to connections to an address: `silent` never opens, `mute` opens and never says a word. */
  addresses?: Readonly<Record<string, AddressFault>>;
}

export type AddressFault = 'refused' | 'unreachable' | 'silent' | 'mute';

export interface FarmRequest {
  host: string;
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
}

export interface SiteFarm extends AsyncDisposable {
  /** For the guard: names of the farm only, every address leads to it. */
  readonly network: Network;
  /** Attempts to connect, in order. */
  readonly connections: readonly ConnectTarget[];
  readonly requests: readonly FarmRequest[];
  lookups(host: string): number;
  /** Bytes sent by all sites so far, TLS included. */
  sent(): number;
  /** Connections that are open, or being opened to an address that never answers. */
  open(): number;
  /** Resolves as soon as no connection is open. */
  allClosed(): Promise<void>;
}

const run = promisify(execFile);

/** Many hosts on one loopback server, with a resolver and addresses of their own: tests of the guard play the public network. */
export async function withSites(sites: Readonly<Record<string, Site>>, options: FarmOptions = {}): Promise<SiteFarm> {
  const connections: ConnectTarget[] = [];
  const requests: FarmRequest[] = [];
  const lookups = new Map<string, number>();
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const hosts = Object.keys(sites);
  let sentBefore = 0;

  const answer: RequestListener = async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const host = hostOf(headers.host ?? '');
    requests.push({ host, method, path, headers });
    const { pathname } = new URL(path, 'http://farm');
    const pages = sites[host]?.pages ?? {};
    const found = pages[pathname] ?? pages['*'];
    if (found === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('Not on this farm.');
    else await found(request, response);
  };
  const track = (socket: Socket) => {
    sockets.add(socket);
    // Faults break connections on purpose.
    socket.on('error', () => {});
    socket.on('close', () => {
      sentBefore += socket.bytesWritten;
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const wake of waiting) wake();
      waiting.clear();
    });
  };
  const listen = async (server: Server): Promise<Server> => {
    server.on('connection', track);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };

  const certificate = options.tls ? await makeCertificate(options.certified ?? hosts) : undefined;
  const mute = await listen(createTcpServer((socket) => socket.resume()));
  const plain = await listen(createServer(answer));
  const secure = certificate && (await listen(createTlsServer(certificate, answer).on('tlsClientError', () => {})));
  const portOf = (server: Server) => (server.address() as { port: number }).port;

  const resolve = async (name: string): Promise<readonly string[]> => {
    const host = name.replace(/\.$/, '');
    const count = (lookups.get(host) ?? 0) + 1;
    lookups.set(host, count);
    const site = sites[host];
    if (site === undefined) throw failure('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    const { addresses = [publicAddress(hosts.indexOf(host))] } = site;
    return typeof addresses === 'function' ? addresses(count) : addresses;
  };
  const dial = (target: ConnectTarget): Socket => {
    connections.push({ ...target });
    const fate = options.addresses?.[target.address];
    if (fate === 'mute') return connect({ host: '127.0.0.1', port: portOf(mute), noDelay: true });
    if (fate !== undefined) {
      const socket = unconnected(fate);
      track(socket);
      return socket;
    }
    const server = target.protocol === 'https:' ? (secure ?? plain) : plain;
    return connect({ host: '127.0.0.1', port: portOf(server), noDelay: true });
  };

  return {
    network: { resolve, connect: dial, ...(certificate && { ca: certificate.cert }) },
    connections,
    requests,
    lookups: (host) => lookups.get(host) ?? 0,
    sent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, sentBefore),
    open: () => sockets.size,
    async allClosed() {
      if (sockets.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([mute, plain, secure].map((server) => server && new Promise((done) => server.close(done))));
    },
  };
}

/** At the beginning of a test with `tls`. Without openssl the test is skipped and says so; with `REQUIRE_ALL=1` it fails. */
export async function needsOpenssl(context: TestContext): Promise<void> {
  const missing = await run('openssl', ['version']).then(
    () => false,
    () => true,
  );
  if (missing && process.env.REQUIRE_ALL === '1') throw new Error('REQUIRE_ALL=1, and there is no openssl.');
  if (missing) context.skip('SKIPPED: no openssl on the PATH to make a certificate');
}

async function makeCertificate(hosts: readonly string[]): Promise<{ key: string; cert: string }> {
  const names = hosts.map((host) => {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    return isIP(bare) === 0 ? `DNS:${bare}` : `IP:${bare}`;
  });
  const { stdout } = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=site farm', '-addext', `subjectAltName=${names.join(',')}`, '-keyout', '-', '-out', '-'],
  ]);
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/.exec(stdout)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(stdout)?.[0];
  if (key === undefined || cert === undefined) throw new Error(`openssl made no certificate: ${stdout}`);
  return { key, cert };
}

/** Without the port; brackets stay. */
const hostOf = (header: string): string => header.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();

/** Public, and never connected to. */
const publicAddress = (index: number): string => `198.41.${index >> 8}.${(index & 255) + 1}`;

function unconnected(fate: Exclude<AddressFault, 'mute'>): Socket {
  const socket = new Socket();
  const code = { refused: 'ECONNREFUSED', unreachable: 'ENETUNREACH', silent: undefined }[fate];
  if (code !== undefined) process.nextTick(() => socket.destroy(failure(code, `connect ${code}`)));
  return socket;
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
