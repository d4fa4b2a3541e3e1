import type { IncomingHttpHeaders } from 'node:http';
import type { Limits } from './limits.ts';
import type { Media } from './media.ts';
import type { Account } from './model/accounts.ts';
import type { State } from './model/state.ts';
import type { Token } from './model/tokens.ts';
import { Refusal } from './refusal.ts';
import { ok, type Reply } from './reply.ts';

/** One request on its way to a route, already checked against the description. */
export interface Call {
  readonly state: State;
  readonly limits: Limits;
  readonly method: string;
  /** Of the request, with the server's own address. */
  readonly url: URL;
  /** 'GET /repos/{owner}/{repo}', as the description or the outside route spells it. */
  readonly route: string;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** With the types of the description. */
  readonly query: Readonly<Record<string, unknown>>;
  /** JSON, or bytes of other content types. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly media: Media;
  readonly token: Token | undefined;
  readonly user: Account | undefined;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;
/** Routes as the description spells them: 'GET /repos/{owner}/{repo}'. */
export type Routes = Readonly<Record<string, Handler>>;

/** A part of GitHub: its routes, and what it listens to. One line in `routes/index.ts` adds it. */
export interface Area {
  readonly name: string;
  readonly routes: Routes;
  /** Routes beyond the description: downloads, /graphql. Paths spelled the same way, `{name+}` spans slashes. */
  readonly outside?: Routes;
  readonly setUp?: (state: State) => void;
}

/** A path parameter of the route. */
export const param = (call: Call, name: string): string => call.params[name] ?? '';

/** A text of the query. */
export const text = (call: Call, name: string): string | undefined => {
  const value = call.query[name];
  return value === undefined ? undefined : String(value);
};

/** The JSON body in the shape the route knows from the description. */
export const bodyOf = <T>(call: Call): T => (call.body ?? {}) as T;

/** The user of the token. Throws Refusal 401. */
export function actorOf(call: Call): Account {
  if (!call.user) throw new Refusal(401, 'Requires authentication');
  return call.user;
}

/** A page of a list with its Link header; `per_page` (30, at most 100) and `page` of the query. */
export function page<T>(call: Call, items: readonly T[], view: (item: T) => unknown): Reply {
  const { slice, headers } = pageOf(call, items);
  return ok(slice.map(view), { headers });
}

/** The same for answers that hold their list in a field; `most` is where GitHub stops counting pages. */
export function pageOf<T>(
  call: Call,
  items: readonly T[],
  { perPage = 30, most = items.length }: { perPage?: number; most?: number } = {},
): { slice: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(call.query.per_page ?? perPage)));
  const number = Math.max(1, Number(call.query.page ?? 1));
  const last = Math.max(1, Math.ceil(Math.min(items.length, most) / size));
  const link = (target: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.set('page', String(target));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const slice = items.slice((number - 1) * size, number * size);
  return { slice, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}
