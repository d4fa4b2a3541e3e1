import { isSamePage, type Resolve } from './addresses.ts';
import { type DomElement, type DomNode, isElement, isText, nameWords } from './dom.ts';
import { codeSpan, escapeProse } from './escape.ts';
import { mathOf } from './math.ts';

/** How text is written: Markdown, or plain without any markup. */
export interface Writing {
  plain: boolean;
  /** Whether tables are wanted as data besides their text. */
  tables: boolean;
  resolve: Resolve;
  pageUrl: string;
  /** Id of a note -> its number or sign. */
  footnotes: ReadonlyMap<string, string>;
}

interface Place {
  link?: boolean;
  strong?: boolean;
  emphasis?: boolean;
  depth: number;
}

const skipped = new Set(
  'script style noscript template svg iframe object embed canvas audio video select textarea map area link meta title head base dialog datalist progress meter rp'.split(
    ' ',
  ),
);
const deepest = 200;

/** Inline content -> one run of text; a line break of the page is a line end. White space is collapsed as a browser does. */
export function writeInline(nodes: Iterable<DomNode>, writing: Writing): string {
  return tidy(writeNodes(nodes, writing, { depth: 0 }));
}

const tidy = (text: string): string =>
  text
    .replace(/ [ \t\u00a0]+|[\t\u00a0][ \t\u00a0]*/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

function writeNodes(nodes: Iterable<DomNode>, writing: Writing, place: Place): string {
  let result = '';
  let text = '';
  const flush = (): void => {
    const flat = text.replace(/ [ \t\n\f\r]+|[\t\n\f\r][ \t\n\f\r]*/g, ' ');
    result += writing.plain ? flat : escapeProse(flat);
    text = '';
  };
  for (const node of nodes) {
    if (isText(node)) {
      text += node.textContent ?? ''; // The parser makes a node of each entity.
      continue;
    }
    flush();
    if (isElement(node)) result += writeElement(node, writing, { ...place, depth: place.depth + 1 });
  }
  flush();
  return result;
}

function writeElement(element: DomElement, writing: Writing, place: Place): string {
  const formula = mathOf(element);
  if (formula !== undefined) return writing.plain ? formula.replace(/^\$+|\$+$/g, '') : formula;
  if (skipped.has(element.localName)) return '';
  if (place.depth > deepest) return element.textContent ?? '';
  const inner = (change: Partial<Place> = {}): string =>
    writeNodes(element.childNodes, writing, { ...place, ...change });
  switch (element.localName) {
    case 'br':
      return '\n';
    case 'wbr':
      return '';
    case 'img':
      return writeImage(element, writing);
    case 'a':
      return writeLink(element, writing, place);
    case 'code':
    case 'kbd':
    case 'samp':
    case 'tt':
      return writing.plain ? (element.textContent ?? '') : codeSpan(element.textContent ?? '');
    case 'b':
    case 'strong':
      return place.strong || writing.plain ? inner() : around('**', inner({ strong: true }));
    case 'i':
    case 'em':
    case 'cite':
    case 'dfn':
      return place.emphasis || writing.plain ? inner() : around('*', inner({ emphasis: true }));
    case 'del':
    case 's':
    case 'strike':
      return writing.plain ? inner() : around('~~', inner());
    case 'q':
      return `“${inner()}”`;
    case 'sup':
      return writeRaised(element, inner());
    case 'rt':
      return `(${inner()})`;
    case 'input':
      return writeInput(element);
    case 'button':
      return isOnlyLabel(element) ? inner() : '';
    default:
      return isSeparate(element) ? ` ${inner()} ` : inner();
  }
}

/** Raised numbers are powers, raised letters are endings of words (1st), raised links point to notes. */
function writeRaised(element: DomElement, text: string): string {
  const bare = text.trim();
  const isPower = /^[-−+]?\d+$|^[b-np-z]$/i.test(bare) && element.querySelector('a') === null;
  return isPower ? `^${bare}` : text;
}

const writeInput = (element: DomElement): string => {
  if (element.getAttribute('type')?.toLowerCase() !== 'checkbox') return '';
  return element.hasAttribute('checked') ? '[x] ' : '[ ] ';
};

/** A button that is the title of a fold is text; all other buttons are controls. */
function isOnlyLabel(element: DomElement): boolean {
  const parent = element.parentNode;
  return isElement(parent) && /^(h[1-6]|summary|dt|th|legend)$/.test(parent.localName);
}

const isSeparate = (element: DomElement): boolean => /^(td|th|li|div|p|option|dt|dd)$/.test(element.localName);

/** Emphasis with the white space outside, where Markdown wants it. */
function around(mark: string, text: string): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (inner === '' || inner.includes('\n\n')) return text;
  return `${before}${mark}${inner.replaceAll('\n', ' ')}${mark}${after}`;
}

function writeImage(element: DomElement, writing: Writing): string {
  const alt = (element.getAttribute('alt') ?? '').replace(/\s+/g, ' ').trim().slice(0, 500);
  if (alt === '') return '';
  const address = writing.resolve(sourceOf(element));
  if (writing.plain || !address?.startsWith('http') || [...alt].length <= 2) return alt;
  return `![${escapeLabel(alt)}](${encodeTarget(address)})`;
}

/** Where the picture really is: pages that load late keep it in `data-src` or `srcset`. */
export function sourceOf(image: DomElement): string | undefined {
  const candidates = ['src', 'data-src', 'data-original', 'data-lazy-src'].map((name) => image.getAttribute(name));
  const set = image.getAttribute('srcset') ?? image.getAttribute('data-srcset');
  return (
    [...candidates, set?.trim().split(/[\s,]+/)[0]].find((source) => source && !source.startsWith('data:')) ?? undefined
  );
}

function writeLink(element: DomElement, writing: Writing, place: Place): string {
  const href = element.getAttribute('href');
  const inner = writeNodes(element.childNodes, writing, { ...place, link: true });
  const text = inner.trim();
  const label = href?.startsWith('#') ? writing.footnotes.get(decode(href.slice(1))) : undefined;
  if (label) return writing.plain ? `[${label}]` : `[^${label}]`;
  if (isPermalink(element, text)) return '';
  const address = writing.resolve(href);
  if (writing.plain || place.link || !address || text === '' || isSamePage(address, writing.pageUrl)) return inner;
  const flat = text.replace(/\s*\n\s*/g, ' ');
  const lead = /^\s/.test(inner) ? ' ' : '';
  const trail = /\s$/.test(inner) ? ' ' : '';
  return `${lead}[${flat.startsWith('![') ? flat : escapeLabel(flat)}](${encodeTarget(address)})${trail}`;
}

/** Marks beside headings that link to themselves, and the arrows that lead back from a note. */
function isPermalink(element: DomElement, text: string): boolean {
  if (
    /^[¶#§🔗↩↑^⏎]?(\ufe0e|\ufe0f)?$/u.test(text.replaceAll('\\', '')) &&
    (element.getAttribute('href') ?? '').includes('#')
  )
    return true;
  if (element.getAttribute('role') === 'doc-backlink') return true;
  return (
    nameWords(element).some(
      (word) => word === 'headerlink' || word === 'backlink' || word === 'backref' || word === 'permalink',
    ) && text.length < 3
  );
}

/** Brackets in a label must be balanced, else the link ends early. */
function escapeLabel(text: string): string {
  let depth = 0;
  for (const character of text.replace(/\\./g, '')) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (depth < 0) break;
  }
  return depth === 0 ? text : text.replace(/(?<!\\)[[\]]/g, '\\$&');
}

export const encodeTarget = (address: string): string =>
  address.replace(/[()<>\s\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A bare percent sign in an id.
  }
}

/** Notes that the text points to with a raised number: id of the note -> label. */
export function findFootnotes(root: DomElement): Map<string, string> {
  const notes = new Map<string, string>();
  for (const link of root.querySelectorAll('sup a[href^="#"],a[role="doc-noteref"],a.footnote-ref,a.footnote')) {
    const label = (link.textContent ?? '').replace(/[[\]()\s]/g, '');
    const id = decode((link.getAttribute('href') ?? '').slice(1));
    if (label !== '' && label.length <= 6 && !/[↩^↑]/.test(label) && notes.size < 2_000) notes.set(id, label);
  }
  return notes;
}
