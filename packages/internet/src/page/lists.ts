import type { Block } from './block.ts';
import { type DomElement, type DomNode, isElement } from './dom.ts';
import { type Writing, writeInline } from './inline.ts';
import type { Measures } from './measure.ts';

/** What a list needs of the writer it is part of. */
export interface Writer {
  writing: Writing;
  measures: Measures;
  /** Blocks of what stands inside a list, a quote or a definition. */
  inner(nodes: Iterable<DomNode>): Block[];
}

const longestDefinition = 600;

/** A list in Markdown with lists inside it; undefined for one that only places cards, tables or sections on the page. */
export function writeList(list: DomElement, writer: Writer): string | undefined {
  if (isLayout(list, writer)) return undefined;
  const isOrdered = list.localName === 'ol';
  let number = Number.parseInt(list.getAttribute('start') ?? '1', 10) || 1;
  const lines: string[] = [];
  for (const item of list.childNodes) {
    if (!isElement(item)) continue;
    const value = Number.parseInt(item.getAttribute('value') ?? '', 10);
    if (isOrdered && Number.isFinite(value)) number = value;
    const note = writer.writing.footnotes.get(idOf(item, writer) ?? '');
    const marker = note ? (writer.writing.plain ? `[${note}] ` : `[^${note}]: `) : isOrdered ? `${number}. ` : '- ';
    const text = writeItem(itemBlocks(item, writer), note ? '    ' : ' '.repeat(marker.length));
    if (text === '') continue;
    number += 1;
    lines.push(`${marker}${text}`);
  }
  return lines.join('\n');
}

/** Broken pages put a list or text beside the items. */
const itemBlocks = (item: DomElement, writer: Writer): Block[] =>
  writer.inner(item.localName === 'li' ? item.childNodes : [item]);

function idOf(item: DomElement, { writing }: Writer): string | undefined {
  if (writing.footnotes.size === 0) return undefined;
  const marked = [item, ...item.querySelectorAll('[id],a[name]')];
  return marked
    .map((element) => element.getAttribute('id') ?? element.getAttribute('name') ?? '')
    .find((id) => writing.footnotes.has(id));
}

function writeItem(blocks: readonly Block[], indent: string): string {
  let text = '';
  for (const [index, block] of blocks.entries()) {
    const gap = index === 0 ? '' : block.kind === 'list' ? '\n' : '\n\n';
    text += gap + block.text;
  }
  return text.replace(/\n(?=[^\n])/g, `\n${indent}`);
}

/** Lists of cards and of whole sections read better without bullets. */
const isLayout = (list: DomElement, { measures }: Writer): boolean => {
  const holds = measures.get(list)?.holds;
  return ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].some((name) => holds?.has(name));
};

/** `dt` and `dd` of a definition list, also where a `div` groups them. */
export const partsOf = (list: DomElement): DomElement[] =>
  [...list.children]
    .flatMap((child) => (child.localName === 'div' ? [...child.children] : [child]))
    .filter(({ localName }) => localName !== 'script' && localName !== 'template');

/** Terms and their meanings, one line each; undefined when the meanings are longer texts of their own. */
export function writeDefinitions(list: DomElement, writer: Writer): string | undefined {
  const parts = partsOf(list);
  const isLong = parts.some((part) => {
    const own = writer.measures.get(part);
    if (part.localName !== 'dd' || !own) return false;
    const paragraphs = [...part.children].filter(({ localName }) => localName === 'p').length;
    return own.text > longestDefinition || own.holds.size > 0 || paragraphs > 1;
  });
  if (isLong) return undefined;
  const lines: string[] = [];
  for (const part of parts) {
    const text = writeInline(part.childNodes, writer.writing).replace(/\s*\n\s*/g, ' ');
    if (text === '') continue;
    if (part.localName !== 'dt') lines.push(`: ${text}`);
    else
      lines.push(
        `${lines.length > 0 ? '\n' : ''}${writer.writing.plain || text.includes('**') ? text : `**${text}**`}`,
      );
  }
  return lines.join('\n');
}
