import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Log, NotFoundError, ValidationError, validateInput } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import type { Parts } from '../parts.ts';
import { readJson } from './body.ts';
import { HttpError, kinds, toProblem, toResponse } from './problems.ts';

export type App = Hono<{ Bindings: HttpBindings }>;
type RequestContext = Context<{ Bindings: HttpBindings }>;

/** The facts of one request, beside its input. */
export interface Request {
  signal: AbortSignal;
  /** Version that `If-Match` demands. */
  ifMatch: number | undefined;
  /** Where it comes from, for limits. */
  address: string;
}

/** One route of the API: what it takes, what it answers. Checking, answering and documenting is done around it. */
export interface Route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** `/api/goals/:id`; its names are those of `params`. */
  path: string;
  summary: string;
  tag: string;
  params?: P;
  query?: Q;
  body?: B;
  answer: A;
  /** 200 by default. */
  status?: 200 | 201;
  /** Statuses beside 200; for the document. */
  also?: readonly number[];
  /** No token needed. */
  open?: boolean;
  run(
    input: { params: z.output<P>; query: z.output<Q>; body: z.output<B> },
    parts: Parts,
    request: Request,
  ): Promise<z.input<A>>;
  /** Version of what is answered: in front of the ETag, so that `If-Match` can name it. */
  version?(answer: z.input<A>): number;
  /** Where the created thing is. */
  location?(answer: z.input<A>): string;
  /** Status of an answer that is told by it. */
  statusOf?(answer: z.input<A>): number;
}

export type AnyRoute = Route<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>;

/** Checks the types where the route is written. */
export function defineRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType>(
  route: Route<P, Q, B, A>,
): AnyRoute {
  return route as unknown as AnyRoute;
}

/** Adds the routes to the application. */
export function mount(app: App, routes: readonly AnyRoute[], parts: Parts): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, (context) => answer(context, route, parts));
  }
}

async function answer(context: RequestContext, route: AnyRoute, parts: Parts): Promise<Response> {
  const stop = new AbortController();
  const { incoming, outgoing } = context.env;
  const gone = () => stop.abort();
  outgoing.once('close', gone);
  const ifMatch = readIfMatch(context.req.header('if-match'));
  try {
    const params = route.params ? validateInput(route.params, context.req.param()) : {};
    const query = validateQuery(route, context);
    const body = route.body ? validateInput(route.body, await readObject(context)) : {};
    const request: Request = { signal: stop.signal, ifMatch, address: incoming.socket.remoteAddress ?? 'unknown' };
    const value = await route.run({ params, query, body }, parts, request);
    return respond(context, route, value);
  } finally {
    outgoing.removeListener('close', gone);
  }
}

function respond(context: RequestContext, route: AnyRoute, value: unknown): Response {
  const text = JSON.stringify(value);
  const status = route.statusOf?.(value) ?? route.status ?? 200;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
  const version = route.version?.(value);
  const hash = createHash('sha1').update(text).digest('base64url').slice(0, 16);
  if (route.method === 'get' && status === 200)
    headers.etag = version === undefined ? `"${hash}"` : `"${version}-${hash}"`;
  else if (version !== undefined) headers.etag = `"${version}"`;
  const location = route.location?.(value);
  if (location !== undefined) headers.location = location;
  const known = context.req
    .header('if-none-match')
    ?.split(/\s*,\s*/)
    .map((tag) => tag.replace(/^W\//, ''));
  if (route.method === 'get' && headers.etag !== undefined && known?.includes(headers.etag)) {
    return new Response(null, { status: 304, headers: { etag: headers.etag, 'cache-control': 'no-cache' } });
  }
  return new Response(text, { status, headers });
}

function validateQuery(route: AnyRoute, context: RequestContext): Record<string, unknown> {
  const given: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    if (values.length > 1) throw new ValidationError(`Invalid arguments:\n- ${name}: is given ${values.length} times.`);
    given[name] = values[0] ?? '';
  }
  if (route.query) return validateInput(route.query, given);
  const [unknown] = Object.keys(given);
  if (unknown !== undefined) {
    throw new ValidationError(`Invalid arguments:\n- unknown field "${unknown.slice(0, 60)}". This route takes none.`);
  }
  return {};
}

async function readObject(context: RequestContext): Promise<Record<string, unknown>> {
  const value = await readJson(context.env.incoming);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ValidationError('The body must be a JSON object.');
}

/** `"7-abc"`, `"7"`, `7` -> 7; `*` and none -> undefined. */
function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = /^"?(\d{1,10})(?:-[\w-]+)?"?$/.exec(header.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw new HttpError('precondition', 'If-Match names no version of this item.', {
    hint: 'Send the ETag of a GET of the item, or its version in quotes.',
  });
}

/** The last resort of every request: problem documents for whatever was thrown. */
export function toErrorResponse(error: unknown, log: Log): Response {
  return toResponse(toProblem(error, log));
}

/** Routes by the addresses they take. */
function toPatterns(routes: readonly AnyRoute[]): { method: string; path: string; pattern: RegExp }[] {
  return routes.map(({ method, path }) => ({
    ...{ method: method.toUpperCase(), path },
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
  }));
}

/** What no route takes: 405 where another method would do. */
export function nothingHere(routes: readonly AnyRoute[]): (context: Context) => Response {
  const patterns = toPatterns(routes);
  return (context) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(context.req.path)).map(({ method }) => method);
    if (methods.length === 0) {
      throw new NotFoundError('There is nothing at this address.', { hint: 'GET /docs lists what there is.' });
    }
    throw new HttpError('method', `This address takes ${methods.join(', ')}.`);
  };
}

/** Addresses beside the routes that metrics tell apart. */
const others = ['GET /', 'GET /events', 'GET /metrics', 'GET /docs', 'GET /openapi.json'];

/** Names of requests in the metrics: by route, never by address. */
export const operationsOf = (routes: readonly AnyRoute[]): string[] => [
  ...others,
  'other',
  ...routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
];

/** Counts and times the requests. */
export function observe(metrics: Metrics, routes: readonly AnyRoute[]) {
  const patterns = toPatterns(routes);
  const nameOf = ({ req: { method, path: address } }: Context): string => {
    const found = patterns.find((route) => route.method === method && route.pattern.test(address));
    const name = `${method} ${found?.path ?? address}`;
    return found || others.includes(name) ? name : 'other';
  };
  return async (context: Context, next: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    await next();
    const { status } = context.res;
    const code = Object.entries(kinds).find(([, kind]) => kind.status === status)?.[0];
    metrics.observeCall({
      operation: nameOf(context),
      status: status < 400 ? 'success' : 'error',
      ...(status >= 400 && { errorType: code ?? 'internal' }),
      seconds: (performance.now() - started) / 1000,
    });
  };
}
