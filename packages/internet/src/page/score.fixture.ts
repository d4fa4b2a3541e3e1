import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { toText } from './block.ts';
import { buildPage } from './build-page.ts';

export interface Score {
  name: string;
  /** Share of the words found that are wanted. */
  precision: number;
  /** Share of the words wanted that are found. */
  recall: number;
  extra: string[];
  missing: string[];
}

/** Words of a Markdown text; targets of links and marks do not count, scripts without spaces count by character. */
export function tokens(markdown: string): string[] {
  const text = markdown.replace(/\]\([^)\s]*\)/g, ']');
  return (
    text
      .toLowerCase()
      .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** Compares words as a multiset. */
export function compare(name: string, found: readonly string[], wanted: readonly string[]): Score {
  const left = new Map<string, number>();
  for (const token of wanted) left.set(token, (left.get(token) ?? 0) + 1);
  const extra: string[] = [];
  for (const token of found) {
    const count = left.get(token) ?? 0;
    if (count > 0) left.set(token, count - 1);
    else extra.push(token);
  }
  const missing = [...left].flatMap(([token, count]) => Array.from({ length: count }, () => token));
  const shared = found.length - extra.length;
  return {
    name,
    precision: shared / Math.max(found.length, 1),
    recall: shared / Math.max(wanted.length, 1),
    extra,
    missing,
  };
}

/** Scores every `*.html` of a folder against the `*.md` beside it. */
export async function scoreFolder(folder: string): Promise<Score[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.html')).sort();
  const scores: Score[] = [];
  for (const name of names) {
    const html = await readFile(path.join(folder, name), 'utf8');
    const wanted = await readFile(path.join(folder, name.replace(/\.html$/, '.md')), 'utf8');
    const page = await buildPage(html, { url: `https://example.org/${name}`, format: 'markdown' });
    scores.push(compare(name, tokens(toText(page.blocks)), tokens(wanted)));
  }
  return scores;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
