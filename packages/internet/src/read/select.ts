import { type Block, toText } from '../page/block.ts';
import { findPassages, findText } from '../passages/index.ts';
import type { WebDocument } from './document.ts';

/** What of a document's text is shown; without any the text from `from` on. */
export interface Selection {
  question?: string | undefined;
  find?: string | undefined;
  /** Index of the first block. */
  from?: number | undefined;
}

export interface Shown {
  content?: string;
  passages?: { text: string; headings: readonly string[]; page?: number }[];
  matches?: { before: string; match: string; after: string; headings: readonly string[] }[];
  /** Of `find`, also those that are not shown. */
  matches_total?: number;
  /** Characters of the whole document in this mode. */
  chars_total: number;
  /** Index of the first block that did not fit. */
  next?: number;
}

const contextChars = 200;
const mostPassages = 8;

const charsOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { text }) => sum + text.length + 2, 0) - (blocks.length > 0 ? 2 : 0);

/** A document of which only what an answer can show is in memory. */
export interface KeptDocument extends WebDocument {
  charsTotal: number;
}

const nothing: Block = { kind: 'paragraph', text: '', headings: [] };

/** Lets go of the text before and after what `select` can take with this budget; places of blocks stay. */
export function keepWanted(
  document: WebDocument,
  { question, find, from = 0 }: Selection,
  maxChars: number,
): KeptDocument {
  const { blocks } = document;
  const kept = { ...document, links: [], charsTotal: charsOf(blocks) };
  if (question !== undefined || find !== undefined || kept.charsTotal <= 2 * maxChars) return kept;
  let chars = 0;
  const isWanted = (index: number, { text }: Block) => {
    if (index < from || chars > maxChars) return false;
    chars += text.length;
    return true;
  };
  // A part of a string holds on to the whole one, a copy does not.
  return { ...kept, blocks: blocks.map((block, n) => (isWanted(n, block) ? structuredClone(block) : nothing)) };
}

/** Characters that the selection would like to have, for a fair share of the budget. */
export function wantedChars({ blocks }: WebDocument, { question, find, from = 0 }: Selection): number {
  if (question !== undefined) return Math.min(charsOf(blocks), 8_000);
  return find === undefined ? charsOf(blocks.slice(from)) : Math.min(charsOf(blocks), 12_000);
}

/** The part of a document that was asked for, in whole blocks and at most `maxChars`. */
export async function select(
  { blocks, charsTotal }: KeptDocument,
  selection: Selection,
  maxChars: number,
): Promise<Shown> {
  const { question, find, from = 0 } = selection;
  const chars_total = charsTotal;
  if (question !== undefined) {
    const passages = await findPassages(blocks, question, { limit: mostPassages, maxChars });
    return {
      passages: passages.map(({ text, headings, page }) => ({ text, headings, ...(page !== undefined && { page }) })),
      chars_total,
    };
  }
  if (find !== undefined) {
    const most = Math.max(1, Math.floor(maxChars / (2 * contextChars + find.length + 60)));
    const { matches, total } = findText(blocks, find, { context: contextChars, limit: Math.min(most, 50) });
    return {
      matches: matches.map(({ before, match, after, headings }) => ({ before, match, after, headings })),
      ...{ matches_total: total, chars_total },
    };
  }
  const { content, next } = takeBlocks(blocks, from, maxChars);
  return { content, chars_total, ...(next < blocks.length && { next }) };
}

/** Whole blocks from `from` on; one that is larger than the budget by itself is cut, so that every page gets on. */
function takeBlocks(blocks: readonly Block[], from: number, maxChars: number): { content: string; next: number } {
  let next = from;
  let chars = 0;
  for (const { text } of blocks.slice(from)) {
    if (chars + text.length > maxChars) break;
    chars += text.length + 2;
    next += 1;
  }
  // A heading at the end belongs to what comes on the next page.
  while (next < blocks.length && next - 1 > from && blocks[next - 1]?.kind === 'heading') next -= 1;
  const first = blocks[from];
  if (next > from || first === undefined) return { content: toText(blocks.slice(from, next)), next };
  const cut = first.text.slice(0, Math.max(maxChars - 40, 100)).toWellFormed();
  return { content: `${cut}… (cut; ask with more max_chars)`, next: from + 1 };
}
