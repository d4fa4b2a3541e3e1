import type { Block } from '../page/block.ts';

export interface FindTextOptions {
  /** Characters shown on each side, cut at words. */
  context: number;
  /** Matches returned; all are counted. 20 by default. */
  limit?: number;
  /** False by default. */
  caseSensitive?: boolean;
}

export interface TextMatch {
  before: string;
  match: string;
  after: string;
  headings: readonly string[];
  /** Index of its block. */
  block: number;
  page?: number;
}

export interface TextMatches {
  /** All of them, also those that are not returned. */
  total: number;
  matches: TextMatch[];
}

/**
 * Places where a text stands literally, in order and without overlaps. White space matches any white space and emphasis marks between
 * words, because blocks are Markdown. An empty needle is found nowhere.
 */
export function findText(blocks: readonly Block[], needle: string, options: FindTextOptions): TextMatches {
  const { context, limit = 20, caseSensitive = false } = options;
  const words = needle.trim().split(/\s+/).map(literal);
  if (words[0] === '') return { total: 0, matches: [] };
  const pattern = new RegExp(words.join('[*_`]{0,3}\\s+[*_`]{0,3}'), caseSensitive ? 'gu' : 'giu');
  const matches: TextMatch[] = [];
  let total = 0;
  for (const [at, { text, headings, page }] of blocks.entries()) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      total += 1;
      if (matches.length >= limit) continue;
      matches.push({
        before: lastWords(text.slice(0, index), context),
        match,
        after: firstWords(text.slice(index + match.length), context),
        headings,
        block: at,
        ...(page !== undefined && { page }),
      });
    }
  }
  return { total, matches };
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function lastWords(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const cut = text.slice(text.length - chars);
  // A text without spaces is cut where it is, but never inside a character.
  const space = cut.search(/\s/);
  return `…${space >= 0 && space < chars / 2 ? cut.slice(space) : cut.replace(/^[\uDC00-\uDFFF]/, '')}`;
}

function firstWords(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const cut = text.slice(0, chars);
  const space = cut.search(/\s\S*$/);
  return `${space > chars / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
}
