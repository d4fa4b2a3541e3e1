import { toVisible } from '@mcp-servers/core/outside';
import type { Fetched } from '../fetch/fetched.ts';
import { type Block, maxBlockChars } from '../page/block.ts';
import { decodeText } from '../page/index.ts';
import type { Reading } from './readers.ts';

/** Text as it is, in blocks of whole lines. */
export async function readText({ body, headers }: Fetched): Promise<Reading> {
  const { text, note } = decodeText(body, headers);
  return toReading(text, note);
}

/** Longer or deeper JSON is shown as it is: indented, deep nesting grows with the square of its depth. */
const longestIndented = 2_000_000;
const deepestIndented = 100;

/** JSON, indented; what cannot be parsed is shown as it is, and where it breaks. */
export async function readJson({ body, headers }: Fetched): Promise<Reading> {
  const { text, note } = decodeText(body, headers);
  const noting = (more: string) => [note, more].filter(Boolean).join(' ');
  if (text.length > longestIndented) return toReading(text, noting('It is too large to be indented.'));
  if (depthOf(text) > deepestIndented)
    return toReading(text, noting(`It nests more than ${deepestIndented} levels deep, too deep to be indented.`));
  try {
    return toReading(JSON.stringify(JSON.parse(text), null, 2), note);
  } catch (error) {
    // The rest of the engine's sentence quotes the text.
    const where = /at position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    return toReading(text, noting(`It is not valid JSON${where ? `: it breaks ${where}` : ''}.`));
  }
}

/** Brackets that are open at once, those in strings left out. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth -= 1;
  }
  return deepest;
}

function toReading(raw: string, note: string | undefined): Reading {
  const { text, hidden } = toVisible(raw.replaceAll('\r\n', '\n'));
  return {
    blocks: linesOf(text),
    notes: [...(note ? [note] : []), ...(hidden > 0 ? [`${hidden} invisible characters are shown as ⟨U+…⟩.`] : [])],
  };
}

/** Runs of lines that stand without a blank line between them; a longer run or line is cut. */
function linesOf(text: string): Block[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .filter((part) => part.trim() !== '')
    .flatMap(cut)
    .map((part) => ({ kind: 'paragraph', text: part, headings: [] }));
}

function cut(part: string): string[] {
  const pieces: string[] = [];
  let rest = part;
  while (rest.length > maxBlockChars) {
    const line = rest.lastIndexOf('\n', maxBlockChars);
    // Never between the halves of a surrogate pair.
    const end = line > 0 ? line : maxBlockChars - (/[\ud800-\udbff]/.test(rest.charAt(maxBlockChars - 1)) ? 1 : 0);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(line > 0 ? end + 1 : end);
  }
  return [...pieces, rest];
}
