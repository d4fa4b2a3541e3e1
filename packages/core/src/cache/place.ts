import { createHash } from 'node:crypto';
import type { Link } from './link.ts';
import type { CachedRows } from './rows.ts';
import type { CacheState } from './state.ts';

/** Where entries lie as long as Redis and store are what they are: others never meet them. */
export interface Place {
  readonly redis: string;
  readonly store: string;
  /** Of the keys. */
  readonly prefix: string;
}

/** Undefined when this process cannot reach the Redis that PostgreSQL says is in use. */
export type PlaceOf = (state: CacheState | undefined) => Place | undefined;

export function createPlaceOf(link: Pick<Link, 'id'>): PlaceOf {
  // Asked for by every read, changes hardly ever.
  let known: Place = { redis: '', store: '', prefix: '' };
  return (state) => {
    const redis = link.id();
    if (state === undefined || state.standby || redis === undefined || state.redis !== redis) return undefined;
    const { store } = state;
    if (known.redis !== redis || known.store !== store) {
      const prefix = createHash('sha256').update(`${redis} ${store}`).digest('base64url').slice(0, 12);
      known = { redis, store, prefix };
    }
    return known;
  };
}

export const isSame = (a: Place, b: Place | undefined): boolean => a.prefix === b?.prefix;

export const keyOf = ({ prefix }: Place, rows: Pick<CachedRows<never>, 'name' | 'shape'>, id: string): string =>
  `${prefix}:${rows.shape}:${rows.name}:${id}`;
