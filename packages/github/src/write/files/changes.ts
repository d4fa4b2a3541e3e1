import { ValidationError } from '@mcp-servers/core';
import type { TextEdit } from '@mcp-servers/core/outside';

/** What shall become of one path. */
export interface FileChange {
  /** From the root; a folder ends with a slash. */
  readonly path: string;
  /** The whole text, of a new file or instead of the old one. */
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly delete?: boolean | undefined;
  /** Where it is now; its mode comes with it. */
  readonly move_from?: string | undefined;
  readonly executable?: boolean | undefined;
}

/** A change whose paths and contents make sense by themselves. */
export interface CheckedChange {
  /** Without a slash at the end. */
  readonly path: string;
  readonly from: string | undefined;
  readonly isFolder: boolean;
  readonly isDeletion: boolean;
  readonly executable: boolean | undefined;
  readonly edits: readonly TextEdit[] | undefined;
  /** New content where it does not depend on the old one. */
  readonly bytes: Buffer | undefined;
}

/** GitHub takes more, a call of a tool should not. */
export const mostBytes = 5_242_880;

/** Throws ValidationError that names the path. */
export function checkChanges(changes: readonly FileChange[]): CheckedChange[] {
  const checked = changes.map(checkChange);
  const bytes = checked.reduce((sum, change) => sum + (change.bytes?.length ?? 0), 0);
  if (bytes > mostBytes) {
    throw new ValidationError(`The files have ${bytes} bytes together; one commit takes ${mostBytes}.`, {
      hint: 'Write them in several commits, or use git for large files.',
    });
  }
  refuseOverlap(checked.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]));
  return checked;
}

function checkChange(change: FileChange): CheckedChange {
  const { text, base64, edits, executable, move_from: from } = change;
  const path = checkPath(change.path);
  const isDeletion = change.delete === true;
  const isFolder = change.path.endsWith('/');
  const contents = [text, base64, edits].filter((content) => content !== undefined).length;
  if (contents + (isDeletion ? 1 : 0) > 1) throw wrong(path, 'give one of text, base64, edits and delete.');
  if (isDeletion && (from !== undefined || executable !== undefined)) throw wrong(path, 'delete stands alone.');
  if (contents === 0 && !isDeletion && from === undefined && executable === undefined) {
    throw wrong(path, 'says no change.', 'Give text, base64, edits, delete, move_from or executable.');
  }
  if (isFolder && (contents > 0 || executable !== undefined)) throw wrong(path, 'is a folder: only delete or move it.');
  if (from !== undefined && from.endsWith('/') !== isFolder) {
    throw wrong(path, 'move_from and path must both end with a slash (a folder) or both not.');
  }
  const source = from === undefined ? undefined : checkPath(from);
  return { path, from: source, isFolder, isDeletion, executable, edits, bytes: bytesOf(path, change) };
}

function bytesOf(path: string, { text, base64 }: FileChange): Buffer | undefined {
  if (text !== undefined) return Buffer.from(text);
  if (base64 === undefined) return undefined;
  const plain = base64.replaceAll(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.length % 4 !== 0) throw wrong(path, 'base64 is not base64.');
  return Buffer.from(plain, 'base64');
}

const longestPath = 4096;

function checkPath(given: string): string {
  const path = given.replace(/\/$/, '');
  const parts = path.split('/');
  const isBad = parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git');
  if (isBad || /[\0\n]/.test(path) || Buffer.byteLength(path) > longestPath) {
    throw new ValidationError(`path: ${JSON.stringify(given.slice(0, 200))} is no path of a repository.`, {
      hint: 'Give it from the root, without a slash in front: src/main.ts.',
    });
  }
  return path;
}

/** One commit knows no order, so no path may be touched twice, not even by way of its folder. */
function refuseOverlap(paths: readonly string[]): void {
  const seen = new Set(paths);
  for (const [index, path] of paths.entries()) {
    if (paths.indexOf(path) !== index) throw wrong(path, 'is there more than once.', 'Put all edits of it into one.');
    const above = foldersOf(path).find((folder) => seen.has(folder));
    if (above !== undefined) {
      throw wrong(path, `is inside of ${above}, which changes as well.`, 'Make two commits of it.');
    }
  }
}

/** `a/b/c` -> `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

export const wrong = (path: string, what: string, hint?: string): ValidationError =>
  new ValidationError(`${path}: ${what}`, hint === undefined ? {} : { hint });
