import { createHash } from 'node:crypto';
import { authenticate } from './access.ts';
import type { Call, Handler } from './call.ts';
import type { Description, Match } from './description.ts';
import { graphqlExhausted } from './graphql/errors.ts';
import { type Arrived, type LoggedRequest, parsed, type Respond, toPayload } from './http.ts';
import { type Limits, limitHeaders, resourceOf } from './limits.ts';
import { mediaHeader, mediaOf } from './media.ts';
import { fullName } from './model/repository.ts';
import type { State } from './model/state.ts';
import type { Token } from './model/tokens.ts';
import { needHeaders } from './needs.ts';
import type { PathPattern } from './path-matcher.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';

export interface Routing {
  readonly state: State;
  readonly limits: Limits;
  readonly description: Description;
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Routes beyond the description, by method. */
  readonly outside: readonly { readonly method: string; readonly pattern: PathPattern; readonly handler: Handler }[];
}

const versions = ['2022-11-28', '2026-03-10'];
const docs = 'https://docs.github.com/rest';

/** The way of every request: description, token, quota, route, conditional answer. */
export function createRespond(routing: Routing): Respond {
  let answered = 0;
  return async (arrived, entry) => {
    answered += 1;
    const id = `5A4D:${(0x1000 + answered).toString(16).toUpperCase()}:${answered.toString(16).padStart(6, '0').toUpperCase()}`;
    const token = tokenOf(routing.state, arrived);
    const reply = await answer(routing, { arrived, entry, token }).catch(toReply);
    return {
      ...reply,
      headers: {
        'x-github-request-id': id,
        'x-github-media-type': mediaHeader(mediaOf(arrived.headers)),
        'x-github-api-version-selected': String(arrived.headers['x-github-api-version'] ?? versions[0]),
        date: new Date(routing.state.now()).toUTCString(),
        server: 'github.com',
        ...reply.headers,
      },
    };
  };
}

interface Incoming {
  readonly arrived: Arrived;
  readonly entry: LoggedRequest;
  readonly token: Token | Refusal | undefined;
}

async function answer(routing: Routing, { arrived, entry, token }: Incoming): Promise<Reply> {
  const { state, limits, description } = routing;
  const path = withName(state, apiPath(arrived.url.pathname));
  const method = arrived.method === 'HEAD' ? 'GET' : arrived.method;
  refuseOddClient(arrived);
  const body = parsed(arrived.body, arrived.headers['content-type']);
  const found = locate(routing, { method, path });
  if ('problem' in found) return unknown(entry, 404, [found.problem]);
  const { route, params, handler, match } = found;
  Object.assign(entry, { route, ...(match && { operationId: match.operation.id }) });
  const checked = match
    ? description.check(match, arrived.url.searchParams, body)
    : { problems: [], query: Object.fromEntries(arrived.url.searchParams) };
  const problems = [...(body.problem ? [body.problem] : []), ...checked.problems];
  if (problems.length > 0) return unknown(entry, 422, problems);
  if (!handler) return unknown(entry, 501, [`the sandbox does not answer ${route}`]);
  if (token instanceof Refusal) throw token;
  if (token) entry.user = token.user.login;
  const call: Call = {
    ...{ state, limits, method: arrived.method, route, params, token, user: token?.user },
    url: new URL(path + arrived.url.search, state.urls.api),
    query: checked.query,
    body: body.value,
    headers: arrived.headers,
    media: mediaOf(arrived.headers),
  };
  const reply = await withinLimit(call, handler);
  if (reply.problems) entry.problems = reply.problems;
  return reply;
}

interface Located {
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly handler: Handler | undefined;
  readonly match?: Match;
}

interface Missing {
  readonly problem: string;
}

function locate({ description, handlers, outside }: Routing, at: { method: string; path: string }): Located | Missing {
  for (const { method, pattern, handler } of outside) {
    const params = method === at.method ? pattern.match(at.path) : undefined;
    if (params) return { route: `${method} ${pattern.path}`, params, handler };
  }
  const match = description.find(at.method, at.path);
  if ('problem' in match) return match;
  const { route } = match.operation;
  return { route, params: match.params, handler: handlers.get(route), match };
}

async function withinLimit(call: Call, handler: Handler): Promise<Reply> {
  const { limits, token, route } = call;
  const resource = resourceOf(call.url.pathname);
  const before = limits.standing(token, resource);
  const isFree = route === 'GET /rate_limit' || route.startsWith('GET /-/');
  const shown = needHeaders(route, token);
  if (before.remaining <= 0 && !isFree) {
    if (resource === 'graphql' && call.user) {
      return { ...graphqlExhausted(call.user.id), headers: { ...limitHeaders(before), ...shown } };
    }
    throw new Refusal(limits.exhaustedStatus, exhausted(call), {
      headers: { ...limitHeaders(before), ...shown },
      extra: { documentation_url: `${docs}/overview/rate-limits-for-the-rest-api` },
    });
  }
  const reply = conditional(call, await attempted(call, handler));
  // A 304 is free for those who say who they are.
  const cost = isFree || (reply.status === 304 && token) ? 0 : (reply.cost ?? 1);
  const after = limits.take(token, resource, cost);
  return { ...reply, headers: { ...limitHeaders(after), ...shown, ...reply.headers } };
}

async function attempted(call: Call, handler: Handler): Promise<Reply> {
  try {
    return await handler(call);
  } catch (error) {
    return toReply(error);
  }
}

const exhausted = ({ user }: Call) =>
  user
    ? `API rate limit exceeded for user ID ${user.id}. If you reach out to GitHub Support for help, please include the request ID.`
    : "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)";

function conditional(call: Call, reply: Reply): Reply {
  if (!['GET', 'HEAD'].includes(call.method) || reply.status !== 200) return reply;
  const digest = createHash('sha256')
    .update(toPayload(reply.body) ?? '')
    .update(call.media)
    .digest('hex');
  const headers: Record<string, string> = {
    etag: `W/"${digest}"`,
    'cache-control': `${call.token ? 'private' : 'public'}, max-age=60, s-maxage=60`,
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With',
    ...(reply.lastModified !== undefined && { 'last-modified': new Date(reply.lastModified).toUTCString() }),
  };
  const given = call.headers['if-none-match'];
  const since = Date.parse(call.headers['if-modified-since'] ?? '');
  const isSame = given
    ? given.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${digest}"`)
    : reply.lastModified !== undefined && reply.lastModified <= since;
  return isSame
    ? { status: 304, headers: { ...headers, ...reply.headers } }
    : { ...reply, headers: { ...headers, ...reply.headers } };
}

function toReply(error: unknown): Reply {
  if (!(error instanceof Refusal)) {
    const { message, stack } = error as Error;
    return { status: 500, body: { message: `The sandbox failed: ${message}`, stack } };
  }
  const { status, message, headers, extra } = error;
  return { status, headers, body: { message, documentation_url: docs, status: String(status), ...extra } };
}

function unknown(entry: LoggedRequest, status: number, problems: readonly string[]): Reply {
  entry.problems = problems;
  const message = `Not a request that GitHub describes: ${problems.join('; ')}`;
  return { status, body: { message, documentation_url: docs, status: String(status), problems } };
}

/** GitHub refuses clients without a name, and versions that it never had. */
function refuseOddClient({ headers }: Arrived): void {
  if (!headers['user-agent']) {
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  }
  const version = headers['x-github-api-version'];
  if (version !== undefined && !versions.includes(String(version))) {
    throw new Refusal(400, `The API version "${version}" is not supported. Supported versions: ${versions.join(', ')}`);
  }
}

function tokenOf(state: State, { headers }: Arrived): Token | Refusal | undefined {
  try {
    return authenticate(state, headers.authorization);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error;
  }
}

/** Enterprise Server has its API below /api/v3, and GraphQL at /api/graphql. */
const apiPath = (path: string): string =>
  path.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api(?=\/graphql$)/, '') || '/';

/** /repositories/{id} is where moved repositories and page links lead. */
function withName(state: State, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : state.repositories.get(Number(id));
  return repository ? `/repos/${fullName(repository)}${rest}` : path;
}
