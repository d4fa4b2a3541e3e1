import { LRUCache } from 'lru-cache';

/** A kept answer, always asked for again before it is used. */
export interface CachedAnswer {
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names of request headers the answer depends on, and a digest of their values. */
  readonly vary: readonly string[];
  readonly varyDigest: string;
}

/**
 * Keeps answers under two digests: of credential and URL, and of what is asked for (`Accept`). A store that is away or full loses
 * answers and never fails a call.
 */
export interface HttpCache {
  /** Other processes see it, so keys are derived from the credential and not from a key of this process. */
  readonly shared: boolean;
  /** Longer bodies are not kept. */
  readonly maxEntryBytes: number;
  get(url: string, variant: string): Promise<CachedAnswer | undefined>;
  set(url: string, variant: string, answer: CachedAnswer): Promise<void>;
  /** Every variant of this URL. */
  drop(url: string): Promise<void>;
  state(): { entries?: number; bytes?: number; away?: boolean };
}

const mebibyte = 1024 ** 2;

/** In memory, at most `maxBytes` (32 MiB); the URL used longest ago goes first, with all its variants. */
export function createMemoryCache({ maxBytes = 32 * mebibyte }: { maxBytes?: number } = {}): HttpCache {
  const kept = new LRUCache<string, ReadonlyMap<string, CachedAnswer>>({
    maxSize: maxBytes,
    sizeCalculation: (variants) => [...variants.values()].reduce((sum, answer) => sum + sizeOf(answer), 0),
  });
  return {
    shared: false,
    // One answer must not push out all the others.
    maxEntryBytes: Math.floor(maxBytes / 4),
    get: async (url, variant) => kept.get(url)?.get(variant),
    async set(url, variant, answer) {
      kept.set(url, new Map(kept.peek(url)).set(variant, answer));
    },
    async drop(url) {
      kept.delete(url);
    },
    state: () => ({
      entries: [...kept.values()].reduce((sum, variants) => sum + variants.size, 0),
      bytes: kept.calculatedSize,
    }),
  };
}

/** Keys, maps and objects around a body. */
const overhead = 1000;

const sizeOf = ({ bytes, headers }: CachedAnswer): number =>
  headers.reduce((sum, [name, value]) => sum + 2 * (name.length + value.length), overhead + bytes.length);
