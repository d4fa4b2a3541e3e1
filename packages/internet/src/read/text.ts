import { fence, newMark } from '@mcp-servers/core/outside';
import { inLine } from './in-line.ts';
import type { FetchResult } from './result.ts';

/** Answers for people and models: a line of facts, then the text between marks that name its source. */
export function renderResults({ results }: { results: readonly FetchResult[] }): string {
  const mark = newMark();
  return results
    .map((result, n) => renderResult(result, { mark, ...(results.length > 1 && { number: n + 1 }) }))
    .join('\n\n');
}

function renderResult(result: FetchResult, { mark, number }: { mark: string; number?: number }): string {
  const label = number === undefined ? '' : `${number}. `;
  if (result.error) {
    const { message, hint, code } = result.error;
    const said = `Not read (${code}): ${inLine(message, 1_000)}${hint ? ` Next: ${inLine(hint, 1_000)}` : ''}`;
    return `${label}${inLine(result.url, 4_096)}\n${said}`;
  }
  const source = { source: result.final_url ?? result.url };
  // Titles and bylines are as untrusted as the text, so they stand inside.
  const title = [result.title, result.byline && `by ${result.byline}`, result.published].filter(Boolean).join(' · ');
  const body = [...(title ? [title] : []), bodyOf(result)].join('\n\n');
  return [`${label}${inLine(result.url, 4_096)}`, factsOf(result), fence(body, source, mark), ...notesOf(result)].join(
    '\n',
  );
}

function factsOf({ final_url, kind, content, chars_total, age_s, pages }: FetchResult): string {
  const shown = content === undefined ? `${chars_total} characters` : `${content.length} of ${chars_total} characters`;
  return [
    kind,
    shown,
    ...(pages === undefined ? [] : [`${pages} pages`]),
    ...(age_s === undefined ? [] : [`kept for ${age_s} s`]),
    ...(final_url ? [`from ${inLine(final_url)}`] : []),
  ].join(', ');
}

function bodyOf({ content, passages, matches, matches_total = 0 }: FetchResult): string {
  if (passages) {
    if (passages.length === 0) return '(No passage has a word of the question.)';
    return passages.map(({ text, headings, page }) => `${placeOf(headings, page)}${text}`).join('\n\n---\n\n');
  }
  if (matches) {
    const lines = matches.map(
      ({ before, match, after, headings }) => `${placeOf(headings)}…${before}**${match}**${after}…`,
    );
    const left = matches_total - matches.length;
    return [
      ...lines,
      ...(left > 0 ? [`(${left} more matches)`] : []),
      ...(matches_total === 0 ? ['(No match.)'] : []),
    ].join('\n\n');
  }
  return content || '(No text.)';
}

const placeOf = (headings: readonly string[], page?: number): string => {
  const place = [...(page === undefined ? [] : [`page ${page}`]), ...headings].join(' > ');
  return place ? `[${place}]\n` : '';
};

function notesOf({ notes = [], next_cursor }: FetchResult): string[] {
  return [
    ...notes.map((note) => `Note: ${inLine(note)}`),
    ...(next_cursor ? [`More: call web_fetch with cursor "${next_cursor}"`] : []),
  ];
}
