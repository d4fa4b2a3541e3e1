import { LRUCache } from 'lru-cache';
import type { Fetched } from './fetched.ts';

/** A kept answer, and until when it is as good as a new one. */
export interface Copy {
  fetched: Fetched;
  freshUntil: number;
}

export interface Copies {
  get(key: string): Copy | undefined;
  /** Keeps what may be kept: answers with 200 that do not forbid it. */
  keep(key: string, fetched: Fetched): void;
  state(): { entries: number; bytes: number; max_bytes: number };
}

/** Without a word of the origin. Long enough to page through a document. */
const defaultFreshMs = 5 * 60_000;
const longestFreshMs = 60 * 60_000;

/** Copies in memory, at most `maxBytes`; what was used longest ago goes first. `now` is in milliseconds since 1970. */
export function createCopies({ maxBytes, now = Date.now }: { maxBytes: number; now?: () => number }): Copies {
  const copies = new LRUCache<string, Copy>({
    maxSize: Math.max(maxBytes, 1),
    // One page must not push out all the others.
    maxEntrySize: Math.max(Math.floor(maxBytes / 4), 1),
    sizeCalculation: ({ fetched }) => fetched.body.byteLength + 2_000,
  });
  return {
    get: (key) => copies.get(key),
    keep(key, fetched) {
      const directives = readDirectives(fetched.headers.get('cache-control') ?? '');
      if (fetched.status !== 200 || directives.has('no-store')) copies.delete(key);
      else copies.set(key, { fetched, freshUntil: now() + freshMs(fetched, directives) });
    },
    state: () => ({ entries: copies.size, bytes: copies.calculatedSize, max_bytes: maxBytes }),
  };
}

/** RFC 9111, for a private cache. */
function freshMs({ headers, fetchedAt }: Fetched, directives: ReadonlyMap<string, string>): number {
  if (directives.has('no-cache')) return 0;
  const maxAge = Number(directives.get('max-age') ?? Number.NaN);
  const expires = Date.parse(headers.get('expires') ?? '') - (Date.parse(headers.get('date') ?? '') || +fetchedAt);
  const age = Number(headers.get('age') ?? 0) * 1000 || 0;
  const lifetime = Number.isFinite(maxAge) ? maxAge * 1000 - age : Number.isFinite(expires) ? expires : defaultFreshMs;
  return Math.min(Math.max(lifetime, 0), longestFreshMs);
}

function readDirectives(header: string): Map<string, string> {
  const directives = header.split(',').map((part) => part.trim().toLowerCase().split('='));
  return new Map(directives.map(([name = '', value = '']) => [name, value.replaceAll('"', '')]));
}
