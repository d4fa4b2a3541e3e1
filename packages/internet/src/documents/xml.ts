import { ValidationError } from '@mcp-servers/core';
import { Parser } from 'htmlparser2';
import { decodeEntities } from '../page/entities.ts';

/** What a document consists of, in order. Names keep their prefix and are in lower case; text is decoded. */
export type XmlEvent =
  | { kind: 'open'; name: string; attributes: ReadonlyMap<string, string>; from: number; to: number }
  | { kind: 'close'; name: string; from: number; to: number }
  | { kind: 'text'; text: string };

const maxDepth = 200;
const maxAttributes = 60;
/** Characters that are read at once; the events of them are in memory. */
const step = 16 * 1024;

/**
 * Reads XML from start to end without building a tree: callers stop when they have enough. Forgives what feeds get wrong (a bare `&`,
 * entities of HTML, tags left open). Declares nothing and fetches nothing: a DOCTYPE with declarations of its own, the vehicle of
 * entity attacks, throws ValidationError, as do more than 200 levels.
 */
export function* readXml(source: string): Generator<XmlEvent> {
  let events: XmlEvent[] = [];
  let attributes = new Map<string, string>();
  let depth = 0;
  let isCode = false;
  const parser = new Parser(
    {
      onopentagname() {
        attributes = noAttributes;
        depth += 1;
        if (depth > maxDepth) throw refused(`it nests more than ${maxDepth} levels`);
      },
      onattribute(name, value) {
        if (attributes === noAttributes) attributes = new Map();
        if (attributes.size < maxAttributes && !attributes.has(name)) attributes.set(name, decodeEntities(value));
      },
      onopentag(name) {
        events.push({ kind: 'open', name, attributes, from: parser.startIndex, to: parser.endIndex + 1 });
      },
      onclosetag(name) {
        depth -= 1;
        events.push({ kind: 'close', name, from: parser.startIndex, to: parser.endIndex + 1 });
      },
      ontext(text) {
        events.push({ kind: 'text', text: isCode ? text : decodeEntities(text) });
      },
      oncdatastart() {
        isCode = true;
      },
      oncdataend() {
        isCode = false;
      },
      onprocessinginstruction(name, data) {
        if (name.toLowerCase() !== '!doctype' || !data.includes('[')) return;
        throw refused('it declares entities of its own, which are not expanded');
      },
    },
    // The names of HTML are decoded as well, which this parser does not do in XML.
    { xmlMode: true, decodeEntities: false, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  for (let at = 0; at <= source.length; at += step) {
    if (at + step <= source.length) parser.write(source.slice(at, at + step));
    else parser.end(source.slice(at));
    yield* events;
    events = [];
  }
}
const noAttributes = new Map<string, string>();

const refused = (why: string) =>
  new ValidationError(`The XML was refused: ${why}.`, {
    hint: 'Fetch the address with mode raw to see what it holds.',
  });

/** A name without its prefix: `dc:date` -> `date`. */
export const localName = (qualified: string): string => qualified.slice(qualified.indexOf(':') + 1);
