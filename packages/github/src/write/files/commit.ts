import { type AppError, AuthError, ConflictError, toAppError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { inTurns } from '../../read/in-turns.ts';
import { utf8 } from './blobs.ts';
import type { PreparedFile } from './prepare.ts';
import { readHead } from './start.ts';
import { entriesAt, type FileMode } from './tree-entries.ts';

interface NewTree extends RepositoryName {
  readonly base: string;
  readonly files: readonly PreparedFile[];
}

/** Text up to this many bytes goes into the tree itself; anything else is a blob before. */
const inlineBytes = 1_000_000;
const atOnce = 3;

/** Blobs and the tree of them; nobody sees them until a branch leads there. Gives the sha of the tree. */
export async function createTree(github: GitHub, { base, files, ...name }: NewTree, call: GitHubCall): Promise<string> {
  const changed = files.filter(({ status }) => status !== 'unchanged');
  const inline = (bytes: Buffer) => (bytes.length <= inlineBytes ? utf8(bytes) : undefined);
  const blobs = changed.flatMap(({ bytes, after }) =>
    bytes && after && inline(bytes) === undefined ? [{ bytes, sha: after.sha }] : [],
  );
  // Content has its name by itself, so that sending it twice changes nothing.
  const how = { ...call, idempotent: true };
  await inTurns(blobs, atOnce, async ({ bytes, sha }) => {
    const blob = { ...name, content: bytes.toString('base64'), encoding: 'base64' };
    await github.rest('POST /repos/{owner}/{repo}/git/blobs', blob, { ...how, planned: { sha } });
  });
  const tree = changed.flatMap(({ path, from, before, after, bytes }) => {
    const gone = after === undefined ? path : from;
    const content = bytes && inline(bytes);
    return [
      ...(gone === undefined || before === undefined ? [] : [entry(gone, before.mode, { sha: null })]),
      ...(after === undefined
        ? []
        : [entry(path, after.mode, content === undefined ? { sha: after.sha } : { content })]),
    ];
  });
  const asked = { ...name, base_tree: base, tree };
  const planned = { sha: '<tree>' };
  return (await github.rest('POST /repos/{owner}/{repo}/git/trees', asked, { ...how, planned })).data.sha;
}

const entry = <T extends object>(path: string, mode: FileMode, content: T) => ({
  ...({ path, mode, type: mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob' } as const),
  ...content,
});

/** Paths at which the tree is not what was meant: other content, another mode, or still there. */
export async function differencesOf(
  github: GitHub,
  { tree, files, ...name }: RepositoryName & { tree: string; files: readonly PreparedFile[] },
  call: GitHubCall,
): Promise<string[]> {
  const meant = new Map(
    files.flatMap(({ path, from, after }) => [
      ...(from === undefined ? [] : [[from, undefined] as const]),
      [path, after] as const,
    ]),
  );
  const now = await entriesAt(github, { ...name, tree, paths: [...meant.keys()] }, call);
  return [...meant].flatMap(([path, after]) => {
    const there = now.get(path);
    return there?.sha === after?.sha && there?.mode === after?.mode ? [] : [path];
  });
}

interface NewCommit extends RepositoryName {
  readonly message: string;
  readonly tree: string;
  readonly parent: string;
}

/** Nobody sees it until a branch leads there. */
export async function createCommit(github: GitHub, { message, tree, parent, ...name }: NewCommit, call: GitHubCall) {
  const asked = { ...name, message, tree, parents: [parent] };
  const how = { ...call, idempotent: true, planned: { sha: '<commit>', html_url: '' } };
  return (await github.rest('POST /repos/{owner}/{repo}/git/commits', asked, how)).data;
}

interface Move extends RepositoryName {
  readonly branch: string;
  readonly commit: string;
  /** Where the branch was; undefined makes it. */
  readonly head: string | undefined;
}

/**
 * Leads the branch to the commit, forwards only. Throws ConflictError with the current head when somebody was faster; the branch is
 * as they left it then.
 */
export async function moveBranch(github: GitHub, move: Move, call: GitHubCall): Promise<void> {
  const { owner, repo, branch, commit, head } = move;
  const how = { ...call, idempotent: true, planned: {} };
  try {
    if (head === undefined) {
      const asked = { owner, repo, ref: `refs/heads/${branch}`, sha: commit };
      await github.rest('POST /repos/{owner}/{repo}/git/refs', asked, how);
    } else {
      const asked = { owner, repo, ref: `heads/${branch}`, sha: commit, force: false };
      await github.rest('PATCH /repos/{owner}/{repo}/git/refs/{ref}', asked, how);
    }
  } catch (cause) {
    const error = toAppError(cause);
    if (!['validation', 'conflict', 'auth', 'not_found'].includes(error.code)) throw cause;
    const actual = await readHead(github, { owner, repo, branch }, call);
    // A request that was repeated because its answer was lost finds its own work.
    if (actual === commit || (actual !== undefined && (await contains(github, move, { actual, call })))) return;
    if (actual !== head) throw moved(move, actual, error);
    throw refused(error, branch);
  }
}

/** Whether somebody built on the commit before the repetition came. */
async function contains(
  github: GitHub,
  { owner, repo, commit, head }: Move,
  { actual, call }: { actual: string; call: GitHubCall },
): Promise<boolean> {
  if (head === undefined || actual === head) return false;
  const asked = { owner, repo, basehead: `${commit}...${actual}`, per_page: 1 };
  const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
  const { status, data } = await github.rest(route, asked, { ...call, expect: [404] });
  return status !== 404 && (data.status === 'ahead' || data.status === 'identical');
}

function moved({ branch, head }: Move, actual: string | undefined, cause: AppError): ConflictError {
  const what =
    head === undefined
      ? `exists already, at ${actual}`
      : actual === undefined
        ? 'is gone'
        : `moved from ${head} to ${actual}`;
  return new ConflictError(`The branch ${branch} ${what}; nothing was written.`, {
    cause,
    hint: 'Read what is there now, then repeat the change on it, with expected_head.',
    details: { expected: head ?? null, actual: actual ?? null },
  });
}

/** Protection and rules: GitHub says so in many words. */
function refused(error: AppError, branch: string): AppError {
  if (!/protected|rule violation|pull request|status check|cannot/i.test(error.message)) return error;
  return new AuthError(`${error.message} Nothing was written.`, {
    cause: error,
    hint: `${branch} is protected. Commit on a new branch (new_branch_from: "${branch}") and open a pull request.`,
  });
}
