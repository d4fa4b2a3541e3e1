import { toVisible } from '@mcp-servers/core/outside';

const named: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', ensp: ' ', emsp: ' ', thinsp: ' ' },
  ...{ ndash: '–', mdash: '—', hellip: '…', middot: '·', bull: '•', laquo: '«', raquo: '»', sect: '§', para: '¶' },
  ...{ lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', lsaquo: '‹', rsaquo: '›' },
  ...{ copy: '©', reg: '®', trade: '™', deg: '°', times: '×', divide: '÷', plusmn: '±', micro: 'µ', frac12: '½' },
  ...{ euro: '€', pound: '£', yen: '¥', cent: '¢', larr: '←', rarr: '→', uarr: '↑', darr: '↓', minus: '−' },
  ...{ auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', szlig: 'ß', ccedil: 'ç', ntilde: 'ñ' },
  ...{ agrave: 'à', aacute: 'á', acirc: 'â', egrave: 'è', eacute: 'é', ecirc: 'ê', euml: 'ë', iacute: 'í' },
  ...{ icirc: 'î', oacute: 'ó', ocirc: 'ô', uacute: 'ú', ugrave: 'ù', Eacute: 'É', aring: 'å', oslash: 'ø' },
};

/** Decoded once: `&amp;lt;` is the text `&lt;`. What is not known stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(/&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][\da-zA-Z]{1,9});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole;
    const code = Number(name.replace('#', '').replace(/^x/i, '0x'));
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** Longer input is cut before any work is done on it. */
const longestInput = 20_000;

/**
 * One line of text of at most `length` UTF-16 units, entities decoded, hidden characters visible. Of `html` the tags are removed; in
 * `text` they are words of the title.
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
    .replace(/<\/?(?:p|br|div|li|td|tr|h[1-6])\b[^<>]*>/gi, ' ')
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
