import type { FileChange } from '../../model/changes.ts';
import { isAncestor } from '../../model/history.ts';
import { pullsOf as allOf, type PullRequest } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import { mergeableOf, mergeableStateOf, pullComparison } from '../../model/pull-state.ts';
import { closingReferences } from '../../model/references.ts';
import { branchRef } from '../../model/refs.ts';
import { atLeast, type Repository, roleOf } from '../../model/repository.ts';
import { connect, list, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { missing } from '../errors.ts';
import { mayKnow, reading } from '../permits.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { shared } from './issue.ts';
import { type IssueArgs, issueList, type PullArgs, pullList, stateOf } from './issue-list.ts';
import { reviewsOf } from './review.ts';
import { isoOrNull, mayWrite } from './written.ts';

export function pull(g: Context, value: PullRequest): View {
  const { repository, pull: own } = value;
  reading(g, repository, 'pull_requests');
  const { head, merged } = own;
  const files = () => pullComparison(g.state, value)?.files ?? [];
  const sum = (field: 'additions' | 'deletions') => files().reduce((total, file) => total + file[field], 0);
  return {
    __typename: 'PullRequest',
    ...shared(g, value),
    databaseId: own.id,
    fullDatabaseId: String(own.id),
    permalink: below(g, repository, `pull/${value.number}`).url,
    state: stateOf(value),
    isDraft: own.draft,
    merged: merged !== undefined,
    mergedAt: isoOrNull(merged?.at),
    mergedBy: () => (merged ? g.show.account(merged.by) : null),
    mergeCommit: () => (merged ? g.show.commit(repository, merged.sha) : null),
    ...mergeability(g, value),
    ...branches(g, value),
    additions: () => sum('additions'),
    deletions: () => sum('deletions'),
    changedFiles: () => files().length,
    files: list(files, changedFile, { key: ({ path }) => path }),
    commits: list(
      () => pullComparison(g.state, value)?.commits ?? [],
      ({ sha }) => pullCommit(g, value, sha),
      { key: ({ sha }) => sha },
    ),
    statusCheckRollup: () => g.show.rollup(repository, head.sha),
    closingIssuesReferences: (args: IssueArgs) => {
      const found = closingReferences(g.state, value).filter((issue) => mayKnow(g, issue.repository));
      return issueList(g, found, { name: 'closingIssuesReferences', args, view: (item) => g.show.issue(item) });
    },
    totalCommentsCount: value.comments.length + own.threads.reduce((total, { comments }) => total + comments.length, 0),
    checksUrl: below(g, repository, `pull/${value.number}/checks`).url,
    ...reviewsOf(g, value),
  };
}

function mergeability(g: Context, value: PullRequest): View {
  const { repository, pull: own } = value;
  const words = (mergeable: boolean | null) =>
    mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
  const { autoMerge } = own;
  return {
    mergeable: () => words(mergeableOf(g.state, value, true)),
    mergeStateStatus: () => mergeableStateOf(g.state, value, mergeableOf(g.state, value)).toUpperCase(),
    canBeRebased: () => mergeableOf(g.state, value) === true,
    potentialMergeCommit: null,
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    mergeQueueEntry: null,
    maintainerCanModify: own.maintainerCanModify,
    autoMergeRequest: () =>
      autoMerge
        ? {
            commitHeadline: autoMerge.title || null,
            commitBody: autoMerge.message || null,
            enabledAt: null,
            enabledBy: g.show.account(autoMerge.by),
            mergeMethod: autoMerge.method.toUpperCase(),
            pullRequest: () => pull(g, value),
          }
        : null,
    viewerCanEnableAutoMerge: mayWrite(g, repository) && repository.allowAutoMerge && autoMerge === undefined,
    viewerCanDisableAutoMerge: mayWrite(g, repository) && autoMerge !== undefined,
    viewerCanUpdateBranch: () => mayWrite(g, repository) && (pullComparison(g.state, value)?.behindBy ?? 0) > 0,
    viewerCanMergeAsAdmin: atLeast(roleOf(g.state, repository, g.viewer), 'admin'),
  };
}

function branches(g: Context, { repository, pull: { head, base } }: PullRequest): View {
  return {
    headRefName: head.ref,
    headRefOid: head.sha,
    headRef: () => (head.repository ? g.show.ref(head.repository, branchRef(head.ref)) : null),
    headRepository: () => (head.repository && mayKnow(g, head.repository) ? g.show.repository(head.repository) : null),
    headRepositoryOwner: () => g.show.account(head.owner),
    isCrossRepository: head.repository !== repository,
    baseRefName: base.ref,
    baseRefOid: base.sha,
    baseRef: () => g.show.ref(repository, branchRef(base.ref)),
    baseRepository: () => g.show.repository(repository),
  };
}

const changeTypes: Readonly<Record<FileChange['status'], string>> = {
  ...{ added: 'ADDED', removed: 'DELETED', modified: 'MODIFIED', renamed: 'RENAMED', changed: 'CHANGED' },
};

const changedFile = ({ path, status, additions, deletions }: FileChange): View => ({
  ...{ path, additions, deletions, changeType: changeTypes[status], viewerViewedState: 'UNVIEWED' },
});

export const pullCommit = (g: Context, value: PullRequest, sha: string): View => ({
  __typename: 'PullRequestCommit',
  id: nodeId('PullRequestCommit', `${value.pull.id}:${sha}`),
  ...below(g, value.repository, `pull/${value.number}/commits/${sha}`),
  // Checks of a fork's commits run where they are to be merged.
  commit: () => g.show.commit(value.repository, sha),
  pullRequest: () => pull(g, value),
});

/** pullRequest and pullRequests of a repository. */
export const pullsOf = (g: Context, repository: Repository): View => ({
  pullRequest: ({ number }: { number: number }) => {
    const found = allOf(repository).find((one) => one.number === number);
    if (found) return pull(g, found);
    throw missing(`Could not resolve to a PullRequest with the number of ${number}.`);
  },
  pullRequests: (args: PullArgs) => {
    reading(g, repository, 'pull_requests');
    return pullList(allOf(repository), { name: 'pullRequests', args, view: (item) => pull(g, item) });
  },
});

/** Pull requests that have a commit. */
export const pullsOfCommit = (g: Context, repository: Repository, sha: string): View => ({
  associatedPullRequests: (args: PageArgs) => {
    const has = ({ pull: { head, base, merged } }: PullRequest) =>
      (isAncestor(repository.objects, sha, head.sha) && !isAncestor(repository.objects, sha, base.sha)) ||
      merged?.sha === sha;
    return connect('associatedPullRequests', args, {
      ...byId,
      items: allOf(repository).filter(has),
      view: (item) => pull(g, item),
    });
  },
});

/** Pull requests out of a branch. */
export const pullsOfBranch = (g: Context, repository: Repository, branch: string): View => ({
  associatedPullRequests: (args: PullArgs) => {
    const all = [...g.state.repositories.values()]
      .flatMap(allOf)
      .filter(({ pull: { head } }) => head.repository === repository && head.ref === branch);
    const seen = all.filter((one) => mayKnow(g, one.repository));
    return pullList(seen, { name: 'associatedPullRequests', args, view: (item) => pull(g, item) });
  },
});
