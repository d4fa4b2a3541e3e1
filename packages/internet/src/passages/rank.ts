import type { Block } from '../page/block.ts';
import { languageOf } from './language.ts';
import { type Asked, asksForNumber, readQuestion } from './question.ts';
import { toTerms } from './terms.ts';
import type { Window } from './windows.ts';

export interface Ranked extends Window {
  /** Comparable among the windows of one call only. */
  score: number;
}

/** How much of the score each part makes; chosen on two thirds of the labelled questions. */
const weights = {
  headings: 2,
  uncovered: 0.1,
  proximity: 0.15,
  number: 0.12,
  prefix: 0.3,
  fuzzy: 0.35,
  saturation: 1.8,
  length: 0.6,
  floor: 0.5,
} as const;
/** Windows whose words are looked at in their order. */
const closeLooks = 50;
/** Words between two words of the question that still stand together. */
const near = 4;

/** Windows that have any word of the question, best first: BM25 of text and headings, then how much is covered and how close together. */
export async function rank(
  documents: readonly (readonly Block[])[],
  windows: readonly Window[],
  question: string,
): Promise<Ranked[]> {
  const { default: MiniSearch } = await import('minisearch');
  const texts = windows.map((window) => textOf(documents[window.document] ?? [], window));
  const language = languageOf(texts.join('\n'));
  const common = commonTitles(windows);
  const vocabulary = new Set<string>();
  const index = new MiniSearch<{ id: number; text: string; headings: string }>({
    fields: ['text', 'headings'],
    tokenize: (text) => toTerms(text, language),
    processTerm(term) {
      vocabulary.add(term);
      return term;
    },
  });
  index.addAll(
    windows.map(({ headings }, id) => ({
      id,
      text: texts[id] ?? '',
      headings: headings.filter((title) => !common.has(title)).join(' / '),
    })),
  );

  const asked = readQuestion(question, language, vocabulary);
  const groups = new Map<string, { asked: number; share: number }[]>();
  for (const [at, { term, forms, share: own }] of asked.entries()) {
    for (const [form, share] of [[term, own] as const, ...forms]) {
      const group = groups.get(form) ?? [];
      group.push({ asked: at, share });
      groups.set(form, group);
    }
  }
  const searched = [...groups.keys()];
  const isUnknown = (term: string) => asked.some((one) => one.term === term && one.unknown);
  const found = index.search(question, {
    tokenize: () => searched,
    processTerm: (term) => term,
    boost: { headings: weights.headings },
    boostTerm: (term) => Math.max(...(groups.get(term) ?? []).map(({ share }) => share)),
    prefix: (term) => term.length >= 4 && isUnknown(term),
    fuzzy: (term) => (term.length >= 5 && isUnknown(term) ? 0.2 : false),
    weights: { prefix: weights.prefix, fuzzy: weights.fuzzy },
    bm25: { k: weights.saturation, b: weights.length, d: weights.floor },
  });

  const cover = coverage(
    asked.length,
    found.map(({ queryTerms }) => queryTerms.flatMap((term) => groups.get(term) ?? [])),
  );
  const wantsNumber = asksForNumber(question);
  const ranked = found.map(({ id, score, queryTerms }, at): Ranked & { id: number } => {
    const window = windows[id as number] as Window;
    const covered = weights.uncovered + (1 - weights.uncovered) * (cover[at] ?? 0);
    const number = wantsNumber && /\d/.test(texts[id as number] ?? '') ? 1 + weights.number : 1;
    // MiniSearch multiplies by the number of words found, expansions included.
    return { ...window, id: id as number, score: (score / Math.max(1, queryTerms.length)) * covered * number };
  });
  ranked.sort(bestFirst);
  for (const window of ranked.slice(0, closeLooks)) {
    const terms = toTerms(`${window.headings.at(-1) ?? ''}\n${texts[window.id] ?? ''}`, language);
    window.score *= 1 + weights.proximity * closeness(asked, terms);
  }
  return ranked.sort(bestFirst);
}

const bestFirst = (a: Ranked, b: Ranked): number => b.score - a.score || a.document - b.document || a.from - b.from;

/** What a reader sees of a window: no addresses of links, which hold words by chance. */
const textOf = (blocks: readonly Block[], { from, to }: Window): string =>
  blocks
    .slice(from, to)
    .filter(({ kind }) => kind !== 'heading')
    .map(({ text }) => text.replace(/\]\([^)\s]{0,2000}(?:\s"[^"]{0,500}")?\)/g, ']'))
    .join('\n');

/** Titles that stand above most windows, as a page's own does, tell none from another. */
function commonTitles(windows: readonly Window[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { headings } of windows) for (const title of headings) counts.set(title, (counts.get(title) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > windows.length / 2 && count > 3).map(([title]) => title));
}

/** Per result the share of the question it has, rare words counting more: 0 to 1. */
function coverage(count: number, results: readonly { asked: number; share: number }[][]): number[] {
  const shares = results.map((matches) => {
    const best = Array.from({ length: count }, () => 0);
    for (const { asked, share } of matches) best[asked] = Math.max(best[asked] ?? 0, share);
    return best;
  });
  const rarity = Array.from({ length: count }, (_, at) => {
    const having = shares.filter((best) => (best[at] ?? 0) > 0).length;
    return Math.log(1 + (results.length + 1) / (having + 0.5));
  });
  const whole = rarity.reduce((sum, one) => sum + one, 0);
  return shares.map((best) => best.reduce((sum, share, at) => sum + share * (rarity[at] ?? 0), 0) / (whole || 1));
}

/** The share of neighbouring words of the question that stand together in the text, in either order: 0 to 1. */
function closeness(asked: readonly Asked[], terms: readonly string[]): number {
  if (asked.length < 2) return 0;
  const places = asked.map(({ term, forms }) =>
    terms.flatMap((word, at) => (word === term || forms.has(word) ? [at] : [])),
  );
  let together = 0;
  for (let at = 0; at + 1 < places.length; at += 1) {
    const second = places[at + 1] ?? [];
    if (places[at]?.some((a) => second.some((b) => a !== b && Math.abs(a - b) <= near))) together += 1;
  }
  return together / (asked.length - 1);
}
