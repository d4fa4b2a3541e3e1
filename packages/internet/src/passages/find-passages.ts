import type { Block } from '../page/block.ts';
import { toText } from '../page/block.ts';
import { fold } from './fold.ts';
import type { Ranked } from './rank.ts';
import { toWindows, type Window } from './windows.ts';

export interface PassageOptions {
  /** Passages at most. */
  limit: number;
  /** Characters of all texts together. A block that is longer is never returned, so give at least `maxBlockChars`. */
  maxChars: number;
}

export interface Passage {
  /** Whole blocks, as Markdown; the heading above them is in `headings` only. */
  text: string;
  /** Titles above it, outermost first. */
  headings: readonly string[];
  /** Compares the passages of one call; more is better. */
  score: number;
  /** Index of its first block. */
  from: number;
  /** Index after its last block. */
  to: number;
  /** Of the first block, in a paged document. */
  page?: number;
}

/** A passage of one of several documents. */
export interface DocumentPassage extends Passage {
  /** Index of the document in the list given. */
  document: number;
}

/** Weaker than this share of the best, a window only widens a passage it touches when it is next to it. */
const weakShare = 0.25;

/** The parts of a document that answer a question, best first; empty when none has a word of it. No network, no model. */
export async function findPassages(
  blocks: readonly Block[],
  question: string,
  options: PassageOptions,
): Promise<Passage[]> {
  const passages = await findPassagesAcross([blocks], question, options);
  return passages.map(({ document: _, ...passage }) => passage);
}

/** The same over several documents, ranked together and within one budget. */
export async function findPassagesAcross(
  documents: readonly (readonly Block[])[],
  question: string,
  options: PassageOptions,
): Promise<DocumentPassage[]> {
  const windows = documents.flatMap(toWindows);
  // Its tables of words are made when they are first needed.
  const { rank } = await import('./rank.ts');
  const found = await rank(documents, windows, question);
  const ranked = found.length > 0 ? found : literally(documents, windows, question);
  return pick(documents, ranked, options).map(({ from, to, document, headings, score }) => {
    const blocks = (documents[document] ?? []).slice(from, to);
    const body = blocks[0]?.kind === 'heading' && blocks.length > 1 ? blocks.slice(1) : blocks;
    const page = blocks[0]?.page;
    return {
      text: toText(body),
      headings,
      score: Math.round(score * 1000) / 1000,
      from,
      to,
      document,
      ...(page !== undefined && { page }),
    };
  });
}

/** Takes windows from the best down: one that touches a passage widens it, one that repeats another's text is dropped. */
function pick(
  documents: readonly (readonly Block[])[],
  ranked: readonly Ranked[],
  { limit, maxChars }: PassageOptions,
): Ranked[] {
  const picked: Ranked[] = [];
  const seen = new Set<string>();
  const weak = (ranked[0]?.score ?? 0) * weakShare;
  let left = maxChars;
  for (const window of ranked) {
    const blocks = documents[window.document] ?? [];
    const neighbour = picked.find((passage) => touches(passage, window));
    if (neighbour === undefined && (picked.length >= limit || window.score < weak)) continue;
    const wider = neighbour
      ? { ...neighbour, from: Math.min(neighbour.from, window.from), to: Math.max(neighbour.to, window.to) }
      : window;
    const cost = chars(blocks, wider) - (neighbour ? chars(blocks, neighbour) : 0);
    const text = wordsOf(toText(blocks.slice(window.from, window.to).filter(({ kind }) => kind !== 'heading')));
    if (neighbour === undefined && text !== '' && seen.has(text)) continue;
    if (cost > left) {
      const part = neighbour === undefined ? firstThatFits(blocks, window, left) : undefined;
      if (part === undefined) continue;
      left -= chars(blocks, part);
      picked.push(part);
      continue;
    }
    seen.add(text);
    left -= cost;
    if (neighbour) Object.assign(neighbour, { from: wider.from, to: wider.to });
    else picked.push({ ...window });
  }
  return picked;
}

/** Where the question itself stands: all that is left for one of function words alone. */
function literally(documents: readonly (readonly Block[])[], windows: readonly Window[], question: string): Ranked[] {
  const phrase = wordsOf(question);
  if (phrase === '') return [];
  return windows
    .filter(({ document, from, to }) => wordsOf(toText((documents[document] ?? []).slice(from, to))).includes(phrase))
    .map((window) => ({ ...window, score: 1 }));
}

/** Only letters and digits, so that marks and line breaks make no difference. */
const wordsOf = (text: string): string =>
  ` ${fold(text)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `.replace(/^ +$/, '');

const touches = (passage: Ranked, window: Ranked): boolean =>
  passage.document === window.document &&
  passage.from <= window.to &&
  window.from <= passage.to &&
  passage.headings.length === window.headings.length &&
  passage.headings.every((title, at) => title === window.headings[at]);

const chars = (blocks: readonly Block[], { from, to }: { from: number; to: number }): number =>
  blocks.slice(from, to).reduce((sum, { text }) => sum + text.length + 2, -2);

/** The beginning of a window that is too long, by whole blocks and more than its heading. */
function firstThatFits(blocks: readonly Block[], window: Ranked, left: number): Ranked | undefined {
  for (let to = window.to - 1; to > window.from; to -= 1) {
    const part = { ...window, to };
    if (blocks[to - 1]?.kind !== 'heading' && chars(blocks, part) <= left) return part;
  }
  return undefined;
}
