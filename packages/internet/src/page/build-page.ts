import { createResolve } from './addresses.ts';
import type { Block } from './block.ts';
import { type Written, writeBlocks } from './blocks.ts';
import { countInvisible, type InvisibleCharacters, showInvisible } from './characters.ts';
import { type DomDocument, type DomElement, type DomNode, elementsIn, isElement, isText } from './dom.ts';
import { removeHidden } from './hidden.ts';
import { findFootnotes, type Writing } from './inline.ts';
import { readImages, readLinks } from './links.ts';
import { findMainContent, type MainContent } from './main-content.ts';
import { measure } from './measure.ts';
import { readMetadata } from './metadata.ts';
import type { Format, OutlineEntry, Page } from './page.ts';
import { parseDocument } from './parse-document.ts';
import { splitBlocks } from './split.ts';

export interface BuildOptions {
  /** Where the page was read from, after redirects. */
  url: string;
  format: Format;
  /** The article alone is wanted: `full`, `tables` and `codes` stay empty. */
  articleOnly?: boolean;
  /** Share of the page that the HTML is; 1 by default. */
  share?: number;
}

const shellText = 200;
const nothing: Written = { blocks: [], anchors: [], tables: [], codes: [] };

/** HTML -> page. Runs as long as the page makes it run: call it where it can be stopped. */
export async function buildPage(html: string, options: BuildOptions): Promise<Page> {
  const { url, format, articleOnly = false, share = 1 } = options;
  const { document, read } = await parseDocument(html);
  const resolve = createResolve(document, url);
  const metadata = readMetadata(document, resolve);
  const scripts = [...document.querySelectorAll('script')].length;
  const hidden = removeHidden(document);
  const needsScript = settleNoscript(document) && scripts > 0;
  const invisible = countInvisible();
  showInvisibleIn(document.body, invisible);

  const writing: Writing = {
    plain: format === 'plain',
    tables: !articleOnly,
    resolve,
    pageUrl: url.split('#', 1)[0] ?? url,
    footnotes: findFootnotes(document.body),
  };
  const measures = measure(document.body);
  const full = articleOnly ? nothing : writeBlocks(document.body, writing, measures);
  const main = await findMainContent(document, measures, metadata.types);
  const { links, omitted } = readLinks(document.body, {
    resolve,
    pageUrl: url,
    isContent: (element) => isContent(element, main),
  });
  const images = readImages(document.body, resolve);
  const { blocks, anchors } = writeMain(main, { ...writing, tables: false });
  const parts = splitBlocks(blocks);
  return {
    url,
    metadata: cleanMetadata(metadata, invisible),
    extracted: main.extracted,
    why: main.why,
    blocks: parts,
    full: splitBlocks(full.blocks),
    outline: toOutline(parts, anchors),
    links,
    tables: full.tables,
    codes: full.codes,
    images,
    hidden,
    invisible,
    needsScript,
    notes: notesOf({ omitted, kept: hidden.kept, needsScript, share: (share * read) / Math.max(html.length, 1) }),
  };
}

interface Notable {
  /** Links. */
  omitted: number;
  kept: string | undefined;
  needsScript: boolean;
  /** Of the page that was read. */
  share: number;
}

const notesOf = ({ omitted, kept, needsScript, share }: Notable): string[] => [
  ...(share < 1
    ? [
        `The page is too large: the first ${Math.max(1, Math.floor(share * 100))} % of it were read. Mode text has all text.`,
      ]
    : []),
  ...(omitted > 0 ? [`${omitted} more links were left out.`] : []),
  ...(kept ? [`Most of the page is styled as hidden (${kept}) until its script runs; that text was kept.`] : []),
  ...(needsScript ? ['The page draws itself by script; what it has without one is little.'] : []),
];

/** Text for readers without scripts counts only where there is no other. True when the page has hardly any. */
function settleNoscript(document: DomDocument): boolean {
  const blocks = [...document.body.querySelectorAll('noscript')];
  const lengthOf = (node: DomNode): number => (node.textContent ?? '').replace(/\s+/g, ' ').trim().length;
  const inside = blocks.reduce((sum, block) => sum + lengthOf(block), 0);
  const isShell = lengthOf(document.body) - inside < shellText;
  for (const block of blocks) {
    if (isShell) {
      const plain = document.createElement('div');
      plain.append(...[...block.childNodes]);
      if (isElement(block.parentNode)) block.parentNode.append(plain);
    }
    block.remove();
  }
  return isShell && (blocks.length > 0 || document.querySelector('#root,#app,#__next,#__nuxt,app-root') !== null);
}

function showInvisibleIn(body: DomElement, count: InvisibleCharacters): void {
  const visit = (parent: DomElement, inCode: boolean): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (!isText(node)) continue;
      const text = node.textContent ?? '';
      const shown = showInvisible(text, count, !inCode);
      if (shown !== text) node.textContent = shown;
    }
  };
  const codes = new Set<DomNode>();
  visit(body, false);
  for (const element of elementsIn(body)) {
    const inCode =
      /^(pre|code|samp|kbd)$/.test(element.localName) || (element.parentNode !== null && codes.has(element.parentNode));
    if (inCode) codes.add(element);
    visit(element, inCode);
  }
}

function cleanMetadata(metadata: Page['metadata'], count: InvisibleCharacters): Page['metadata'] {
  const cleaned = { ...metadata };
  for (const key of ['title', 'byline', 'siteName', 'description'] as const) {
    const value = metadata[key];
    if (value) cleaned[key] = showInvisible(value, count, true);
  }
  return cleaned;
}

function isContent(element: DomElement, { root, dropped }: MainContent): boolean {
  for (let node: DomNode | null = element; isElement(node); node = node.parentNode) {
    if (dropped.has(node)) return false;
    if (node === root) return true;
  }
  return false;
}

/** The main content alone; changes the document. A title that stands outside of it comes first. */
function writeMain({ root, dropped, title, extracted }: MainContent, writing: Writing): Written {
  const isOutside = title !== undefined && extracted === 'article' && !contains(root, title);
  for (const element of dropped) element.remove();
  const written = writeBlocks(root, writing, measure(root));
  if (!isOutside) return written;
  const head = writeBlocks(title, writing, measure(title));
  const [heading] = head.blocks;
  if (heading?.kind !== 'heading') return written;
  const name = heading.text.replace(/^#+ /, '');
  const own = written.blocks.filter(({ kind }) => kind === 'heading')[0]?.level ?? 2;
  const below = own > 1 ? [name] : [];
  const blocks: Block[] = [
    heading,
    ...written.blocks.map((block) => ({ ...block, headings: [...below, ...block.headings] })),
  ];
  return { ...written, blocks, anchors: [...head.anchors, ...written.anchors] };
}

function contains(root: DomElement, inner: DomElement): boolean {
  for (let node: DomNode | null = inner; node; node = node.parentNode) if (node === root) return true;
  return false;
}

function toOutline(blocks: readonly Block[], anchors: readonly (string | undefined)[]): OutlineEntry[] {
  const counters: { level: number; count: number }[] = [];
  const outline: OutlineEntry[] = [];
  for (const [block, { kind, level = 1, text }] of blocks.entries()) {
    if (kind !== 'heading') continue;
    let last = counters.at(-1);
    let above: typeof last;
    while (last && last.level > level) {
      above = counters.pop();
      last = counters.at(-1);
    }
    if (last?.level === level) last.count += 1;
    else counters.push({ level, count: (above && above.level > level ? above.count : 0) + 1 });
    const anchor = anchors[outline.length];
    const title = text.replace(/^#+ /, '');
    outline.push({
      number: counters.map(({ count }) => count).join('.'),
      level,
      title,
      ...(anchor && { anchor }),
      block,
    });
  }
  return outline;
}
