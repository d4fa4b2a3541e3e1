import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { AuthError, UnavailableError } from '@mcp-servers/core';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { openApi } from './docs/openapi.ts';
import { docsPage, docsStyle } from './docs/page.ts';
import { type GuardOptions, refuseForeign, requireToken, signIn } from './http/guard.ts';
import { secureHeaders } from './http/headers.ts';
import { servePage } from './http/page.ts';
import { HttpError } from './http/problems.ts';
import { type App, mount, nothingHere, observe, toErrorResponse } from './http/route.ts';
import type { Parts } from './parts.ts';
import { routes } from './routes/index.ts';
import { streamEvents } from './routes/stream.ts';

export interface AppOptions {
  parts: Parts;
  guard: GuardOptions;
  /** Folder of the built page. */
  page: string;
  /** Metrics of this dashboard and of every local server; undefined: no `/metrics`. */
  metricsText: (() => Promise<string>) | undefined;
}

/** The whole application: every request is checked for host and origin, then for the token, then answered. */
export function createApp({ parts, guard, page, metricsText }: AppOptions): App {
  const app: App = new Hono<{ Bindings: HttpBindings }>();
  const { log, metrics } = parts;
  app.use(secureHeaders, observe(metrics, routes), refuseForeign(guard));
  app.onError((error, context) => {
    const browses = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    if (error instanceof AuthError && browses) return context.text(`${error.message}\n\n${error.hint ?? ''}\n`, 401);
    return toErrorResponse(error, log);
  });
  mount(
    app,
    routes.filter(({ open }) => open),
    parts,
  );
  app.get('/', signIn(guard));
  app.use(requireToken(guard));
  mount(
    app,
    routes.filter(({ open }) => !open),
    parts,
  );
  app.get('/events', streamEvents(parts));
  if (metricsText) {
    app.get('/metrics', async (context) => {
      context.header('cache-control', 'no-store');
      return context.body(await metricsText(), 200, { 'content-type': metrics.contentType });
    });
  }
  const document = JSON.stringify(openApi(routes, parts.about.version));
  app.get('/openapi.json', (context) => context.body(document, 200, { 'content-type': 'application/json' }));
  app.get('/docs', (context) => context.html(docsPage(routes, parts.about.version)));
  app.get('/docs.css', (context) => context.body(docsStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  const nothing = nothingHere(routes);
  app.all('/api/*', nothing);
  // Built files hold no secret, so packing them tells nothing.
  app.use('/assets/*', compress());
  app.on(['GET', 'HEAD'], '*', servePage(page));
  app.all('*', (context) => {
    if (routes.some(({ path }) => path === context.req.path)) return nothing(context);
    throw new HttpError('method', 'This address takes GET.');
  });
  return app;
}

/** Bounds of one connection: milliseconds and bytes. */
export interface HttpLimits {
  headersMs: number;
  requestMs: number;
  headerBytes: number;
}

const defaults: HttpLimits = { headersMs: 10_000, requestMs: 30_000, headerBytes: 16 * 1024 };

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts to listen. Throws UnavailableError when the port is taken or not allowed. */
export async function listen(
  app: App,
  { host, port, limits = defaults }: { host: string; port: number; limits?: HttpLimits },
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      // How often the two before are looked at.
      connectionsCheckingInterval: Math.min(1000, limits.headersMs),
      keepAliveTimeout: 30_000,
    },
  }) as Server;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), resolve);
  try {
    await promise;
  } catch (cause) {
    throw await cannotListen(cause as NodeJS.ErrnoException, { host, port });
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Says whose the port is, when it is another dashboard's. */
async function cannotListen(
  cause: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): Promise<Error> {
  if (cause.code === 'EADDRINUSE') {
    const other = await askOther(host, port);
    const by = other === undefined ? 'another program' : `another dashboard (version ${other})`;
    return new UnavailableError(`Port ${port} of ${host} is taken by ${by}.`, {
      cause,
      retryable: false,
      hint:
        other === undefined
          ? 'Choose another one: --port 4748, or DASHBOARD_PORT.'
          : `Open http://${host}:${port}/, or start this one with --port 4748.`,
    });
  }
  return new UnavailableError(`The dashboard cannot listen on ${host}:${port} (${cause.code}).`, {
    cause,
    retryable: false,
    hint: 'Choose another address: --host and --port, or DASHBOARD_HOST and DASHBOARD_PORT.',
  });
}

async function askOther(host: string, port: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://${host}:${port}/livez`, { signal: AbortSignal.timeout(1000) });
    const { service, version } = (await answer.json()) as { service?: unknown; version?: unknown };
    return service === 'mcp-dashboard' ? String(version) : undefined;
  } catch {
    return undefined; // Whoever is there does not speak as a dashboard does.
  }
}
