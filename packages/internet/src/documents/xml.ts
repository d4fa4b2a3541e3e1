import { ValidationError } from '@mcp-servers/core';

/** What a document consists of, in order. Names keep their prefix and are in lower case; text is decoded. */
export type XmlEvent =
  | { kind: 'open'; name: string; attributes: ReadonlyMap<string, string>; from: number; to: number }
  | { kind: 'close'; name: string; from: number; to: number }
  | { kind: 'text'; text: string };

const maxDepth = 200;
const maxAttributes = 60;
const tag = /<(?:!--|!\[CDATA\[|!DOCTYPE|\?|\/?(?=[\p{L}_:]))/giu;
const name = /[^\s/>]+/y;

/**
 * Reads XML from start to end in one pass, without building a tree: callers stop when they have enough. Forgives what feeds get wrong
 * (a bare `&`, entities of HTML, tags left open). Declares nothing and fetches nothing: a DOCTYPE with declarations of its own, the
 * vehicle of entity attacks, throws ValidationError, as do more than 200 levels.
 */
export function* readXml(source: string): Generator<XmlEvent> {
  const open: string[] = [];
  let at = 0;
  while (at < source.length) {
    tag.lastIndex = at;
    const found = tag.exec(source);
    const start = found?.index ?? source.length;
    if (start > at) yield { kind: 'text', text: decodeEntities(source.slice(at, start)) };
    if (!found) return;
    const lead = found[0].toUpperCase();
    if (lead === '<!--') at = after(source, '-->', start + 4);
    else if (lead === '<?') at = after(source, '?>', start + 2);
    else if (lead === '<![CDATA[') {
      at = after(source, ']]>', start + 9);
      yield { kind: 'text', text: source.slice(start + 9, source.endsWith(']]>', at) ? at - 3 : at) };
    } else if (lead === '<!DOCTYPE') at = afterDoctype(source, start);
    else {
      at = endOfTag(source, start);
      const closing = lead === '</';
      name.lastIndex = start + (closing ? 2 : 1);
      const named = (name.exec(source)?.[0] ?? '').toLowerCase();
      if (closing) yield* close(open, named, { from: start, to: at });
      else {
        const attributes = readAttributes(source.slice(name.lastIndex, at - 1));
        yield { kind: 'open', name: named, attributes, from: start, to: at };
        if (source[at - 2] === '/') yield { kind: 'close', name: named, from: at, to: at };
        else if (open.push(named) > maxDepth) throw refused(`it nests more than ${maxDepth} levels`);
      }
    }
  }
}

/** Ends what was left open inside as well; a closing tag of nothing is ignored. */
function* close(open: string[], named: string, { from, to }: { from: number; to: number }): Generator<XmlEvent> {
  const level = open.lastIndexOf(named);
  if (level < 0) return;
  for (let at = open.length - 1; at >= level; at -= 1) yield { kind: 'close', name: open[at] ?? '', from, to };
  open.length = level;
}

const refused = (why: string) =>
  new ValidationError(`The XML was refused: ${why}.`, {
    hint: 'Fetch the address with mode raw to see what it holds.',
  });

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

/** The address of a DTD is ignored; declarations are not read at all. */
function afterDoctype(source: string, start: number): number {
  const end = after(source, '>', start);
  if (source.slice(start, end).includes('[')) throw refused('it declares entities of its own, which are not expanded');
  return end;
}

/** The place after the `>` that ends a tag; one inside a quoted value does not count. */
function endOfTag(source: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < source.length; at += 1) {
    const character = source[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return at + 1;
    else if ((character === '"' || character === "'") && source[at - 1]?.trim() === '=') quote = character;
  }
  return source.length;
}

/** Goes on from where the last one ended, so that nothing is read twice. */
function readAttributes(text: string): ReadonlyMap<string, string> {
  if (!text.includes('=')) return noAttributes;
  const attributes = new Map<string, string>();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length && attributes.size < maxAttributes) {
    take(/[\s=/"']+/y);
    const key = take(/[^\s=/>"']+/y)?.[0];
    if (key === undefined) at += 1;
    else if (take(/\s*=\s*/y)) {
      const value = take(/"[^"]*"|'[^']*'/y)?.[0];
      if (value !== undefined) attributes.set(key.toLowerCase(), decodeEntities(value.slice(1, -1)));
    }
  }
  return attributes;
}
const noAttributes: ReadonlyMap<string, string> = new Map();

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', deg: '°' },
  ...{ hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»' },
  ...{ bull: '•', middot: '·', euro: '€', pound: '£', yen: '¥', sect: '§', times: '×', szlig: 'ß' },
  ...{ auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', eacute: 'é', egrave: 'è', agrave: 'à' },
  ...{
    aacute: 'á',
    iacute: 'í',
    oacute: 'ó',
    uacute: 'ú',
    ntilde: 'ñ',
    ccedil: 'ç',
    ecirc: 'ê',
    oslash: 'ø',
    aring: 'å',
  },
};

/** Character codes and the common names; others stay as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole) => {
    const inner = whole.slice(1, -1);
    if (!inner.startsWith('#')) return Object.hasOwn(entities, inner) ? (entities[inner] ?? whole) : whole;
    const code = /^#x/i.test(inner) ? Number.parseInt(inner.slice(2), 16) : Number(inner.slice(1));
    const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return valid ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** A name without its prefix: `dc:date` -> `date`. */
export const localName = (qualified: string): string => qualified.slice(qualified.indexOf(':') + 1);
