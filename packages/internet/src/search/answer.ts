import { type AppError, UnavailableError, ValidationError } from '@mcp-servers/core';
import { writeCursor } from './cursor.ts';
import type { Asked, Round } from './failover.ts';
import type { Pool } from './pool.ts';
import type { ConfiguredProviders } from './providers/index.ts';
import { type SearchPlan, toArguments } from './request.ts';

export interface SearchResult {
  /** From 1. */
  rank: number;
  title: string;
  url: string;
  site: string;
  /** Plain text; empty when no provider had one. */
  snippet: string;
  /** YYYY-MM-DD */
  date?: string;
  providers: string[];
  /** Numbers of the queries that found it, from 0, when there were several. */
  queries?: number[];
}

export interface SearchAnswer {
  results: SearchResult[];
  /** Who was asked, and what each said. */
  asked: Asked[];
  /** For the next page. */
  cursor?: string;
  /** Why there is nothing here, and what else there is to know. */
  note?: string;
  /** Of an answer that was kept. */
  age_s?: number;
}

export function toAnswer(
  pool: Pool,
  plan: SearchPlan,
  {
    ageSeconds,
    isRepeated,
    before,
  }: {
    ageSeconds?: number | undefined;
    isRepeated: boolean;
    /** What was asked for an earlier page, and is not told again. */
    before: number;
  },
): SearchAnswer {
  const { position, limit, queries } = plan;
  const end = position + limit;
  const results = pool.rows.slice(position, end).map(
    (row, n): SearchResult => ({
      rank: position + n + 1,
      title: row.title,
      url: row.url,
      site: row.site,
      snippet: row.snippet,
      ...(row.date && { date: row.date }),
      providers: row.providers,
      ...(queries.length > 1 && { queries: row.queries }),
    }),
  );
  const hasMore = results.length > 0 && (pool.rows.length > end || pool.tracks.length > 0);
  const notes = [
    ...(results.length === 0 ? [whyNothing(pool, position)] : []),
    ...(isRepeated ? ['The results were forgotten and searched again: some may repeat.'] : []),
  ];
  return {
    results,
    asked: pool.asked.slice(before),
    ...(hasMore && { cursor: writeCursor(position + results.length, toArguments(plan)) }),
    ...(notes.length > 0 && { note: notes.join(' ') }),
    ...(ageSeconds !== undefined && { age_s: ageSeconds }),
  };
}

function whyNothing({ rows, asked }: Pool, position: number): string {
  if (position > 0 && rows.length > 0) return `There are no more than ${rows.length} results.`;
  const sentences = [...new Set(asked.map(toSentence))];
  return `Nothing was found. ${sentences.join(' ')}`;
}

function toSentence({ provider, outcome, said, dropped }: Asked): string {
  if (outcome === 'empty') {
    const left = Object.entries(dropped ?? {}).map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
    return left.length === 0
      ? `${provider} has no results.`
      : `${provider} had results that do not fit: ${left.join(', ')}.`;
  }
  return outcome === 'found' ? `${provider} has results.` : `${provider} did not answer (${outcome}): ${said}`;
}

/** When nobody answered: the refusal of the query, or the reasons of all of them. */
export function toFailure(
  { asked, failures }: Pick<Round, 'asked' | 'failures'>,
  { missing, configured }: Pick<ConfiguredProviders, 'missing'> & { configured: number },
): AppError {
  const wish = missing.filter(({ name }) => name !== 'duckduckgo').map(({ setting }) => setting);
  const add = wish.length === 0 ? '' : `Add a provider with one of ${wish.join(', ')}.`;
  if (configured === 0)
    return new UnavailableError('No search provider is configured.', { retryable: false, hint: add });
  const refusal = asked.find(({ outcome }) => outcome === 'query_refused');
  if (refusal !== undefined) {
    return new ValidationError(`${refusal.said}`, { hint: refusal.hint ?? 'Change the query.', details: { asked } });
  }
  const waits = failures.flatMap(({ retryAfterSeconds }) =>
    retryAfterSeconds === undefined ? [] : [retryAfterSeconds],
  );
  const hints = [...new Set(asked.flatMap(({ hint }) => (hint ? [hint] : [])))].slice(0, 3);
  // A provider that failed says what it needs; the list of others is for those who have only the last resort.
  const isAlone = configured === 1 && asked.every(({ provider }) => provider === 'duckduckgo');
  return new UnavailableError(
    `No search provider answered, so nothing is known about results. ${[...new Set(asked.map(toSentence))].join(' ')}`,
    {
      hint: [...(isAlone ? [add] : hints), 'Nothing is wrong with the query.'].filter(Boolean).join(' '),
      retryable: failures.some(({ retryable }) => retryable),
      ...(waits.length > 0 && { retryAfterSeconds: Math.min(...waits) }),
      details: { asked },
    },
  );
}
