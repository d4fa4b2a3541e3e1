import { type Block, maxBlockChars } from './block.ts';

/** Blocks longer than `max` characters in parts: a table keeps its title rows, code its fence, a quote its marks. */
export function splitBlocks(blocks: readonly Block[], max = maxBlockChars): Block[] {
  return blocks.flatMap((block) =>
    block.text.length <= max || block.kind === 'heading' || block.kind === 'image'
      ? [block]
      : partsOf(block, max).map((text) => ({ ...block, text })),
  );
}

function partsOf({ kind, text }: Block, max: number): string[] {
  const lines = text.split('\n');
  if (kind === 'code' && /^(`{3,}|~{3,})/.test(lines[0] ?? '')) return splitCode(lines, max);
  if (kind === 'table' && /^\| ?:?-/.test(lines[1] ?? '')) return splitTable(lines, max);
  if (kind === 'quote' && text.startsWith('>')) {
    const inner = lines.map((line) => line.replace(/^> ?/, ''));
    const quote = (part: string): string => part.replace(/^/gm, '> ').replace(/^> $/gm, '>');
    return pack(inner, max, 2).map(quote);
  }
  return pack(lines, max, 0)
    .map((part) => part.replace(/^\n+|\s+$/g, ''))
    .filter((part) => part !== '');
}

function splitCode(lines: readonly string[], max: number): string[] {
  const [first = '', ...rest] = lines;
  const fence = /^(`+|~+)/.exec(first)?.[0] ?? '';
  const body = rest.at(-1) === fence ? rest.slice(0, -1) : rest;
  return pack(body, max - first.length - fence.length - 2, 0).map((part) => `${first}\n${part}\n${fence}`);
}

function splitTable(lines: readonly string[], max: number): string[] {
  const head = lines.slice(0, 2).join('\n');
  const room = max - head.length - 1;
  // Titles that fill a part by themselves are given once.
  if (room < max / 4) return pack(lines, max, 0);
  return pack(lines.slice(2), room, 0).map((part) => `${head}\n${part}`);
}

/** Whole lines while they fit; a line that never fits is cut at a sentence, a space, or anywhere. `extra` is added to each line. */
function pack(lines: readonly string[], max: number, extra: number): string[] {
  const parts: string[] = [];
  let open: string[] = [];
  let length = 0;
  for (const line of lines.flatMap((whole) => cutLine(whole, max - extra))) {
    if (open.length > 0 && length + line.length + extra + 1 > max) {
      parts.push(open.join('\n'));
      open = [];
      length = 0;
    }
    length += line.length + extra + (open.length > 0 ? 1 : 0);
    open.push(line);
  }
  if (open.length > 0) parts.push(open.join('\n'));
  return parts;
}

function cutLine(line: string, max: number): string[] {
  if (line.length <= max) return [line];
  const parts: string[] = [];
  let rest = line;
  while (rest.length > max) {
    const at = cutAt(rest, max);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}

function cutAt(text: string, max: number): number {
  const window = text.slice(0, max);
  const sentence = Math.max(
    ...['. ', '! ', '? ', '。', '！', '？', '۔ ', '। '].map((end) => window.lastIndexOf(end) + end.length),
  );
  if (sentence > max / 2) return sentence;
  const space = window.lastIndexOf(' ') + 1;
  if (space > max / 2) return space;
  const inPair = /[\ud800-\udbff]/.test(window.at(-1) ?? '');
  return inPair ? max - 1 : max;
}
