import { NetworkError, ValidationError } from '../../errors.ts';
import { shorten } from './url.ts';

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Hop {
  status: number;
  headers: { get(name: string): string | null };
}

/** Where an answer sends on to, as it says; undefined when it is no redirect. */
export function locationOf({ status, headers }: Hop): string | undefined {
  return redirecting.has(status) ? (headers.get('location') ?? undefined) : undefined;
}

/** The absolute address of a location. Throws NetworkError when it is none. */
export function toTarget(location: string, from: URL): string {
  // Headers are read as Latin-1; servers send UTF-8.
  const target = URL.parse(Buffer.from(location, 'latin1').toString(), from.href);
  if (target === null) {
    throw new NetworkError(`${from.host} redirects to something that is no address.`, { retryable: false });
  }
  if (target.hash === '') target.hash = from.hash;
  return target.href;
}

/** Counts hops. Throws NetworkError at the one too many, and when an address comes again. */
export function createTrail(start: URL, maxRedirects: number) {
  const bare = (href: string) => href.split('#', 1)[0] ?? href;
  const seen = new Set([bare(start.href)]);
  const redirects: string[] = [];
  return {
    redirects,
    add(href: string): void {
      if (seen.has(bare(href))) {
        throw new NetworkError(`${start.host} redirects in a circle: ${shorten(href)} comes again.`, {
          retryable: false,
          hint: 'Sites do this to clients that keep no cookies. Another source may do.',
        });
      }
      if (redirects.length >= maxRedirects) {
        throw new NetworkError(`${start.host} redirects more than ${maxRedirects} times.`, {
          retryable: false,
          hint: `The last address was ${shorten(redirects.at(-1) ?? start.href)}.`,
        });
      }
      seen.add(bare(href));
      redirects.push(href);
    },
  };
}

/** The refusal of a hop, which the model did not ask for itself. */
export function refusedHop(error: unknown, from: URL): unknown {
  if (!(error instanceof ValidationError)) return error;
  return new ValidationError(`${shorten(from.origin)} redirects to an address that is not fetched. ${error.message}`, {
    cause: error,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.details !== undefined && { details: error.details }),
  });
}
