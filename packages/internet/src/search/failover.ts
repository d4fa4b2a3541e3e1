import { type AppError, CancelledError, toAppError } from '@mcp-servers/core';
import { cleanHits, type Dropped } from './clean.ts';
import { type FailureReason, reasonOf } from './failures.ts';
import type { RankedList } from './merge.ts';
import type { Source } from './source.ts';
import type { SearchHits, SearchOption, SearchQuery } from './types.ts';

/** What one provider said to one query. */
export interface Asked {
  provider: string;
  /** Number of the query, from 0. */
  query: number;
  outcome: 'found' | 'empty' | FailureReason;
  results: number;
  /** Of a failure. */
  said?: string;
  hint?: string;
  retry_after_s?: number;
  /** Options that had no effect with this provider. */
  unsupported?: SearchOption[];
  /** Results that were left out, and why. */
  dropped?: Dropped;
  notes?: string[];
}

/** Where the next page of a list comes from. */
export interface Track {
  source: Source;
  query: SearchQuery;
  number: number;
}

export interface Round {
  asked: Asked[];
  lists: RankedList[];
  tracks: Track[];
  failures: AppError[];
}

export interface FailoverOptions {
  sources: readonly Source[];
  onEmpty: 'stop' | 'next';
  today: () => Date;
  allowsUrl?: (url: URL) => boolean;
}

interface Job {
  query: SearchQuery;
  number: number;
  signal: AbortSignal;
}

/** One query to one source after the other until one has results, or is empty and that is to be the answer. */
export async function askInOrder(options: FailoverOptions, job: Job): Promise<Round> {
  const round: Round = { asked: [], lists: [], tracks: [], failures: [] };
  for (const source of options.sources) {
    const isLast = source === options.sources.at(-1);
    const one = await askOne(source, options, { ...job, retries: isLast });
    add(round, one);
    const outcome = one.asked[0]?.outcome;
    if (outcome === 'found' || outcome === 'query_refused') break;
    if (outcome === 'empty' && options.onEmpty === 'stop') break;
  }
  return round;
}

/** One query to all of them side by side. */
export async function askAll(options: FailoverOptions, job: Job): Promise<Round> {
  const round: Round = { asked: [], lists: [], tracks: [], failures: [] };
  const answers = options.sources.map((source) => askOne(source, options, { ...job, retries: true }));
  for (const one of await Promise.all(answers)) add(round, one);
  return round;
}

export function add(round: Round, { asked, lists, tracks, failures }: Round): void {
  round.asked.push(...asked);
  round.lists.push(...lists);
  round.tracks.push(...tracks);
  round.failures.push(...failures);
}

/** A failure is a part of the round; only a cancelled call throws. */
export async function askOne(
  source: Source,
  options: Pick<FailoverOptions, 'today' | 'allowsUrl'>,
  { query, number, signal, retries }: Job & { retries: boolean },
): Promise<Round> {
  try {
    const answer = await source.ask(query, { signal, retries });
    return toRound(answer, { source, query, number }, options);
  } catch (error) {
    const failure = toAppError(error);
    if (failure.code === 'cancelled' || signal.aborted) {
      throw failure.code === 'cancelled' ? failure : new CancelledError(undefined, { cause: signal.reason });
    }
    const { message, hint, retryAfterSeconds } = failure;
    const asked: Asked = {
      provider: source.name,
      query: number,
      outcome: reasonOf(failure),
      results: 0,
      said: message,
      ...(hint && { hint }),
      ...(retryAfterSeconds !== undefined && { retry_after_s: retryAfterSeconds }),
    };
    return { asked: [asked], lists: [], tracks: [], failures: [failure] };
  }
}

function toRound(
  answer: SearchHits,
  { source, query, number }: Track,
  { today, allowsUrl }: Pick<FailoverOptions, 'today' | 'allowsUrl'>,
): Round {
  const { provider, name } = source;
  const { hits, dropped } = cleanHits(answer, { provider, query, today: today(), ...(allowsUrl && { allowsUrl }) });
  const asked: Asked = {
    provider: name,
    query: number,
    outcome: hits.length > 0 ? 'found' : 'empty',
    results: hits.length,
    ...(answer.unsupported.length > 0 && { unsupported: answer.unsupported }),
    ...(Object.keys(dropped).length > 0 && { dropped }),
    ...(answer.notes.length > 0 && { notes: answer.notes }),
  };
  const { next: _, ...same } = query;
  const following = { ...same, page: query.page + 1, ...(answer.next && { next: answer.next }) };
  return {
    asked: [asked],
    lists: [{ provider: name, query: number, hits }],
    tracks: answer.more ? [{ source, query: following, number }] : [],
    failures: [],
  };
}
