import { issuesOf as allOf, type Issue, type IssueComment, isPull } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import { closingReferences } from '../../model/references.ts';
import { atLeast, type Repository, roleOf } from '../../model/repository.ts';
import { connect, list, ordered, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { missing } from '../errors.ts';
import { mayKnow, reading } from '../permits.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { type IssueArgs, issueList, issueTypeOf } from './issue-list.ts';
import { isoOrNull, mayWrite, reactable, written } from './written.ts';

export const issueNodeId = (issue: Issue): string =>
  issue.pull ? nodeId('PullRequest', issue.pull.id) : nodeId('Issue', issue.id);

const permissionOf = (issue: Issue) => (issue.pull ? 'pull_requests' : 'issues');

export const issueOrPull = (g: Context, value: Issue): View => (isPull(value) ? g.show.pull(value) : issue(g, value));

/** What issues and pull requests share. */
export function shared(g: Context, value: Issue): View {
  const { repository, number } = value;
  const mine = value.author === g.viewer || mayWrite(g, repository);
  const canTriage = atLeast(roleOf(g.state, repository, g.viewer), 'triage');
  const self = () => issueOrPull(g, value);
  return {
    id: issueNodeId(value),
    number,
    ...below(g, repository, `${value.pull ? 'pull' : 'issues'}/${number}`),
    ...written(g, value),
    ...reactable(g, value, self),
    title: value.title,
    titleHTML: value.title,
    repository: () => g.show.repository(repository),
    closed: value.state === 'closed',
    closedAt: isoOrNull(value.closedAt),
    locked: value.locked,
    activeLockReason: value.lockReason?.toUpperCase().replaceAll(/[- ]/g, '_') ?? null,
    milestone: () => (value.milestone ? g.show.milestone(repository, value.milestone) : null),
    assignees: list(
      () => value.assignees,
      (user) => g.show.user(user),
      byId,
    ),
    labels: ordered(
      () => value.labels,
      (label) => g.show.label(repository, label),
      {
        ...byId,
        by: { CREATED_AT: ({ id }) => id, NAME: ({ name }) => name.toLowerCase() },
      },
    ),
    comments: ordered(
      () => value.comments,
      (comment) => issueComment(g, value, comment),
      {
        ...byId,
        by: { UPDATED_AT: ({ updatedAt }) => updatedAt },
      },
    ),
    participants: list(
      () => participants(value),
      (user) => g.show.user(user),
      byId,
    ),
    ...g.show.timelineOf(value),
    ...g.show.projectItemsOf(value),
    viewerCanClose: mine && value.state === 'open',
    viewerCanReopen: mine && value.state === 'closed',
    viewerCanLabel: canTriage,
    viewerCanSubscribe: true,
    viewerSubscription: mine ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
    viewerCannotUpdateReasons: mine ? [] : ['INSUFFICIENT_ACCESS'],
  };
}

const participants = ({ author, comments, assignees }: Issue) => [
  ...new Set([author, ...assignees, ...comments.map((comment) => comment.author)]),
];

export function issue(g: Context, value: Issue): View {
  reading(g, value.repository, 'issues');
  const { subIssues, parent, duplicateOf } = value;
  const done = subIssues.filter(({ state }) => state === 'closed').length;
  const seen = (others: readonly Issue[]) => others.filter((other) => mayKnow(g, other.repository));
  const show = (other: Issue) => issue(g, other);
  return {
    __typename: 'Issue',
    ...shared(g, value),
    databaseId: value.id,
    fullDatabaseId: String(value.id),
    bodyUrl: below(g, value.repository, `issues/${value.number}#issue-${value.id}`).url,
    state: value.state.toUpperCase(),
    stateReason: ({ enableDuplicate }: { enableDuplicate?: boolean }) => {
      if (value.stateReason === 'duplicate' && !enableDuplicate) return 'NOT_PLANNED';
      return value.stateReason?.toUpperCase() ?? null;
    },
    isPinned: false,
    issueType: () => issueTypeOf(value.type),
    parent: () => (parent && mayKnow(g, parent.repository) ? show(parent) : null),
    duplicateOf: () => (duplicateOf && mayKnow(g, duplicateOf.repository) ? show(duplicateOf) : null),
    subIssues: list(() => seen(subIssues), show, byId),
    subIssuesSummary: {
      total: subIssues.length,
      completed: done,
      percentCompleted: subIssues.length === 0 ? 0 : Math.floor((100 * done) / subIssues.length),
    },
    blockedBy: list(() => seen(value.blockedBy), show, byId),
    blocking: list(() => seen(value.blocking), show, byId),
    closedByPullRequestsReferences: (args: PageArgs & { includeClosedPrs?: boolean }) => {
      const all = [...allOf(value.repository).values()].filter(isPull);
      const { includeClosedPrs } = args;
      const items = all.filter(
        (one) =>
          (includeClosedPrs || one.state === 'open' || one.pull.merged) &&
          closingReferences(g.state, one).includes(value),
      );
      return connect('closedByPullRequestsReferences', args, { ...byId, items, view: (item) => g.show.pull(item) });
    },
    viewerCanDelete: atLeast(roleOf(g.state, value.repository, g.viewer), 'admin'),
  };
}

export function issueComment(g: Context, of: Issue, comment: IssueComment): View {
  const { repository } = of;
  const mine = comment.author === g.viewer || mayWrite(g, repository);
  const self = () => issueComment(g, of, comment);
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...below(g, repository, `${of.pull ? 'pull' : 'issues'}/${of.number}#issuecomment-${comment.id}`),
    ...written(g, { ...comment, repository }),
    ...reactable(g, comment, self),
    repository: () => g.show.repository(repository),
    issue: () => issue(g, of),
    pullRequest: () => (isPull(of) ? g.show.pull(of) : null),
    isMinimized: comment.minimized !== null,
    minimizedReason: comment.minimized?.toLowerCase() ?? null,
    viewerCanDelete: mine,
    viewerCanMinimize: mayWrite(g, repository),
    viewerCannotUpdateReasons: mine ? [] : ['INSUFFICIENT_ACCESS'],
  };
}

/** issue, issues and issueOrPullRequest of a repository. */
export function issuesOf(g: Context, repository: Repository): View {
  const plain = () => {
    reading(g, repository, 'issues');
    return repository.hasIssues ? [...allOf(repository).values()].filter((one) => !one.pull) : [];
  };
  const find = (number: number, type: string): Issue => {
    const found = allOf(repository).get(number);
    if (found && (type === 'issue or pull request' || !found.pull)) {
      reading(g, repository, permissionOf(found));
      return found;
    }
    throw missing(`Could not resolve to an ${type === 'issue' ? 'Issue' : type} with the number of ${number}.`);
  };
  return {
    issue: ({ number }: { number: number }) => issue(g, find(number, 'issue')),
    issueOrPullRequest: ({ number }: { number: number }) => issueOrPull(g, find(number, 'issue or pull request')),
    issues: (args: IssueArgs) => issueList(g, plain(), { name: 'issues', args, view: (item) => issue(g, item) }),
  };
}
