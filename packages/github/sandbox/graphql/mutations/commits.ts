import { personOf } from '../../model/commits.ts';
import { branchRef, updateRef } from '../../model/refs.ts';
import type { Repository } from '../../model/repository.ts';
import { hasPermission, hasScope } from '../../model/tokens.ts';
import { editTree, entryAt, type TreeEdit } from '../../model/trees.ts';
import type { Context } from '../context.ts';
import { FieldRefusal, forbidden, missing, unprocessable } from '../errors.ts';
import { loadAs } from '../load.ts';
import { changing, repositoryNamed } from '../permits.ts';

interface Branch {
  readonly id?: string | null;
  readonly branchName?: string | null;
  readonly repositoryNameWithOwner?: string | null;
}

interface CreateCommit {
  readonly branch: Branch;
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
}

function branchOf(
  g: Context,
  { id, branchName, repositoryNameWithOwner }: Branch,
): { repository: Repository; ref: string } {
  if (id) {
    const { repository, name } = loadAs(g, 'Ref', id);
    return { repository, ref: name };
  }
  if (!branchName || !repositoryNameWithOwner) {
    throw unprocessable('Either a branch id, or both repositoryNameWithOwner and branchName must be given.');
  }
  return {
    repository: repositoryNamed(g, repositoryNameWithOwner),
    ref: branchRef(branchName.replace(/^refs\/heads\//, '')),
  };
}

/** Workflows run with the repository's secrets: a token needs more for them. */
function refuseWorkflows({ token }: Context, paths: readonly string[]): void {
  const path = paths.find((one) => one.startsWith('.github/workflows/'));
  if (path === undefined) return;
  const isAllowed = token.kind === 'classic' ? hasScope(token, 'workflow') : hasPermission(token, 'workflows', 'write');
  if (!isAllowed) {
    throw forbidden(
      `refusing to allow a Personal Access Token to create or update workflow \`${path}\` without \`workflow\` scope`,
    );
  }
}

export const commits = {
  createCommitOnBranch: (g: Context, { branch, expectedHeadOid, message, fileChanges }: CreateCommit) => {
    const { repository, ref } = branchOf(g, branch);
    changing(g, repository, { name: 'CreateCommitOnBranch', permission: 'contents' });
    const { objects, refs } = repository;
    const head = refs.get(ref);
    if (head === undefined) throw missing(`Could not resolve to a Ref with the name '${ref}'.`);
    if (head !== expectedHeadOid) {
      throw new FieldRefusal(
        'STALE_DATA',
        `Expected branch to point to "${expectedHeadOid}" but it did not. Pull and try again.`,
      );
    }
    const { tree } = objects.read('commit', head);
    const additions = fileChanges?.additions ?? [];
    const deletions = fileChanges?.deletions ?? [];
    refuseWorkflows(
      g,
      [...additions, ...deletions].map(({ path }) => path),
    );
    const gone = deletions.find(({ path }) => !entryAt(objects, tree, path));
    if (gone) {
      throw unprocessable(
        `A path was requested for deletion which does not exist as of commit oid \`${head}\`: ${gone.path}`,
      );
    }
    const edits: TreeEdit[] = [
      ...deletions.map(({ path }) => ({ path, sha: null })),
      ...additions.map(({ path, contents }) => ({
        path,
        sha: objects.put({ type: 'blob', data: Buffer.from(contents, 'base64') }),
      })),
    ];
    const person = personOf(g.state, g.viewer);
    const { headline, body } = message;
    const sha = objects.put({
      ...{ type: 'commit', tree: editTree(objects, tree, edits), parents: [head], author: person, committer: person },
      message: body ? `${headline}\n\n${body}` : headline,
    });
    updateRef(g.state, repository, { ref, sha, actor: g.viewer });
    return { commit: () => g.show.commit(repository, sha), ref: () => g.show.ref(repository, ref) };
  },
};
