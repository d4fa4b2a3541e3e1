import {
  applyEdits,
  type Edit,
  getLocation,
  modify,
  type ParseError,
  parseTree,
  printParseErrorCode,
  visit,
} from 'jsonc-parser';
import { ConflictError, ValidationError } from '../errors.ts';
import { type ClientName, clients } from './clients.ts';

/** By name, whatever stands there. */
type Present = Readonly<Record<string, unknown>>;

/** The servers that a configuration names. `text` is '' where there is no file. Throws where it breaks. */
export function readEntries(client: ClientName, text: string): Present {
  const { key } = clients[client];
  const root = parseConfig(client, text);
  if (!isObject(root)) throw new ConflictError(`The configuration of ${clients[client].title} is not a JSON object.`);
  const entries = root[key] ?? {};
  if (!isObject(entries))
    throw new ConflictError(`"${key}" in the configuration of ${clients[client].title} is not an object.`);
  return entries;
}

/**
 * The text with these servers set, or removed where undefined; every other byte stays. A list that is empty then, and was not there
 * before, goes too.
 */
export function setEntries(client: ClientName, text: string, entries: Readonly<Record<string, unknown>>): string {
  const { key } = clients[client];
  const before = readEntries(client, text);
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  let changed = isBlank(text) ? '{}\n' : text.slice(bom.length);
  for (const [name, entry] of Object.entries(entries)) {
    if (entry === undefined && !(name in before)) continue;
    changed = applyEdits(changed, laidOut(changed, modify(changed, [key, name], entry, {})));
  }
  return bom + changed;
}

/** Without the list of servers, if it is empty. */
export function dropEmptyList(client: ClientName, text: string): string {
  if (Object.keys(readEntries(client, text)).length > 0) return text;
  return applyEdits(text, modify(text, [clients[client].key], undefined, {}));
}

/**
 * Edits that put JSON in one line -> the same in the layout of the file. Not the library's formatting, which also lays out anew what
 * stands next to the change.
 */
function laidOut(text: string, edits: readonly Edit[]): Edit[] {
  const { indent, eol } = layoutOf(text);
  const print = (value: unknown, depth: number) =>
    JSON.stringify(value, null, indent).replaceAll('\n', `${eol}${indent.repeat(depth)}`);
  return edits.map((edit) => {
    const depth = getLocation(text, edit.offset).path.length;
    if (edit.content === '') return edit;
    if (edit.length > 0) return { ...edit, content: print(JSON.parse(edit.content), depth) };
    const [comma = '', body = ''] = /^(,?)([\s\S]*)$/.exec(edit.content)?.slice(1) ?? [];
    const [[name, value] = ['', undefined]] = Object.entries(JSON.parse(`{${body}}`));
    const wraps = comma !== '' || /^[^\S\n]*\n\s*\}/.test(text.slice(edit.offset));
    const end = wraps ? '' : `${eol}${indent.repeat(depth - 1)}`;
    const content = `${comma}${eol}${indent.repeat(depth)}${JSON.stringify(name)}: ${print(value, depth)}${end}`;
    return { ...edit, content };
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isBlank = (text: string): boolean => text.replace('\uFEFF', '').trim() === '';

/** The value, by the client's own rules: most refuse comments and trailing commas. Throws AppError where it breaks. */
export function parseConfig(client: ClientName, text: string): unknown {
  try {
    return isBlank(text) ? {} : parse(client, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser calls itself for every level.
    throw new ValidationError(`The configuration of ${clients[client].title} is nested too deeply.`, { cause: error });
  }
}

function parse(client: ClientName, text: string): unknown {
  const content = text.replace(/^\uFEFF/, '');
  const { comments, title } = clients[client];
  const errors: ParseError[] = [];
  parseTree(content, errors, { allowTrailingComma: comments, disallowComments: !comments });
  const [first] = errors;
  if (first) {
    const { line, column } = placeOf(content, first.offset);
    throw new ValidationError(
      `The configuration of ${title} is not valid JSON: ${wordOf(first)} at line ${line}, column ${column}. Nothing was changed.`,
      { hint: 'Mend that place in the file, then repeat.', details: { line, column } },
    );
  }
  refuseTwice(content, title);
  return JSON.parse(applyEdits(content, withoutComments(content)));
}

/** A name that stands twice: which one counts differs between programs, so that a change could touch the wrong one. */
function refuseTwice(content: string, title: string): void {
  const open: Set<string>[] = [];
  visit(content, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, offset) {
      const names = open.at(-1);
      if (names?.has(name)) {
        const { line } = placeOf(content, offset);
        throw new ConflictError(`The configuration of ${title} has "${name}" twice in one object (line ${line}).`, {
          hint: 'Remove one of them, then repeat.',
        });
      }
      names?.add(name);
    },
  });
}

/** Edits that blank out comments and trailing commas, so that what is left is plain JSON. */
function withoutComments(content: string) {
  const edits: { offset: number; length: number; content: string }[] = [];
  let comma: number | undefined;
  const end = () => {
    if (comma !== undefined) edits.push({ offset: comma, length: 1, content: ' ' });
    comma = undefined;
  };
  const other = () => {
    comma = undefined;
  };
  visit(content, {
    onComment: (offset, length) => void edits.push({ offset, length, content: ' ' }),
    onSeparator(character, offset) {
      comma = character === ',' ? offset : undefined;
    },
    onObjectBegin: other,
    onArrayBegin: other,
    onObjectProperty: other,
    onLiteralValue: other,
    onObjectEnd: end,
    onArrayEnd: end,
  });
  return edits.sort((a, b) => a.offset - b.offset);
}

function placeOf(content: string, offset: number): { line: number; column: number } {
  const before = content.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `PropertyNameExpected` -> "property name expected". */
const wordOf = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** As the file is written already; two blanks where nothing tells. */
function layoutOf(content: string): { indent: string; eol: string } {
  const [, indent = '  '] = /\n([ \t]+)\S/.exec(content) ?? [];
  return { indent, eol: content.includes('\r\n') ? '\r\n' : '\n' };
}
