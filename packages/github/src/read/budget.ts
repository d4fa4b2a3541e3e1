import { toVisible } from '@mcp-servers/core/outside';

/** What the fields around the content of an answer take, cursor included. */
const envelopeChars = 700;

/** Characters for the content of an answer of `maxChars`. */
export const contentBudget = (maxChars: number): number => Math.max(maxChars - envelopeChars, Math.floor(maxChars / 2));

/** What a value takes in an answer: its JSON, with hidden characters written out as the text has them. */
export const jsonLength = (value: unknown): number => toVisible(JSON.stringify(value)).text.length;

/** The marks around a body, with its source and author. */
const marksChars = 110;

/** What a row takes of an answer; in its text a body stands between marks of its own. */
export const rowLength = (row: unknown): number =>
  jsonLength(row) + 1 + (typeof row === 'object' && row !== null && 'body' in row ? marksChars : 0);

/** Bytes of a page of a hundred texts as long as GitHub takes them, 65,536 characters of up to four bytes. */
export const pageBytes = 40_000_000;

/** A cursor, its name, and the name of its list. */
const cursorChars = 250;

/** What each of several lists may take, beside a cursor of its own. */
export const roomOfEach = (left: number, lists: number): number =>
  Math.max(Math.floor(left / Math.max(lists, 1)) - (lists > 1 ? cursorChars : 0), 100);

/** The rows from the start that fit, and how many do not. */
export function rowsWithin<T>(rows: readonly T[], maxChars: number): { taken: T[]; left: number } {
  let used = 2;
  const end = rows.findIndex((row) => {
    used += rowLength(row);
    return used > maxChars;
  });
  return end === -1 ? { taken: [...rows], left: 0 } : { taken: rows.slice(0, end), left: rows.length - end };
}

/** The longest start of a text that fits in an answer, never half a character. */
export function startWithin(text: string, maxChars: number): string {
  if (text.length <= maxChars && jsonLength(text) <= maxChars) return text;
  let [fits, tooLong] = [0, Math.max(0, Math.min(text.length, maxChars)) + 1];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (jsonLength(text.slice(0, middle)) <= maxChars) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, fits).replace(/[\ud800-\udbff]$/, '');
}

/** A body within a budget: whole, or its start with a word that it is one. */
export function bodyWithin(
  body: string | null | undefined,
  maxChars: number,
): { body: string; body_truncated?: true; body_chars?: number } {
  const given = body ?? '';
  const start = startWithin(given, maxChars);
  return start.length === given.length
    ? { body: given }
    : { body: start, body_truncated: true, body_chars: given.length };
}
