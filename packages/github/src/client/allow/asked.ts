import type { Addresses } from '../addresses.ts';
import type { Lookups } from '../lookups.ts';
import type { Asked } from './route-table.ts';

/** Reads requests below the address of the API; undefined for downloads, which only a redirect of a checked request leads to. */
export function createAsked(addresses: Addresses, lookups: Pick<Lookups, 'viewer'>) {
  const api = new URL(addresses.rest);
  const uploads = new URL(addresses.uploads);

  function pathBelow(url: URL): string | undefined {
    // Enterprise Server has them beside its API, /_codeload; no route of the API begins so.
    if (/^\/[-_]/.test(url.pathname)) return undefined;
    for (const { origin, pathname } of [api, uploads]) {
      const prefix = pathname.replace(/\/$/, '');
      if (url.origin === origin && url.pathname.startsWith(`${prefix}/`)) return url.pathname.slice(prefix.length);
    }
    return undefined;
  }

  return ({ method, url, body }: { method: string; url: URL; body: unknown }): Asked | undefined => {
    const path = pathBelow(url);
    const viewer = async () => (await lookups.viewer()) ?? '?';
    return path === undefined ? undefined : { method, path, query: url.searchParams, body: toFields(body), viewer };
  };
}

/** The fields of a body, JSON text or an object. */
export function toFields(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  if (typeof body !== 'string' || !body.startsWith('{')) return {};
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {}; // A text that begins like JSON names nothing.
  }
}
