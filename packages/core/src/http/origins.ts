import { AuthError } from '../errors.ts';

export interface Origins {
  /** Called directly. */
  has(url: URL): boolean;
  /** Reached by a redirect: those above, and the ones that are only for redirects. */
  mayLeadTo(url: URL): boolean;
}

/**
 * `direct` are addresses like `https://api.example.com`. `byRedirect` may begin with `*.` for any name below a domain:
 * `https://*.blob.core.windows.net`. Throws when one is not an http or https origin.
 */
export function createOrigins(direct: readonly string[], byRedirect: readonly string[]): Origins {
  const exact = new Set([...direct, ...byRedirect.filter((origin) => !origin.includes('*'))].map(toOrigin));
  const own = new Set(direct.map(toOrigin));
  const below = byRedirect.filter((origin) => origin.includes('*')).map(toPattern);
  return {
    has: (url) => own.has(url.origin),
    mayLeadTo: (url) => exact.has(url.origin) || below.some((matches) => matches(url)),
  };
}

function toOrigin(text: string): string {
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${url.protocol} is not http or https.`);
  return url.origin;
}

function toPattern(text: string): (url: URL) => boolean {
  const [scheme, rest] = text.split('://*.');
  if (rest === undefined || rest.includes('*')) throw new Error(`"${text}" is not of the form https://*.example.com.`);
  const { protocol, hostname, port } = new URL(`${scheme}://${rest}`);
  return (url) => url.protocol === protocol && url.port === port && url.hostname.endsWith(`.${hostname}`);
}

/** Thrown before anything is sent. */
export function notAnAddressOf(name: string, url: URL): AuthError {
  return new AuthError(`${url.origin} is not an address of ${name}, so nothing was sent to it.`, {
    hint: 'Only the configured addresses are called.',
  });
}
