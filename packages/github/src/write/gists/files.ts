import { ConflictError, NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { StoredFile } from '../../read/gists/stored.ts';
import { mostBytes } from '../files/changes.ts';

/** What shall become of one file of a gist. */
export interface GistFileChange {
  readonly name: string;
  /** The whole text, of a new file or instead of the old one. */
  readonly text?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly delete?: boolean | undefined;
  /** Its name until now. */
  readonly move_from?: string | undefined;
}

export interface PlannedFile {
  readonly name: string;
  readonly status: 'created' | 'changed' | 'moved' | 'deleted';
  readonly from?: string;
  /** What it must have then; undefined when it is gone, or where GitHub does not show all of it. */
  readonly text?: string;
  readonly size?: number;
}

export interface FilesPlan {
  readonly files: readonly PlannedFile[];
  /** As GitHub takes it: by the name until now. */
  readonly body: Readonly<Record<string, { content?: string; filename?: string } | null>>;
}

type Before = ReadonlyMap<string, StoredFile>;

/** GitHub lists no more of a gist. */
export const mostFiles = 300;

/** Throws ValidationError for changes that make no sense by themselves. */
export function checkFiles(changes: readonly GistFileChange[], { isNew }: { isNew: boolean }): void {
  for (const change of changes) checkChange(change, isNew);
  const bytes = changes.reduce((sum, { text = '' }) => sum + Buffer.byteLength(text), 0);
  if (bytes > mostBytes) {
    throw new ValidationError(`The files have ${bytes} bytes together; one call takes ${mostBytes}.`, {
      hint: 'Write them in several calls, or use git for large files.',
    });
  }
  const names = changes.flatMap(({ name, move_from }) => (move_from === undefined ? [name] : [name, move_from]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(twice, 'is there more than once.', 'Put all that changes of it into one entry.');
}

function checkChange(change: GistFileChange, isNew: boolean): void {
  const { name, text, edits, move_from } = change;
  for (const each of [name, ...(move_from === undefined ? [] : [move_from])]) checkName(each);
  const isDeletion = change.delete === true;
  if (isNew && text === undefined) throw wrong(name, 'a file of a new gist needs text.');
  if (isNew && (edits || isDeletion || move_from !== undefined)) {
    throw wrong(name, 'edits, delete and move_from are for files that exist.');
  }
  if ([text, edits, isDeletion || undefined].filter((given) => given !== undefined).length > 1) {
    throw wrong(name, 'give one of text, edits and delete.');
  }
  if (isDeletion && move_from !== undefined) throw wrong(name, 'delete stands alone.');
  if (text === undefined && !edits && !isDeletion && move_from === undefined) {
    throw wrong(name, 'says no change.', 'Give text, edits, delete or move_from.');
  }
  if (text !== undefined) checkText(name, text);
}

function checkName(name: string): void {
  if (name.includes('/')) throw wrong(name, 'is no name: a gist has no folders.', 'Leave out the slash.');
  if (['.', '..', '.git'].includes(name.toLowerCase()) || /\p{Cc}/u.test(name) || !name.isWellFormed()) {
    throw wrong(name, 'is no name of a file.');
  }
}

function checkText(name: string, text: string): void {
  if (text === '') throw wrong(name, 'is empty, and a gist keeps no empty file.', 'Give it a text, or delete it.');
  if (!text.isWellFormed()) {
    throw wrong(name, 'is no text. Gists take text files only here.', 'Encode it, or use git for binary files.');
  }
}

/** The changes on the files as they are. Throws NotFoundError and ConflictError where they do not fit. */
export function planFiles(before: Before, changes: readonly GistFileChange[]): FilesPlan {
  const files = changes.map((change) => planFile(before, change));
  const left = new Set(before.keys());
  for (const { name, from, status } of files) {
    left.delete(from ?? name);
    if (status !== 'deleted') left.add(name);
  }
  if (left.size === 0) {
    throw new ValidationError('No file would be left, and GitHub keeps no gist without one.', {
      hint: 'To delete the gist: github_delete.',
    });
  }
  if (left.size > mostFiles) throw new ValidationError(`A gist has ${mostFiles} files at most, not ${left.size}.`);
  const body = files.map(({ name, from, status, text }, index) => {
    const isWritten = text !== undefined && (status !== 'moved' || changes[index]?.edits || changes[index]?.text);
    const content = isWritten ? { content: text } : {};
    if (status === 'deleted') return [name, null] as const;
    return [from ?? name, from === undefined ? content : { filename: name, ...content }] as const;
  });
  return { files, body: Object.fromEntries(body) };
}

function planFile(before: Before, change: GistFileChange): PlannedFile {
  const { name, move_from: from, edits } = change;
  if (change.delete) return { name: there(before, name).name, status: 'deleted' };
  if (from === undefined && change.text !== undefined) {
    if (!before.has(name)) refuseAutomatic(name);
    return { name, status: before.has(name) ? 'changed' : 'created', text: change.text };
  }
  const old = there(before, from ?? name);
  if (from !== undefined) {
    if (before.has(name)) {
      throw new ConflictError(`There is a file ${JSON.stringify(name)} already; nothing was written.`, {
        hint: 'Delete it in a call before, or choose another name.',
      });
    }
    refuseAutomatic(name);
  }
  const text = change.text ?? (edits ? patched(old, edits) : old.partial === undefined ? old.text : undefined);
  const about = from === undefined ? { name, status: 'changed' as const } : { name, from, status: 'moved' as const };
  return { ...about, ...(text === undefined ? { size: old.size } : { text }) };
}

function patched({ name, text, partial }: StoredFile, edits: readonly TextEdit[]): string {
  if (partial !== undefined) {
    throw wrong(name, `cannot be edited. ${partial}`, 'Replace its whole text, or use git.');
  }
  const meant = applyEdits(text, edits);
  checkText(name, meant);
  return meant;
}

/** GitHub names files without a name so. */
function refuseAutomatic(name: string): void {
  if (/^gistfile\d+(\.|$)/.test(name)) throw wrong(name, 'is a name that GitHub itself gives.', 'Choose another one.');
}

function there(before: Before, name: string): StoredFile {
  const file = before.get(name);
  if (file) return file;
  const near = nearest(name, [...before.keys()]);
  throw new NotFoundError(`There is no file ${JSON.stringify(name)} in the gist.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'github_gists with gist_id shows its files.',
  });
}

const wrong = (name: string, what: string, hint?: string): ValidationError =>
  new ValidationError(`${JSON.stringify(name.slice(0, 200))} ${what}`, hint === undefined ? {} : { hint });
