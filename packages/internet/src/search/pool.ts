import type { Asked, Round, Track } from './failover.ts';
import { type MergedHit, mergeLists } from './merge.ts';

/** Merged results that are kept for a while: they only grow, so a page that was given stays the same. */
export interface Pool {
  readonly rows: readonly MergedHit[];
  readonly asked: readonly Asked[];
  /** Where more comes from. */
  readonly tracks: readonly Track[];
  /** True when a query or a provider asked for by name failed: good for its cursor, not for a new search. */
  readonly isPartial: boolean;
  readonly at: number;
  grow(round: Round): void;
}

const mostRows = 200;

export function createPool(first: Round, { at, isPartial }: { at: number; isPartial: boolean }): Pool {
  const rows: MergedHit[] = [];
  const pages = new Set<string>();
  const asked: Asked[] = [];
  let tracks: readonly Track[] = [];

  function grow(round: Round): void {
    for (const hit of mergeLists(round.lists)) {
      if (pages.has(hit.page) || rows.length >= mostRows) continue;
      pages.add(hit.page);
      rows.push(hit);
    }
    asked.push(...round.asked);
    tracks = rows.length >= mostRows ? [] : round.tracks;
  }

  grow(first);
  return {
    rows,
    asked,
    get tracks() {
      return tracks;
    },
    isPartial,
    at,
    grow,
  };
}
