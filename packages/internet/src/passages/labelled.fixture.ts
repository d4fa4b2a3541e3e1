import { readdirSync, readFileSync } from 'node:fs';
import type { Block, BlockKind } from '../page/block.ts';
import { plainTitle } from './windows.ts';

const folder = new URL('../../passages-set/', import.meta.url);

export interface Labelled {
  page: string;
  question: string;
  /** Stands in the block that answers it, and nowhere else in the page. */
  answer: string;
  /** Weights were chosen on the first; the second is every third question; the third was written when all was fixed. */
  set: 'tuned' | 'heldOut' | 'unseen';
}

/** The pages of the labelled set as blocks, by name. */
export function labelledPages(): Map<string, Block[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return new Map(names.map((name) => [name.slice(0, -3), parseMarkdown(readFileSync(new URL(name, folder), 'utf8'))]));
}

export function labelledQuestions(): Labelled[] {
  const known = readQuestions('questions.tsv').map(
    (one, at) => ({ ...one, set: at % 3 === 2 ? 'heldOut' : 'tuned' }) as const,
  );
  return [...known, ...readQuestions('questions-unseen.tsv').map((one) => ({ ...one, set: 'unseen' }) as const)];
}

const readQuestions = (name: string): Omit<Labelled, 'set'>[] =>
  readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [page = '', question = '', answer = ''] = line.split('\t');
      return { page, question, answer };
    });

/** Enough of Markdown for the pages of the set: blocks are separated by blank lines, and code is fenced. */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const above: { level: number; title: string }[] = [];
  for (const part of text.split(/\n(?=```)|(?<=\n```)\n|\n{2,}/)) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const level = /^(#{1,6}) /.exec(trimmed)?.[1]?.length;
    if (level !== undefined) {
      while ((above.at(-1)?.level ?? 0) >= level) above.pop();
      blocks.push({ kind: 'heading', text: trimmed, level, headings: above.map(({ title }) => title) });
      above.push({ level, title: plainTitle(trimmed) });
    } else {
      blocks.push({ kind: kindOf(trimmed), text: trimmed, headings: above.map(({ title }) => title) });
    }
  }
  return blocks;
}

function kindOf(text: string): BlockKind {
  if (text.startsWith('```')) return 'code';
  if (text.startsWith('|')) return 'table';
  return /^(?:[-*]|\d+\.) /.test(text) ? 'list' : 'paragraph';
}
