import { ConflictError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';

/** A text of GitHub's with what tells one state of it from the next. */
export interface StoredText {
  readonly text: string;
  /** `updated_at`, or whatever changes with every change. */
  readonly version: string;
}

export interface TextPlace {
  /** Of what it is, for messages: `owner/name#12`. */
  readonly name: string;
  /** The latest, byte for byte. */
  read(): Promise<StoredText>;
  /** Writes the whole text and gives what GitHub says it has now. */
  write(text: string): Promise<StoredText>;
}

export interface PatchAsked {
  /** One of both: the whole text, or changes of the one there is. */
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  /** The version that the caller has read; anything else is refused. */
  readonly expected?: string | undefined;
}

export interface Patched {
  readonly version: string;
  /** What was read back is what was meant. */
  readonly verified: boolean;
  readonly note?: string;
}

/**
 * Reads the latest text, applies the edits or replaces all of it, writes, reads back, compares. GitHub has no precondition for texts, so a change by somebody
 * else in the same moment can be lost; it is noticed when it comes after this one. Throws ConflictError when the version is another
 * one or an edit does not fit.
 */
export async function patchBody(place: TextPlace, { body, edits, expected }: PatchAsked): Promise<Patched> {
  if ((body === undefined) === (edits === undefined)) throw new ValidationError('Give body or edits, one of them.');
  const before = await place.read();
  checkVersion(place.name, before.version, expected);
  const meant = edits ? applyEdits(before.text, edits) : (body ?? '');
  await place.write(meant);
  return readBack(place, meant, before.text);
}

/** What is stored now, beside what was meant. */
export async function readBack(place: TextPlace, meant: string, before = ''): Promise<Patched> {
  const { text, version } = await place.read();
  const note = difference(text, meant, before);
  return { version, verified: text === meant, ...(note !== undefined && { note }) };
}

/** Instants are compared as such: GitHub writes the same one with and without milliseconds. */
export function checkVersion(name: string, actual: string, expected: string | undefined): void {
  if (expected === undefined || actual === expected || sameInstant(actual, expected)) return;
  throw new ConflictError(`${name} was changed at ${actual}, after the ${expected} that was expected.`, {
    hint: 'Read it again, then repeat the change on what is there now.',
    details: { actual, expected },
  });
}

const sameInstant = (one: string, other: string): boolean => {
  const [a, b] = [Date.parse(one), Date.parse(other)];
  return !Number.isNaN(a) && a === b;
};

/** What is other about a stored text than was meant; undefined where nothing is. */
export function difference(stored: string, meant: string, before: string): string | undefined {
  if (stored === meant) return undefined;
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trimEnd();
  if (plain(stored) === plain(meant)) return 'GitHub stored it with other line ends or without blanks at the end.';
  if (stored === before) return 'GitHub still shows the text from before. Read it again.';
  return 'What is there now is not what was written: somebody changed it at the same time. Read it again.';
}
