import { ConflictError, NetworkError } from '../errors.ts';
import { notAnAddressOf, type Origins } from './origins.ts';
import { oneLine } from './redact.ts';

/** One request of a call: the first, or one that a redirect asked for. */
export interface Hop {
  readonly method: string;
  /** Without credentials, which the headers have. */
  readonly url: URL;
  readonly headers: Headers;
  readonly content: NonNullable<RequestInit['body']> | undefined;
  /** False once another origin was met: from there on nothing that belongs to the caller is sent. */
  readonly trusted: boolean;
}

export interface RedirectRules {
  readonly name: string;
  readonly origins: Origins;
  readonly replayable: boolean;
}

export const mostRedirects = 5;

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
export const isRedirect = (status: number): boolean => redirecting.has(status);

/** All that another origin learns; the rest may be a credential under any name. */
const harmless = ['accept', 'accept-language', 'range', 'user-agent'];

/**
 * The request that an answer redirects to, by the rules of the Fetch standard with three exceptions: 301 and 302 do not turn a write
 * into a read (it would look done), no body goes to another origin, and only declared origins are followed.
 */
export function nextHop(hop: Hop, { status, headers }: Response, rules: RedirectRules): Hop {
  const { name, origins, replayable } = rules;
  const url = target(hop, headers.get('location'), name);
  if (!origins.mayLeadTo(url)) throw notAnAddressOf(name, url);
  const reads = hop.method === 'GET' || hop.method === 'HEAD';
  const same = url.origin === hop.url.origin;
  const becomesGet = status === 303 && !reads;
  const there = oneLine(`${url.origin}${url.pathname}`, 200);
  if (!reads && status < 303) {
    throw new ConflictError(`${name} has moved this to ${there}, and the write was not repeated there.`, {
      hint: 'Repeat the call with the new name or address.',
      details: { status },
    });
  }

  if (!reads && !becomesGet && (!same || !replayable)) {
    const why = same ? 'its body was a stream' : 'that is another address';
    throw new ConflictError(`${name} redirects a write to ${there}, and ${why}.`, {
      hint: 'Check the configured address.',
      details: { status },
    });
  }
  const sent = same ? new Headers(hop.headers) : pick(hop.headers, harmless);
  for (const header of ['if-none-match', 'if-modified-since']) sent.delete(header);
  if (becomesGet) for (const header of [...sent.keys()]) if (header.startsWith('content-')) sent.delete(header);
  return {
    method: becomesGet ? 'GET' : hop.method,
    content: becomesGet ? undefined : hop.content,
    ...{ url, headers: sent, trusted: hop.trusted && same },
  };
}

function target(hop: Hop, location: string | null, name: string): URL {
  if (location !== null && URL.canParse(location, hop.url.href)) {
    const url = new URL(location, hop.url);
    url.hash = '';
    if (!url.username && !url.password) return url;
  }
  throw new NetworkError(`${name} redirects without saying where to in a way that can be followed.`, {
    retryable: false,
    hint: 'Check the configured address.',
  });
}

function pick(headers: Headers, names: readonly string[]): Headers {
  return new Headers(
    names.flatMap((name): [string, string][] => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

export function tooManyRedirects(name: string): NetworkError {
  return new NetworkError(`${name} redirected more than ${mostRedirects} times.`, {
    retryable: false,
    hint: 'Check the configured address.',
  });
}
