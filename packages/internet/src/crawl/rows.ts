import { type Block, toText } from '../page/block.ts';
import { findPassagesAcross } from '../passages/index.ts';
import { share } from '../read/share.ts';
import type { CrawledPage } from './crawl.ts';

/** One page of a crawl, as an answer has it. */
export interface PageRow {
  url: string;
  title?: string;
  depth: number;
  chars: number;
  published?: string;
  /** Beginning of the text. */
  text?: string;
  passages?: { text: string; headings: string[] }[];
}

const overheadChars = 160;
const mostPassages = 20;
const beginningChars = 1_000;

export interface Rows {
  pages: PageRow[];
  /** Pages that did not fit. */
  left: readonly CrawledPage[];
  /** With a question: pages that have nothing about it and are not among the rows. */
  without?: number;
}

/** With a question the passages of all pages that answer it, else the beginning of each, within a fair share of the budget. */
export async function toRows(
  pages: readonly CrawledPage[],
  { question, maxChars }: { question: string | undefined; maxChars: number },
): Promise<Rows> {
  return question === undefined ? beginnings(pages, maxChars) : answers(pages, question, maxChars);
}

function beginnings(pages: readonly CrawledPage[], maxChars: number): Rows {
  const shown = pages.slice(0, Math.max(1, Math.floor(maxChars / (2 * overheadChars))));
  const rows = shown.map(toRow);
  const room = maxChars - rows.reduce((sum, row) => sum + lineOf(row), 0);
  const documents = shown.map(({ document }) => document.blocks);
  const wants = documents.map((blocks) => Math.min(lengthOf(blocks), beginningChars));
  const shares = share(room, wants);
  for (const [n, row] of rows.entries()) {
    const text = beginning(documents[n] ?? [], shares[n] ?? 0);
    if (text) row.text = text;
  }
  return { pages: rows, left: pages.slice(shown.length) };
}

/** Pages with passages first, best first; the others as far as there is room for their lines. */
async function answers(pages: readonly CrawledPage[], question: string, maxChars: number): Promise<Rows> {
  const documents = pages.map(({ document }) => document.blocks);
  const options = { limit: mostPassages, maxChars: Math.max(maxChars - mostPassages * overheadChars, maxChars / 2) };
  const rows = new Map<number, PageRow>();
  let used = 0;
  for (const { document, text, headings } of await findPassagesAcross(documents, question, options)) {
    const page = pages[document];
    const row = rows.get(document) ?? (page && toRow(page));
    if (row === undefined) continue;
    used += text.length + (rows.has(document) ? 0 : lineOf(row));
    row.passages = [...(row.passages ?? []), { text, headings: [...headings] }];
    rows.set(document, row);
  }
  const others = pages.filter((_, n) => !rows.has(n)).map(toRow);
  const listed = others.filter((row) => {
    used += lineOf(row);
    return used <= maxChars;
  });
  const without = others.length - listed.length;
  return { pages: [...rows.values(), ...listed], left: [], ...(without > 0 && { without }) };
}

const lineOf = ({ url, title = '' }: PageRow): number => overheadChars + url.length + title.length;

function toRow({ depth, document: { url, facts, blocks } }: CrawledPage): PageRow {
  return {
    url,
    ...(facts.title && { title: facts.title }),
    depth,
    chars: lengthOf(blocks),
    ...(facts.published && { published: facts.published }),
  };
}

const lengthOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { text }) => sum + text.length + 2, 0);

/** Whole blocks, or a part of the first. */
function beginning(blocks: readonly Block[], chars: number): string {
  const whole: Block[] = [];
  let used = 0;
  for (const block of blocks) {
    if (used + block.text.length > chars) break;
    used += block.text.length + 2;
    whole.push(block);
  }
  const [first] = blocks;
  return whole.length > 0 || first === undefined || chars < 80
    ? toText(whole)
    : `${first.text.slice(0, chars - 1).toWellFormed()}…`;
}
