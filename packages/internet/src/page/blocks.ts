import type { Block, BlockKind } from './block.ts';
import { codeText, isGutter, languageOf } from './code.ts';
import { type DomElement, type DomNode, isComment, isElement, isText, nameWords } from './dom.ts';
import { escapeLineStarts, fenced } from './escape.ts';
import { encodeTarget, type Writing, writeInline } from './inline.ts';
import { partsOf, type Writer, writeDefinitions, writeList } from './lists.ts';
import { blockNames, type Measures } from './measure.ts';
import { type TableData, toTable } from './table-block.ts';
import { isDataTable } from './tables.ts';

export interface CodeData {
  text: string;
  language?: string;
  headings: readonly string[];
}

/** What a part of a page consists of, in order. */
export interface Written {
  blocks: Block[];
  /** Ids of the headings, one entry for each block of kind heading. */
  anchors: (string | undefined)[];
  tables: TableData[];
  codes: CodeData[];
}

const absent = new Set(
  'script style noscript template svg iframe object embed canvas audio video select textarea map head datalist hr input progress meter'.split(
    ' ',
  ),
);
const deepest = 250;

/** An element -> blocks with the headings above them. `root` itself may be a block. */
export function writeBlocks(root: DomElement, writing: Writing, measures: Measures): Written {
  const written: Written = { blocks: [], anchors: [], tables: [], codes: [] };
  const path: { level: number; title: string }[] = [];
  let out = written.blocks;
  let nested = 0;
  let depth = 0;
  const writer: Writer = { writing, measures, inner };
  visit(root);
  return written;

  function emit(kind: BlockKind, text: string): void {
    if (text.trim() !== '') out.push({ kind, text, headings: headings() });
  }

  function headings(): string[] {
    return path.map(({ title }) => title);
  }

  function inner(nodes: Iterable<DomNode>): Block[] {
    const outer = out;
    const own: Block[] = [];
    out = own;
    nested += 1;
    children(nodes);
    nested -= 1;
    out = outer;
    return own;
  }

  function paragraph(nodes: readonly DomNode[]): void {
    if (nodes.length === 0) return;
    for (const part of writeInline(nodes, writing).split(/\n{2,}/)) {
      const text = part.trim();
      const isImage = /^!\[[^\]]*\]\([^)\s]*\)$/.test(text);
      emit(isImage ? 'image' : 'paragraph', writing.plain ? text : escapeLineStarts(text).replaceAll('\n', '  \n'));
    }
  }

  function children(nodes: Iterable<DomNode>): void {
    depth += 1;
    if (depth > deepest) {
      const text = [...nodes].map((node) => node.textContent ?? '').join(' ');
      emit('paragraph', text.replace(/\s+/g, ' ').trim());
    } else {
      let run: DomNode[] = [];
      for (const node of nodes) {
        if (isComment(node)) continue;
        if (isText(node) || (isElement(node) && !isBlock(node))) {
          run.push(node);
          continue;
        }
        paragraph(run);
        run = [];
        if (isElement(node)) visit(node);
      }
      paragraph(run);
    }
    depth -= 1;
  }

  function isBlock(element: DomElement): boolean {
    return (
      blockNames.has(element.localName) ||
      element.getAttribute('role') === 'heading' ||
      (measures.get(element)?.hasBlock ?? false)
    );
  }

  function visit(element: DomElement): void {
    const name = element.localName;
    if (absent.has(name) || isGutter(element)) return;
    const level = levelOf(element);
    if (level) heading(element, level);
    else if (name === 'pre' || name === 'listing' || name === 'xmp' || name === 'plaintext') code(element);
    else if (name === 'ul' || name === 'ol' || name === 'menu' || name === 'dir') list(element);
    else if (name === 'dl') definitions(element);
    else if (name === 'table') table(element);
    else if (name === 'blockquote') quote(element);
    else if (name === 'summary' && !element.querySelector('h1,h2,h3,h4,h5,h6'))
      emit('paragraph', strong(writeInline([element], writing)));
    else if (name === 'a' && element.hasAttribute('href')) card(element);
    else if (name !== 'button' || nested > 0) children(element.childNodes);
  }

  function strong(text: string): string {
    const flat = text.replaceAll('\n', ' ');
    return writing.plain || flat === '' || /\*\*/.test(flat) ? flat : `**${flat}**`;
  }

  function heading(element: DomElement, level: number): void {
    const title = writeInline(element.childNodes, { ...writing, plain: true })
      .replace(/\s+/g, ' ')
      .trim();
    if (title === '') {
      children(element.childNodes);
      return;
    }
    const text = writeInline(element.childNodes, writing)
      .replace(/\s*\n\s*/g, ' ')
      .replace(/^\*\*([^*]+)\*\*$/, '$1');
    if (nested > 0) {
      emit('paragraph', strong(text));
      return;
    }
    while ((path.at(-1)?.level ?? 0) >= level) path.pop();
    out.push({
      kind: 'heading',
      level,
      text: writing.plain ? title : `${'#'.repeat(level)} ${text}`,
      headings: headings(),
    });
    path.push({ level, title });
    written.anchors.push(anchorOf(element));
  }

  function code(element: DomElement): void {
    const text = codeText(element);
    if (text.trim() === '') return;
    const language = languageOf(element);
    written.codes.push({ text, ...(language && { language }), headings: headings() });
    emit('code', writing.plain ? text.replace(/^\n+|\s+$/g, '') : fenced(text, language));
  }

  function list(element: DomElement): void {
    const text = writeList(element, writer);
    if (text === undefined) children(element.childNodes);
    else emit('list', text);
  }

  function definitions(element: DomElement): void {
    const text = writeDefinitions(element, writer);
    if (text !== undefined) {
      emit('list', text);
      return;
    }
    for (const part of partsOf(element)) {
      if (part.localName === 'dt') emit('paragraph', strong(writeInline(part.childNodes, writing)));
      else children(part.childNodes);
    }
  }

  function table(element: DomElement): void {
    if (!isDataTable(element, measures)) {
      children(element.childNodes);
      return;
    }
    const { data, text, caption } = toTable(element, writing);
    if (caption) emit('paragraph', strong(caption));
    emit('table', text);
    if (writing.tables) written.tables.push({ ...data(), headings: headings() });
  }

  function quote(element: DomElement): void {
    const text = inner(element.childNodes)
      .map((block) => block.text)
      .join('\n\n');
    emit('quote', writing.plain ? text : text.replace(/^/gm, '> ').replace(/^> $/gm, '>'));
  }

  /** A link around whole blocks: the first line of text carries it. */
  function card(element: DomElement): void {
    const before = out.length;
    children(element.childNodes);
    const target = writing.resolve(element.getAttribute('href'));
    const at = out.findIndex(({ kind }, index) => index >= before && (kind === 'heading' || kind === 'paragraph'));
    const block = out[at];
    if (!block || !target || writing.plain || /\]\(/.test(block.text) || target.split('#')[0] === writing.pageUrl)
      return;
    const [, marks = '', label = ''] = /^(#{1,6} )?([\s\S]*)$/.exec(block.text) ?? [];
    out[at] = { ...block, text: `${marks}[${label.replace(/\s*\n\s*/g, ' ')}](${encodeTarget(target)})` };
  }
}

function levelOf(element: DomElement): number | undefined {
  const tag = /^h([1-6])$/.exec(element.localName)?.[1];
  if (tag) return Number(tag);
  if (element.getAttribute('role') !== 'heading') return undefined;
  const level = Number(element.getAttribute('aria-level') ?? 2);
  return level >= 1 && level <= 6 ? level : 2;
}

/** The id that leads to a heading: its own, of a mark inside it, or of the section that it opens. */
function anchorOf(heading: DomElement): string | undefined {
  const own = heading.getAttribute('id');
  if (own) return own;
  const mark = heading.querySelector('[id],a[name]');
  const inside = mark?.getAttribute('id') ?? mark?.getAttribute('name');
  if (inside) return inside;
  const parent = heading.parentNode;
  if (!isElement(parent)) return undefined;
  const opens = [...parent.children].find((child) => nameWords(child)[0] !== 'anchor')?.localName === heading.localName;
  return opens && /^(section|div|article|hgroup|header)$/.test(parent.localName)
    ? (parent.getAttribute('id') ?? undefined)
    : undefined;
}
