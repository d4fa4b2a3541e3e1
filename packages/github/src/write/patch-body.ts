import { ConflictError } from '@mcp-servers/core';
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
  readonly edits: readonly TextEdit[];
  /** The version that the caller has read; anything else is refused. */
  readonly expected?: string | undefined;
}

export interface Patched {
  readonly version: string;
  /** What was read back is what was meant. */
  readonly verified: boolean;
  /** Of the text, before and after. */
  readonly chars: readonly [before: number, after: number];
  readonly note?: string;
}

/**
 * Reads the latest text, applies the edits, writes, reads back, compares. GitHub has no precondition for texts, so a change by somebody
 * else in the same moment can be lost; it is noticed when it comes after this one. Throws ConflictError when the version is another
 * one or an edit does not fit.
 */
export async function patchBody(place: TextPlace, { edits, expected }: PatchAsked): Promise<Patched> {
  const before = await place.read();
  checkVersion(place.name, before.version, expected);
  const meant = applyEdits(before.text, edits);
  await place.write(meant);
  const after = await place.read();
  const note = difference(after.text, meant, before.text);
  return {
    version: after.version,
    verified: after.text === meant,
    chars: [before.text.length, after.text.length],
    ...(note !== undefined && { note }),
  };
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

function difference(stored: string, meant: string, before: string): string | undefined {
  if (stored === meant) return undefined;
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trimEnd();
  if (plain(stored) === plain(meant)) return 'GitHub stored it with other line ends or without blanks at the end.';
  if (stored === before) return 'GitHub still shows the text from before. Read it again.';
  return 'What is there now is not what was written: somebody changed it at the same time. Read it again.';
}
