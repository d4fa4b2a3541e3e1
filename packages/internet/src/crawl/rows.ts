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

/** With a question the passages of all pages that answer it, else the beginning of each, within a fair share of the budget. `left` are the pages that did not fit. */
export async function toRows(
  pages: readonly CrawledPage[],
  { question, maxChars }: { question: string | undefined; maxChars: number },
): Promise<{ pages: PageRow[]; left: readonly CrawledPage[] }> {
  const shown = pages.slice(0, Math.max(1, Math.floor(maxChars / (2 * overheadChars))));
  const rows = shown.map(toRow);
  const room = maxChars - rows.reduce((sum, row) => sum + overheadChars + row.url.length + (row.title?.length ?? 0), 0);
  const documents = shown.map(({ document }) => document.blocks);
  if (question === undefined) {
    const shares = share(
      room,
      documents.map((blocks) => Math.min(lengthOf(blocks), beginningChars)),
    );
    for (const [n, row] of rows.entries()) {
      const text = beginning(documents[n] ?? [], shares[n] ?? 0);
      if (text) row.text = text;
    }
  } else {
    for (const { document, text, headings } of await findPassagesAcross(documents, question, {
      ...{ limit: mostPassages, maxChars: room },
    })) {
      const row = rows[document];
      if (row) row.passages = [...(row.passages ?? []), { text, headings: [...headings] }];
    }
  }
  return { pages: rows, left: pages.slice(shown.length) };
}

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
