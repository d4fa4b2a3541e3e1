import { ConflictError, NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { blobSha } from './blobs.ts';
import type { CheckedChange } from './changes.ts';
import type { Start } from './start.ts';
import type { FilesWritten } from './write-files.ts';

interface First extends RepositoryName {
  readonly branch: string;
  readonly changes: readonly CheckedChange[];
  readonly message: string;
}

interface FirstWritten {
  readonly written: FilesWritten;
  readonly start: Exclude<Start, { kind: 'empty' }>;
  /** Changes that are still to be made on it. */
  readonly rest: readonly CheckedChange[];
}

/** The first commit of an empty repository, with one file: GitHub's Git data routes refuse to work before it. */
export async function writeFirst(
  github: GitHub,
  { branch, changes, message, ...name }: First,
  call: GitHubCall,
): Promise<FirstWritten> {
  const other = changes.find(({ bytes, from }) => bytes === undefined || from !== undefined);
  if (other) {
    throw new NotFoundError(`${other.from ?? other.path} is not there: the repository is empty.`, {
      hint: 'Give text or base64 for new files.',
    });
  }
  // This route knows no modes, so an executable file comes second where that is possible.
  const first = changes.find(({ executable }) => !executable) ?? changes[0];
  const bytes = first?.bytes;
  if (!first || !bytes) throw new NotFoundError('There is no file to write.');
  const { path } = first;
  const content = bytes.toString('base64');
  const planned = { commit: { sha: '<commit>', tree: { sha: '<tree>' } }, content: undefined };
  const route = 'PUT /repos/{owner}/{repo}/contents/{path}';
  const { data } = await github.rest(route, { ...name, path, message, content, branch }, { ...call, planned });
  const { commit } = data;
  const sha = blobSha(bytes, commit.sha ?? '');
  if (data.content && data.content.sha !== sha) {
    throw new ConflictError(`${path} was written, but GitHub stored other content than was sent.`, {
      hint: 'Read it, then write it again.',
    });
  }
  const row = { path, status: 'created', sha, bytes: bytes.length, ...(data.content && { verified: true }) } as const;
  return {
    written: {
      branch,
      ...(data.content && { commit: commit.sha, url: commit.html_url }),
      files: [row],
    } as FilesWritten,
    start: { kind: 'branch', branch, head: commit.sha ?? '', tree: commit.tree?.sha ?? '' },
    rest: changes.filter((change) => change !== first || change.executable === true),
  };
}
