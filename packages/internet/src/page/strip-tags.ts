import type { Block } from './block.ts';
import { countInvisible, showInvisible } from './characters.ts';
import { decodeEntities } from './entities.ts';
import type { Page } from './page.ts';
import { splitBlocks } from './split.ts';

const silent = new Set(['script', 'style', 'template', 'noscript', 'svg', 'iframe', 'textarea', 'title', 'select']);
const breaks =
  /^(address|article|aside|blockquote|br|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|td|th|tr|ul|details|summary)$/;
/** HTML -> its text, in time that grows with its length only: tags are cut out, no tree is built, no style is looked at. */
export function stripTags(html: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      parts.push(html.slice(at));
      break;
    }
    if (open > at) parts.push(html.slice(at, open));
    at = skipMarkup(html, open, parts);
  }
  return decodeEntities(parts.join(''))
    .replace(/ [ \t\r\f\u00a0]+|[\t\r\f\u00a0][ \t\r\f\u00a0]*/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

/** Position behind the markup that begins at `open`; a `<` that begins none is text. */
function skipMarkup(html: string, open: number, parts: string[]): number {
  if (html.startsWith('<!--', open)) return after(html, '-->', open + 4);
  const name = /^<(\/?)([a-z][a-z0-9:-]{0,30})/i.exec(html.slice(open, open + 34));
  if (!name) {
    if (/^<[!?/]/.test(html.slice(open, open + 2))) return after(html, '>', open + 1);
    parts.push('<');
    return open + 1;
  }
  const tag = (name[2] ?? '').toLowerCase();
  if (breaks.test(tag)) parts.push('\n');
  const end = endOfTag(html, open + name[0].length);
  return name[1] === '' && silent.has(tag) ? afterClosing(html, tag, end) : end;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

/** A tag ends at `>` outside quotes; one whose quote never ends stops at its first `>`. */
function endOfTag(html: string, from: number): number {
  const quoted = /[^>"']*(?:"[^"<]{0,5000}"[^>"']*|'[^'<]{0,5000}'[^>"']*)*>/y;
  quoted.lastIndex = from;
  const found = quoted.exec(html.slice(0, Math.min(html.length, from + 20_000)));
  return found ? quoted.lastIndex : after(html, '>', from);
}

function afterClosing(html: string, tag: string, from: number): number {
  const closing = new RegExp(`</${tag}[\\s>/]`, 'gi');
  closing.lastIndex = from;
  return closing.exec(html) ? after(html, '>', closing.lastIndex - 1) : html.length;
}

/** What is left of a page that could not be parsed: its text, hidden parts included. */
export function plainPage(html: string, url: string, note: string): Page {
  const invisible = countInvisible();
  const text = showInvisible(stripTags(html), invisible, true);
  const title = /<title[^>]{0,200}>([^<]{1,500})/i.exec(html.slice(0, 100_000))?.[1];
  const blocks: Block[] = text === '' ? [] : splitBlocks([{ kind: 'paragraph', text, headings: [] }]);
  return {
    url,
    metadata: { types: [], ...(title && { title: decodeEntities(title).replace(/\s+/g, ' ').trim() }) },
    extracted: 'full',
    why: 'The page could not be parsed; this is its text with the tags cut out.',
    blocks,
    full: blocks,
    outline: [],
    links: [],
    tables: [],
    codes: [],
    images: [],
    hidden: { characters: 0, reasons: [] },
    invisible,
    needsScript: false,
    notes: [note],
  };
}
