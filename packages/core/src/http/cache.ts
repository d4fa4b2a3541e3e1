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

/** In memory, at most `maxBytes` (32 MiB); what was used longest ago goes first. */
export function createMemoryCache({ maxBytes = 32 * mebibyte }: { maxBytes?: number } = {}): HttpCache {
  const entries = new Map<string, { url: string; answer: CachedAnswer; size: number }>();
  const variants = new Map<string, Set<string>>();
  let bytes = 0;

  const remove = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    bytes -= entry.size;
    const keys = variants.get(entry.url);
    keys?.delete(key);
    if (keys?.size === 0) variants.delete(entry.url);
  };

  return {
    shared: false,
    // One answer must not push out all the others.
    maxEntryBytes: Math.floor(maxBytes / 4),
    async get(url, variant) {
      const key = `${url} ${variant}`;
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.answer;
    },
    async set(url, variant, answer) {
      const key = `${url} ${variant}`;
      const size = sizeOf(answer);
      remove(key);
      if (size > maxBytes) return;
      entries.set(key, { url, answer, size });
      variants.set(url, (variants.get(url) ?? new Set()).add(key));
      bytes += size;
      for (const oldest of entries.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
    },
    async drop(url) {
      for (const key of [...(variants.get(url) ?? [])]) remove(key);
    },
    state: () => ({ entries: entries.size, bytes }),
  };
}

/** Keys, maps and objects around a body. */
const overhead = 1000;

const sizeOf = ({ bytes, headers }: CachedAnswer): number =>
  headers.reduce((sum, [name, value]) => sum + 2 * (name.length + value.length), overhead + bytes.length);
