import { ConflictError, NotFoundError } from '@mcp-servers/core';
import { applyEdits } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { inTurns } from '../../read/in-turns.ts';
import { blobSha, readBlobBytes, toText } from './blobs.ts';
import { type CheckedChange, foldersOf, wrong } from './changes.ts';
import type { FileMode, TreeEntry } from './tree-entries.ts';

export type FileStatus = 'created' | 'updated' | 'deleted' | 'moved' | 'unchanged';

/** A change against the tree it is made on. */
export interface PreparedFile {
  readonly path: string;
  readonly from: string | undefined;
  readonly status: FileStatus;
  /** What is there now, at `from` for a move. */
  readonly before: TreeEntry | undefined;
  /** What must be at the path afterwards; undefined for a deletion. */
  readonly after: TreeEntry | undefined;
  /** New content; undefined where the blob exists already. */
  readonly bytes: Buffer | undefined;
  /** Old content, where it was read. */
  readonly bytesBefore: Buffer | undefined;
}

export interface PrepareOptions {
  readonly changes: readonly CheckedChange[];
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** Sha of an object of the repository: tells how it hashes. */
  readonly like: string;
  /** Reads old contents for a summary, even where no edit needs them. */
  readonly summarised: boolean;
}

const atOnce = 4;

/** Throws NotFoundError, ConflictError and ValidationError with the path; nothing was sent by then. */
export function prepare(
  github: GitHub,
  { changes, entries, like, summarised, ...name }: RepositoryName & PrepareOptions,
  call: GitHubCall,
): Promise<PreparedFile[]> {
  return inTurns(changes, atOnce, async (change) => {
    const { path, from, bytes: given } = change;
    const before = entryBefore(change, entries);
    if (change.isDeletion) {
      return {
        ...{ path, from, status: 'deleted', before },
        after: undefined,
        bytes: undefined,
        bytesBefore: undefined,
      };
    }
    const isRead = change.edits !== undefined || (summarised && given !== undefined);
    const old = before && isRead ? await readBlobBytes(github, { ...name, sha: before.sha }, call) : undefined;
    const bytes = change.edits ? edited(old ?? Buffer.alloc(0), change) : given;
    const sha = bytes === undefined ? before?.sha : blobSha(bytes, like);
    const after = sha === undefined ? undefined : { sha, mode: modeAfter(change, before) };
    const isSame = from === undefined && before?.sha === sha && before?.mode === after?.mode;
    const isKnown = before?.sha === sha;
    const changed = from === undefined ? (before ? 'updated' : 'created') : 'moved';
    return {
      ...{ path, from, before, after, bytesBefore: old },
      status: isSame ? 'unchanged' : changed,
      bytes: isKnown ? undefined : bytes,
    };
  });
}

/** What the change is made on; refuses where the kind of it does not fit. */
function entryBefore(change: CheckedChange, entries: ReadonlyMap<string, TreeEntry>): TreeEntry | undefined {
  const { path, from, isFolder } = change;
  const source = from ?? path;
  const entry = entries.get(source);
  const blocking = foldersOf(path).find((folder) => (entries.get(folder)?.mode ?? '040000') !== '040000');
  if (blocking !== undefined) throw wrong(path, `${blocking} is a ${kindOf(entries.get(blocking))}, no folder.`);
  if (from !== undefined && entries.has(path)) {
    throw new ConflictError(`${path} exists, so ${from} cannot be moved there.`, {
      hint: 'Delete or move it in a commit before, or choose another name.',
    });
  }
  if (!entry) {
    if (change.bytes && from === undefined) return undefined;
    const edits = change.edits;
    if (edits?.length === 1 && edits[0]?.old_text === '' && from === undefined) return undefined;
    throw new NotFoundError(`${source} is not there.`, {
      hint: `github_tree shows what is${change.edits ? '; give text or base64 for a new file' : ''}.`,
    });
  }
  const isTree = entry.mode === '040000';
  if (isTree !== isFolder) {
    throw wrong(source, isTree ? 'is a folder.' : `is a ${kindOf(entry)}, no folder.`, 'A folder ends with a slash.');
  }
  const isContent = change.bytes !== undefined || change.edits !== undefined || change.executable !== undefined;
  if (isContent && (entry.mode === '120000' || entry.mode === '160000')) {
    throw wrong(
      source,
      `is a ${kindOf(entry)}; its content cannot be written.`,
      'Write to the file it leads to, or delete it.',
    );
  }
  return entry;
}

const kinds: Readonly<Record<FileMode, string>> = {
  ...{ '100644': 'file', '100755': 'file', '040000': 'folder', '120000': 'symbolic link', '160000': 'submodule' },
};
const kindOf = (entry: TreeEntry | undefined): string => kinds[entry?.mode ?? '100644'];

function edited(old: Buffer, { path, edits = [] }: CheckedChange): Buffer {
  try {
    return Buffer.from(applyEdits(toText(old, path), edits));
  } catch (error) {
    // Which of many files it was is what the caller needs first.
    if (error instanceof ConflictError) {
      const { hint, details } = error;
      throw new ConflictError(`${path}: ${error.message}`, {
        cause: error,
        ...(hint !== undefined && { hint }),
        ...(details && { details }),
      });
    }
    throw error;
  }
}

function modeAfter({ executable }: CheckedChange, before: TreeEntry | undefined): FileMode {
  if (executable === undefined) return before?.mode ?? '100644';
  return executable ? '100755' : '100644';
}
