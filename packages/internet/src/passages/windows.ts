import type { Block } from '../page/block.ts';

/** Neighbouring blocks of one section, the unit that is ranked. */
export interface Window {
  /** Which of the documents. */
  document: number;
  /** Index of the first block. */
  from: number;
  /** Index after the last block. */
  to: number;
  /** Titles above it, its section's own last. */
  headings: readonly string[];
}

/** Characters a window grows to; a longer block stands alone. */
const windowChars = 600;
/** A lead-in such as "You need:" says nothing without what follows it. */
const leadInChars = 200;

/** Overlapping windows over the sections of a document: each begins half a window after the one before, and none crosses a heading. */
export function toWindows(blocks: readonly Block[], document: number): Window[] {
  return sectionsOf(blocks).flatMap((section) => windowsOf(blocks, section).map((window) => ({ ...window, document })));
}

interface Section {
  from: number;
  to: number;
  headings: readonly string[];
}

/** A heading with nothing under it is a section of its own, as its words may be the answer. */
function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let open: Section | undefined;
  for (const [at, block] of blocks.entries()) {
    if (block.kind === 'heading') {
      open = { from: at, to: at + 1, headings: [...block.headings, plainTitle(block.text)] };
      const next = blocks[at + 1];
      const isParent = next?.kind === 'heading' && (next.level ?? 1) > (block.level ?? 1);
      if (!isParent) sections.push(open);
    } else if (open === undefined || !isUnder(open, block)) {
      open = { from: at, to: at + 1, headings: block.headings };
      sections.push(open);
    } else {
      open.to = at + 1;
    }
  }
  return sections;
}

const isUnder = (section: Section, block: Block): boolean =>
  block.headings.length === section.headings.length && block.headings.at(-1) === section.headings.at(-1);

/** The words of a heading, without Markdown. */
export const plainTitle = (text: string): string =>
  text
    .replace(/^#+\s*|\s*#+$/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|\*|`)(.+?)\1/g, '$2')
    .trim();

function windowsOf(blocks: readonly Block[], { from, to, headings }: Section): Omit<Window, 'document'>[] {
  const windows: Omit<Window, 'document'>[] = [];
  let start = from;
  while (start < to) {
    const end = endOf(blocks, start, to);
    windows.push({ from: start, to: end, headings });
    if (end >= to) break;
    // Half of it again, at least one block on; a single block is not repeated.
    start = end - start === 1 ? end : start + Math.ceil((end - start) / 2);
  }
  return windows;
}

function endOf(blocks: readonly Block[], start: number, to: number): number {
  let chars = 0;
  let end = start;
  while (end < to) {
    const block = blocks[end];
    const length = block?.text.length ?? 0;
    const isHeadingOnly = end === start + 1 && blocks[start]?.kind === 'heading';
    if (end > start && !isHeadingOnly && chars + length > windowChars && !isLeadIn(blocks[end - 1], block)) break;
    chars += length;
    end += 1;
  }
  return end;
}

const isLeadIn = (block: Block | undefined, next: Block | undefined): boolean =>
  block?.kind === 'paragraph' &&
  block.text.length <= leadInChars &&
  /[:：]\**$/.test(block.text) &&
  (next?.kind === 'list' || next?.kind === 'table' || next?.kind === 'code');
