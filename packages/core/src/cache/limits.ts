/** Times in milliseconds. */
export interface CacheLimits {
  /** A value is read only while PostgreSQL confirmed within this time that the cache is on. */
  readonly fenceMs: number;
  /** A reply that takes longer is raced by PostgreSQL. */
  readonly hedgeMs: number;
  /** How long the mark of a write holds: longer than a COMMIT may take. */
  readonly intentMs: number;
  /** How long a reader may take from its miss to its fill. */
  readonly leaseMs: number;
  /** Of health, before a cache that was off is switched on. */
  readonly healthyMs: number;
  /** How long readers keep away from a Redis or a store that is new to them, so that every write under way has noticed too. */
  readonly adoptMs: number;
  readonly ttlMs: number;
  /** Longer values are not cached. */
  readonly maxBytes: number;
  /** After the last use the state of the cache is no longer asked for. */
  readonly idleMs: number;
}

export const defaultLimits: CacheLimits = {
  fenceMs: 150,
  hedgeMs: 3,
  intentMs: 5000,
  leaseMs: 2000,
  healthyMs: 2000,
  adoptMs: 1000,
  ttlMs: 300_000,
  maxBytes: 64 * 1024,
  idleMs: 5000,
};
