import type { Call } from '../call.ts';
import type { Account } from '../model/accounts.ts';
import { associationOf } from '../model/association.ts';
import { type Issue, type IssueComment, issuesOf } from '../model/issue.ts';
import type { IssueType } from '../model/issue-types.ts';
import type { Label, Milestone } from '../model/labels.ts';
import { nodeId } from '../model/node-id.ts';
import { type Reaction, reactionContents } from '../model/reactions.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { repositoryHtml, repositoryUrl, repositoryView } from './repository.ts';
import { bodyFields } from './text.ts';

export const isoOrNull = (time: number | null | undefined): string | null => (time ? iso(time) : null);
export const userOrNull = (state: State, user: Account | undefined) => (user ? simpleUser(state, user) : null);

export const issueUrl = (state: State, { repository, number }: Issue): string =>
  `${repositoryUrl(state, repository)}/issues/${number}`;
export const issueHtml = (state: State, { repository, number, pull }: Issue): string =>
  `${repositoryHtml(state, repository)}/${pull ? 'pull' : 'issues'}/${number}`;

export function labelView(state: State, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryUrl(state, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

export function milestoneView(state: State, repository: Repository, milestone: Milestone) {
  const url = `${repositoryUrl(state, repository)}/milestones/${milestone.number}`;
  const inside = [...issuesOf(repository).values()].filter((issue) => issue.milestone === milestone);
  return {
    url,
    html_url: `${repositoryHtml(state, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('Milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: simpleUser(state, milestone.creator),
    open_issues: inside.filter((issue) => issue.state === 'open').length,
    closed_issues: inside.filter((issue) => issue.state === 'closed').length,
    state: milestone.state,
    created_at: iso(milestone.createdAt),
    updated_at: iso(milestone.updatedAt),
    due_on: isoOrNull(milestone.dueOn),
    closed_at: isoOrNull(milestone.closedAt),
  };
}

export const typeView = (type: IssueType) => ({
  ...{ id: type.id, node_id: `IT_${type.id}`, name: type.name, description: type.description, color: type.color },
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', is_enabled: type.isEnabled },
});

export const rollup = (url: string, reactions: readonly Reaction[]) => ({
  url: `${url}/reactions`,
  total_count: reactions.length,
  ...Object.fromEntries(
    reactionContents.map((content) => [content, reactions.filter((reaction) => reaction.content === content).length]),
  ),
});

export const reactionView = (state: State, { id, user, content, createdAt }: Reaction) => ({
  ...{ id, node_id: `REA_${id}`, user: simpleUser(state, user), content, created_at: iso(createdAt) },
});

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

/** What pull requests and issues share. */
export function commonFields({ state, media }: Viewing, issue: Issue) {
  const { repository } = issue;
  return {
    number: issue.number,
    title: issue.title,
    user: simpleUser(state, issue.author),
    labels: issue.labels.map((label) => labelView(state, repository, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: userOrNull(state, issue.assignees[0]),
    assignees: issue.assignees.map((user) => simpleUser(state, user)),
    milestone: issue.milestone ? milestoneView(state, repository, issue.milestone) : null,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    author_association: associationOf(repository, issue.author),
    active_lock_reason: issue.lockReason,
    html_url: issueHtml(state, issue),
    ...bodyFields(media, issue.body),
  };
}

/** An issue, or a pull request as one. */
export function issueView(call: Viewing, issue: Issue) {
  const { state } = call;
  const { pull, repository, parent } = issue;
  const url = issueUrl(state, issue);
  const html = issueHtml(state, issue);
  const closed = (list: readonly Issue[]) => list.filter((other) => other.state === 'closed').length;
  const done = closed(issue.subIssues);
  const total = issue.subIssues.length;
  return {
    url,
    repository_url: repositoryUrl(state, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    id: issue.id,
    node_id: pull ? nodeId('PullRequest', pull.id) : nodeId('Issue', issue.id),
    ...commonFields(call, issue),
    comments: issue.comments.length,
    state_reason: issue.stateReason,
    closed_by: userOrNull(state, issue.closedBy),
    type: issue.type ? typeView(issue.type) : null,
    reactions: rollup(url, issue.reactions),
    performed_via_github_app: null,
    ...(pull
      ? {
          draft: pull.draft,
          pull_request: {
            url: `${repositoryUrl(state, repository)}/pulls/${issue.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: isoOrNull(pull.merged?.at),
          },
        }
      : {
          sub_issues_summary: {
            ...{ total, completed: done, percent_completed: total === 0 ? 0 : Math.floor((100 * done) / total) },
          },
          issue_dependencies_summary: {
            blocked_by: issue.blockedBy.length - closed(issue.blockedBy),
            total_blocked_by: issue.blockedBy.length,
            blocking: issue.blocking.length - closed(issue.blocking),
            total_blocking: issue.blocking.length,
          },
          ...(parent && { parent_issue_url: issueUrl(state, parent) }),
        }),
  };
}

/** With its repository, for lists across repositories. */
export const issueWithRepository = (call: Viewing, issue: Issue) => ({
  ...issueView(call, issue),
  repository: repositoryView(call.state, issue.repository, call.user),
});

export function commentView({ state, media }: Viewing, issue: Issue, comment: IssueComment) {
  const url = `${repositoryUrl(state, issue.repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issueHtml(state, issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(state, issue),
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: simpleUser(state, comment.author),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: associationOf(issue.repository, comment.author),
    ...bodyFields(media, comment.body),
    reactions: rollup(url, comment.reactions),
    performed_via_github_app: null,
    ...(comment.minimized !== null && { minimized: { reason: comment.minimized } }),
  };
}
