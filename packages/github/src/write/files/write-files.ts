import { AppError, CancelledError, ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { checkHead } from '../expected-head.ts';
import type { How } from '../run-or-plan.ts';
import { listed, sayingMore } from '../saying.ts';
import { type CheckedChange, checkChanges, type FileChange } from './changes.ts';
import { createCommit, createTree, differencesOf, moveBranch } from './commit.ts';
import { writeFirst } from './first-commit.ts';
import { type FileStatus, type PreparedFile, prepare } from './prepare.ts';
import { readHead, type Start, startOf } from './start.ts';
import { changedLines } from './summary.ts';
import { entriesAt } from './tree-entries.ts';

export interface FilesAsked {
  readonly files: readonly FileChange[];
  readonly message: string;
  readonly branch?: string | undefined;
  readonly new_branch_from?: string | undefined;
  /** Sha; the branch must be there. */
  readonly expected_head?: string | undefined;
}

export interface FileWritten {
  readonly path: string;
  readonly status: FileStatus;
  readonly from?: string;
  /** Of the blob afterwards, as computed here. */
  readonly sha?: string;
  readonly mode?: string;
  readonly bytes?: number;
  /** In a dry run: '-2 +3 at line 10'. */
  readonly lines?: string;
  /** Read back, and what was meant. */
  readonly verified?: boolean;
}

export interface FilesWritten {
  readonly branch: string;
  /** Where the branch is now. */
  readonly commit?: string;
  /** Where it was. */
  readonly parent?: string;
  readonly url?: string;
  readonly files: FileWritten[];
  readonly note?: string;
}

/**
 * Many files in one commit, all or nothing: blobs, tree and commit are made and compared first, and the branch moves last, forwards
 * only. Throws ConflictError when it moved in between.
 */
export async function writeFiles(
  github: GitHub,
  { asked, ...name }: RepositoryName & { asked: FilesAsked },
  how: How,
): Promise<FilesWritten> {
  const changes = checkChanges(asked.files);
  const start = await startOf(github, { ...name, branch: asked.branch, from: asked.new_branch_from }, how.call);
  checkHead(start.branch, start.kind === 'empty' ? undefined : start.head, asked.expected_head);
  if (start.kind !== 'empty') return commitOn(github, { ...name, start, changes, message: asked.message }, how);
  const first = await writeFirst(github, { ...name, branch: start.branch, changes, message: asked.message }, how.call);
  if (first.rest.length === 0 || how.planning) {
    return { ...first.written, ...(first.rest.length > 0 && { note: `${firstNote} The other files follow in it.` }) };
  }
  const second = { ...name, start: first.start, changes: first.rest, message: asked.message };
  const written = await commitOn(github, second, how).catch((error: unknown) => {
    throw tellingFirst(error, first.written);
  });
  return { ...written, files: [...first.written.files, ...written.files], note: firstNote };
}

const firstNote = 'The repository was empty: its first file is a commit of its own, the rest a second one.';

/** What failed is the second commit; the first is there. */
const tellingFirst = (error: unknown, { commit, files }: FilesWritten): unknown =>
  error instanceof AppError && !(error instanceof CancelledError)
    ? sayingMore(
        error,
        `${files[0]?.path} is there, in the first commit of the repository, ${commit}; the rest is not.`,
        {
          ...{ retryable: false, hint: `Call again with the other files and expected_head ${commit}.` },
        },
      )
    : error;

interface On extends RepositoryName {
  readonly start: Exclude<Start, { kind: 'empty' }>;
  readonly changes: readonly CheckedChange[];
  readonly message: string;
}

async function commitOn(
  github: GitHub,
  { start, changes, message, ...name }: On,
  { call, planning }: How,
): Promise<FilesWritten> {
  const paths = changes.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const entries = await entriesAt(github, { ...name, tree: start.tree, paths }, call);
  const files = await prepare(github, { ...name, changes, entries, like: start.head, summarised: planning }, call);
  const { branch, head: parent } = start;
  if (files.every(({ status }) => status === 'unchanged')) {
    const note = 'Everything is there already, so no commit was made.';
    return { branch, commit: parent, files: files.map((file) => toRow(file, { planning })), note };
  }
  const tree = await createTree(github, { ...name, base: start.tree, files }, call);
  if (!planning) await compare(github, { ...name, tree, files }, call);
  const commit = await createCommit(github, { ...name, message, tree, parent }, call);
  const head = start.kind === 'new_branch' ? undefined : parent;
  await moveBranch(github, { ...name, branch, commit: commit.sha, head }, call);
  const rows = files.map((file) => toRow(file, { planning }));
  if (planning) return { branch, parent, files: rows };
  const now = await readHead(github, { ...name, branch }, call);
  const note =
    now === commit.sha
      ? undefined
      : now === undefined
        ? 'The branch does not show yet; read it again.'
        : `The branch is already at ${now}: somebody wrote after this commit.`;
  return { branch, commit: commit.sha, parent, url: commit.html_url, files: rows, ...given({ note }) };
}

async function compare(
  github: GitHub,
  what: RepositoryName & { tree: string; files: readonly PreparedFile[] },
  call: GitHubCall,
): Promise<void> {
  const different = await differencesOf(github, what, call);
  if (different.length === 0) return;
  throw new ConflictError(`GitHub stored other content than was sent: ${listed(different, 10)}. Nothing was written.`, {
    hint: 'Repeat it once; if it stays, write these files by themselves as base64.',
    details: { paths: different },
  });
}

function toRow(file: PreparedFile, { planning }: { planning: boolean }): FileWritten {
  const { path, from, status, after, bytes, bytesBefore } = file;
  return {
    ...{ path, status },
    ...given({ from, sha: after?.sha, mode: after?.mode === '100644' ? undefined : after?.mode, bytes: bytes?.length }),
    ...(planning ? given({ lines: changedLines(bytesBefore, bytes) }) : { verified: true }),
  };
}
