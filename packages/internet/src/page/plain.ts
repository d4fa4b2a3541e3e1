import { toVisible } from '@mcp-servers/core/outside';
import { decodeEntities } from './entities.ts';

/** Longer input is cut before any work is done on it. */
const longestInput = 20_000;

/**
 * One line of text of at most `length` UTF-16 units, entities decoded, hidden characters visible. Of `html` the tags are removed; in
 * `text` they are words of it.
 */
export function toPlain(raw: string, { markup, length }: { markup: 'html' | 'text'; length: number }): string {
  const bounded = raw.slice(0, longestInput);
  const decoded = decodeEntities(markup === 'html' ? withoutTags(bounded) : bounded);
  const { text } = toVisible(decoded.toWellFormed().replace(/\s+/g, ' ').trim());
  return cut(text, length);
}

function withoutTags(html: string): string {
  return html
    .replace(/<(script|style)\b[^<]*(?:<(?!\/\1)[^<]*)*(?:<\/\1[^>]*>|$)/gi, ' ')
    .replace(/<\/?(?:p|br|div|li|ul|ol|td|tr|blockquote|h[1-6])\b[^<>]*>/gi, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)|<[/!]?[a-zA-Z][^<>]*>/g, '');
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const room = text.slice(0, length - 1);
  const space = room.lastIndexOf(' ');
  const end = space > length * 0.8 ? room.slice(0, space) : room;
  // A surrogate pair cut in two leaves half a character.
  return `${end.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}
