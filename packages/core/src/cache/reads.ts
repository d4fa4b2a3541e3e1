import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Counters } from './counters.ts';
import type { CacheLimits } from './limits.ts';
import type { Link } from './link.ts';
import { isSame, keyOf, type Place, type PlaceOf } from './place.ts';
import type { CachedRows, Load } from './rows.ts';
import type { CacheState, StateWatch } from './state.ts';

type Reply = ['H', string, string] | ['F'] | ['L'] | ['W'];

export interface ReadContext {
  readonly link: Link;
  readonly placeOf: PlaceOf;
  readonly watch: StateWatch;
  readonly counters: Counters;
  readonly limits: CacheLimits;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What may be read now, and how. */
interface Ground {
  readonly place: Place;
  readonly epoch: number;
}

/** One caller's wish; `second` when it has waited for another's load and does not wait again. */
interface Wish<T> {
  readonly rows: CachedRows<T>;
  readonly load: Load<T>;
  readonly second: boolean;
}

/**
 * Reads rows by id, from Redis where that is certain to be no older than the call, else by `load`: at most one `load`
 * per call and, for a batch too, two round trips to Redis. Ids the database does not have are missing from the map.
 */
export function createReads(context: ReadContext) {
  const { link, placeOf, watch, counters, limits, random } = context;
  /** Loads of this process that will fill, by key: others wait for them instead of asking the database too. */
  const flights = new Map<string, Promise<void>>();

  function ground(): Ground | undefined {
    const state = watch.confirmed();
    const place = placeOf(state);
    if (state === undefined || place === undefined || state.off || performance.now() < watch.readableFrom()) {
      return undefined;
    }
    return { place, epoch: state.epoch };
  }

  /** Whether a reply that has just arrived may be believed. */
  function stands({ place }: Ground, tag: number): boolean {
    const now = ground();
    return now !== undefined && isSame(place, now.place) && tag >= now.epoch;
  }

  async function around<T>(outcome: 'fallbacks' | 'bypasses', wish: Wish<T>, ids: readonly string[]) {
    counters.add(outcome, wish.rows.pattern, ids.length);
    return new Map(await wish.load(ids));
  }

  function isAway(state: CacheState | undefined): boolean {
    return link.id() === undefined || (state !== undefined && !state.off && state.redis !== link.id());
  }

  async function read<T>(wish: Wish<T>, ids: readonly string[]): Promise<Map<string, T>> {
    const from = ground();
    if (from === undefined) return around(isAway(watch.last()?.state) ? 'fallbacks' : 'bypasses', wish, ids);
    if (link.isLate()) return around('fallbacks', wish, ids);
    const token = randomBytes(9).toString('base64url');
    const keys = ids.map((id) => keyOf(from.place, wish.rows, id));
    const asked = link.run<Reply[]>('read', keys, [from.epoch, token, limits.leaseMs, longestMs(limits)]);
    const replies = await inTime(asked, limits.hedgeMs);
    if (replies === undefined) {
      link.late(asked);
      // What the late reply leases is given back, because nobody will fill it.
      asked.then((late) => giveBack(keys, token, late)).catch(() => {}); // The link has told of it.
      return around('fallbacks', wish, ids);
    }
    return answer({ ...wish, from, token }, ids, replies);
  }

  interface Answering<T> extends Wish<T> {
    readonly from: Ground;
    readonly token: string;
  }

  async function answer<T>(asked: Answering<T>, ids: readonly string[], replies: readonly Reply[]) {
    const { rows, from, second } = asked;
    const found = new Map<string, T>();
    const missing: string[] = [];
    const leased: string[] = [];
    const flying: { id: string; flight: Promise<void> }[] = [];
    const broken: string[] = [];
    let voided = 0;
    for (const [n, id] of ids.entries()) {
      const reply = replies[n] ?? ['W'];
      const flight = reply[0] === 'L' && !second ? flights.get(keyOf(from.place, rows, id)) : undefined;
      if (flight !== undefined) {
        flying.push({ id, flight });
        continue;
      }
      if (reply[0] === 'H') {
        if (stands(from, Number(reply[1]))) {
          try {
            found.set(id, rows.decode(reply[2]));
            continue;
          } catch {
            broken.push(id);
          }
        } else voided += 1;
      }
      if (reply[0] === 'F') leased.push(id);
      missing.push(id);
    }
    counters.add('hits', rows.pattern, found.size);
    counters.add('bypasses', rows.pattern, voided);
    counters.add('misses', rows.pattern, missing.length - voided);
    if (broken.length > 0) forget(broken.map((id) => keyOf(from.place, rows, id)));
    const parts = await Promise.all([
      missing.length > 0 ? fly(asked, missing, leased) : undefined,
      flying.length > 0 ? afterFlights(asked, flying) : undefined,
    ]);
    for (const part of parts) for (const [id, row] of part ?? []) found.set(id, row);
    return found;
  }

  async function afterFlights<T>(wish: Wish<T>, flying: readonly { id: string; flight: Promise<void> }[]) {
    await Promise.all(flying.map(({ flight }) => flight));
    return read(
      { ...wish, second: true },
      flying.map(({ id }) => id),
    );
  }

  /** Loads what is missing and fills what is leased; the caller does not wait for the fill. */
  async function fly<T>(asked: Answering<T>, missing: readonly string[], leased: readonly string[]) {
    const { rows, from, token } = asked;
    if (leased.length === 0) return asked.load(missing);
    const keys = leased.map((id) => keyOf(from.place, rows, id));
    const landed = Promise.withResolvers<void>();
    for (const key of keys) flights.set(key, landed.promise);
    const land = () => {
      for (const key of keys) if (flights.get(key) === landed.promise) flights.delete(key);
      landed.resolve();
    };
    let values = keys.map(() => '');
    try {
      const loaded = await asked.load(missing);
      values = leased.map((id) => textOf(rows, loaded.get(id), limits.maxBytes));
      return loaded;
    } finally {
      void fill(keys, { token, epoch: from.epoch, values }).finally(land);
    }
  }

  async function fill(keys: string[], { token, epoch, values }: { token: string; epoch: number; values: string[] }) {
    const args = [token, limits.leaseMs, epoch, jittered(limits.ttlMs, random()), ...values];
    await link.run('fill', keys, args).catch(() => {}); // The link has told of it; the lease ends by itself.
  }

  async function giveBack(keys: readonly string[], token: string, replies: readonly Reply[]) {
    const leased = keys.filter((_, n) => replies[n]?.[0] === 'F');
    if (leased.length > 0) await fill(leased, { token, epoch: 0, values: leased.map(() => '') });
  }

  function forget(keys: readonly string[]): void {
    link.run('forget', keys, []).catch(() => {}); // As for a fill.
  }

  return async function cached<T>(rows: CachedRows<T>, ids: readonly string[], load: Load<T>): Promise<Map<string, T>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    return read({ rows, load, second: false }, wanted);
  };
}

/** Undefined when the reply takes too long or failed. */
async function inTime<T>(reply: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  // A turn of the event loop later: after a pause of this process the reply may be here already.
  const timer = setTimeout(() => void turn().then(() => resolve(undefined)), ms);
  try {
    return await Promise.race([reply.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Empty for what is not there or too long to be kept. */
export function textOf<T>(rows: CachedRows<T>, row: T | undefined, maxBytes: number): string {
  if (row === undefined) return '';
  const text = rows.encode(row);
  return Buffer.byteLength(text) > maxBytes ? '' : text;
}

/** Entries made at once do not end at once. */
export const jittered = (ttlMs: number, random: number): number => Math.round(ttlMs * (0.9 + random * 0.1));

/** The longest mark of a write: one whose outcome is unknown holds as long as any entry could. */
export const longestMs = ({ ttlMs, intentMs }: CacheLimits): number => Math.max(ttlMs, intentMs);
