import { ConflictError, ValidationError } from '../errors.ts';

/** One replacement: `old_text` must be there exactly once. */
export interface TextEdit {
  old_text: string;
  new_text: string;
}

/**
 * The text after each edit in turn; an empty `old_text` is allowed for an empty text only. Nothing else changes, not even line ends:
 * where the text has CRLF, an edit written with LF matches and its replacement is written with CRLF. Throws ConflictError for text
 * that is not there or is there more than once, ValidationError for an edit that changes nothing.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits.reduce((current, edit, index) => applyEdit(current, edit, `Edit ${index + 1}`), text);
}

function applyEdit(text: string, edit: TextEdit, name: string): string {
  if (edit.old_text === edit.new_text) throw new ValidationError(`${name}: old_text and new_text are the same.`);
  if (edit.old_text === '') {
    if (text === '') return edit.new_text;
    throw new ValidationError(`${name}: old_text is empty, and the text is not.`, {
      hint: 'Give the text that is to be replaced.',
    });
  }
  const found = locate(text, edit);
  if (found === undefined) throw notThere(text, edit.old_text, name);
  const { at, old, replacement } = found;
  const again = text.indexOf(old, at + 1);
  if (again !== -1) {
    const lines = [at, again].map((place) => lineOf(text, place)).join(' and ');
    throw new ConflictError(`${name}: old_text is there more than once (lines ${lines}).`, {
      hint: 'Give more of the text around it, so that it matches once.',
    });
  }
  return text.slice(0, at) + replacement + text.slice(at + old.length);
}

/** As given, or else with the line ends of the text. */
function locate(text: string, { old_text, new_text }: TextEdit) {
  const at = text.indexOf(old_text);
  if (at !== -1) return { at, old: old_text, replacement: new_text };
  if (!text.includes('\r\n') || !old_text.includes('\n') || old_text.includes('\r\n')) return undefined;
  const old = old_text.replaceAll('\n', '\r\n');
  const place = text.indexOf(old);
  return place === -1 ? undefined : { at: place, old, replacement: new_text.replaceAll(/\r?\n/g, '\r\n') };
}

function notThere(text: string, wanted: string, name: string): ConflictError {
  const line = nearestLine(text, wanted);
  return new ConflictError(`${name}: old_text is not there.`, {
    hint: line ? `Read it again; near it is line ${line.number}: ${JSON.stringify(line.text)}` : 'Read it again.',
  });
}

/** The line that begins or ends like the first line of what was wanted, but for blanks and case. */
function nearestLine(text: string, wanted: string): { number: number; text: string } | undefined {
  const plain = (line: string) => line.replaceAll(/\s+/g, ' ').trim().toLowerCase();
  const target = wanted.split('\n').map(plain).find(Boolean);
  if (target === undefined) return undefined;
  const lines = text.split('\n');
  const number = lines.findIndex((line) => {
    const candidate = plain(line);
    return candidate !== '' && (candidate.includes(target) || target.includes(candidate));
  });
  const found = lines[number];
  return found === undefined ? undefined : { number: number + 1, text: found.slice(0, 200) };
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;
