import type { SearchQuery, Within } from './types.ts';

const dayMs = 24 * 3600 * 1000;
const days: Readonly<Record<Within, number>> = { day: 1, week: 7, month: 31, year: 366 };

const toDay = (date: Date): string => date.toISOString().slice(0, 10);

/** First and last day of the query as YYYY-MM-DD; `within` counts from today. Undefined without any of them. */
export function dateRange(query: SearchQuery, today: Date): { since: string; until: string } | undefined {
  const { since, until, within } = query;
  if (since === undefined && until === undefined && within === undefined) return undefined;
  const start = within === undefined ? undefined : toDay(new Date(today.getTime() - days[within] * dayMs));
  return { since: latest(since, start) ?? '1990-01-01', until: until ?? toDay(today) };
}

/** The shortest of the usual ranges that holds everything since that day; undefined when it is more than a year ago. */
export function rangeSince(since: string, today: Date): Within | undefined {
  const age = (today.getTime() - Date.parse(since)) / dayMs;
  return (['day', 'week', 'month', 'year'] as const).find((range) => age <= days[range]);
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

const months = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const zone = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})\)?$/;

/** A day as YYYY-MM-DD of what a provider calls a date; undefined when it is none, or not of the time of the web. */
export function readDay(raw: string | undefined): string | undefined {
  const text = raw?.trim() ?? '';
  // A time is not needed, and without a zone it would move the day with that of this machine.
  const [plain] = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text) ?? [];
  const isWords = text.length <= 60 && months.test(text) && /\b\d{4}\b/.test(text);
  if (plain === undefined && !isWords) return undefined;
  const time = Date.parse(plain ?? (zone.test(text) ? text : `${text} UTC`));
  if (Number.isNaN(time)) return undefined;
  const day = toDay(new Date(time));
  return day >= '1980-01-01' && day < '2200-01-01' ? day : undefined;
}
