import type { Call } from '../call.ts';
import type { PullRequest } from '../model/issue.ts';
import { nodeId } from '../model/node-id.ts';
import { mergeableOf, mergeableStateOf, pullComparison, testMergeOf } from '../model/pull-state.ts';
import type { Repository } from '../model/repository.ts';
import { simpleUser } from './account.ts';
import { statsOf } from './git.ts';
import { commonFields, isoOrNull, issueHtml, issueUrl, userOrNull } from './issue.ts';
import { repositoryUrl, repositoryView } from './repository.ts';
import { teamView } from './team.ts';

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

export const pullUrl = (state: Call['state'], { repository, number }: PullRequest): string =>
  `${repositoryUrl(state, repository)}/pulls/${number}`;

function addressesOf({ state }: Viewing, issue: PullRequest) {
  const repository = repositoryUrl(state, issue.repository);
  const url = pullUrl(state, issue);
  const html = issueHtml(state, issue);
  const self = issueUrl(state, issue);
  const statuses = `${repository}/statuses/${issue.pull.head.sha}`;
  const link = (href: string) => ({ href });
  return {
    ...{ url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, issue_url: self },
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repository}/pulls/comments{/number}`,
    comments_url: `${self}/comments`,
    statuses_url: statuses,
    _links: {
      self: link(url),
      html: link(html),
      issue: link(self),
      comments: link(`${self}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${repository}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(statuses),
    },
  };
}

function sideView(
  call: Viewing,
  side: { owner: Repository['owner']; repository: Repository | undefined; ref: string; sha: string },
) {
  const { owner, repository, ref, sha } = side;
  return {
    ...{ label: `${owner.login}:${ref}`, ref, sha, user: simpleUser(call.state, owner) },
    repo: repository ? repositoryView(call.state, repository, call.user) : null,
  };
}

/** A pull request of a list. */
export function pullRow(call: Viewing, issue: PullRequest) {
  const { pull, repository } = issue;
  const { state } = call;
  return {
    ...commonFields(call, issue),
    ...addressesOf(call, issue),
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    merged_at: isoOrNull(pull.merged?.at),
    merge_commit_sha: pull.merged?.sha ?? testMergeOf(state, issue),
    draft: pull.draft,
    requested_reviewers: pull.requestedReviewers.map((user) => simpleUser(state, user)),
    requested_teams: pull.requestedTeams.map((team) => teamView(state, repository.owner, team)),
    head: sideView(call, pull.head),
    base: sideView(call, { ...pull.base, repository, owner: repository.owner }),
    auto_merge: pull.autoMerge
      ? {
          enabled_by: simpleUser(state, pull.autoMerge.by),
          merge_method: pull.autoMerge.method,
          commit_title: pull.autoMerge.title,
          commit_message: pull.autoMerge.message,
        }
      : null,
  };
}

/** A pull request on its own; to look at it makes GitHub work out its mergeability. */
export function pullView(call: Viewing, issue: PullRequest) {
  const { pull } = issue;
  const { state } = call;
  const mergeable = mergeableOf(state, issue, true);
  const comparison = pullComparison(state, issue);
  const { additions, deletions } = statsOf(comparison?.files ?? []);
  return {
    ...pullRow(call, issue),
    merged: pull.merged !== undefined,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableStateOf(state, issue, mergeable),
    merged_by: userOrNull(state, pull.merged?.by),
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((sum, thread) => sum + thread.comments.length, 0),
    maintainer_can_modify: pull.maintainerCanModify,
    commits: comparison?.commits.length ?? 0,
    ...{ additions, deletions, changed_files: comparison?.files.length ?? 0 },
  };
}

/** A pull request inside of checks and runs. */
export function minimalPull({ state }: Viewing, issue: PullRequest) {
  const { pull } = issue;
  const side = (repository: Repository | undefined, { ref, sha }: { ref: string; sha: string }) => ({
    ...{ ref, sha },
    repo: {
      id: repository?.id ?? 0,
      url: repository ? repositoryUrl(state, repository) : '',
      name: repository?.name ?? '',
    },
  });
  return {
    ...{ id: pull.id, number: issue.number, url: pullUrl(state, issue) },
    head: side(pull.head.repository, pull.head),
    base: side(issue.repository, pull.base),
  };
}
