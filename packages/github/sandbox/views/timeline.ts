import type { Call } from '../call.ts';
import { associationOf } from '../model/association.ts';
import { type Issue, type IssueEvent, isPull } from '../model/issue.ts';
import { pullComparison } from '../model/pull-state.ts';
import { commentsOf } from '../model/reviews-of.ts';
import { iso } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { gitCommit } from './git.ts';
import { commentView, issueWithRepository } from './issue.ts';
import { repositoryUrl, shortRepository } from './repository.ts';
import { reviewCommentView, reviewView } from './review.ts';
import { teamView } from './team.ts';

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

const reference = ({ state }: Viewing, issue: Issue) => ({
  ...{ number: issue.number, title: issue.title, state: issue.state, state_reason: issue.stateReason },
  repository: shortRepository(state, issue.repository),
  issue_type: issue.type ? { id: issue.type.id, node_id: `IT_${issue.type.id}`, name: issue.type.name } : null,
});

/** What the other issue of an event is called. */
const others: Readonly<Record<string, string>> = {
  sub_issue_added: 'sub_issue',
  sub_issue_removed: 'sub_issue',
  parent_issue_added: 'parent_issue',
  parent_issue_removed: 'parent_issue',
  blocked_by_added: 'blocked_by',
  blocked_by_removed: 'blocked_by',
  blocking_added: 'blocking',
  blocking_removed: 'blocking',
};

/** An event by itself (issue-event-for-issue). */
export function eventView(call: Viewing, issue: Issue, event: IssueEvent) {
  const { state } = call;
  const url = repositoryUrl(state, issue.repository);
  const actor = simpleUser(state, event.actor);
  const { assignee, milestone, rename, reviewer, team, review, label, commit } = event;
  const other = event.other && others[event.event];
  const type = (value: IssueEvent['issueType']) => value && { id: value.id, name: value.name, color: value.color };
  const isRequest = reviewer !== undefined || team !== undefined;
  return {
    id: event.id,
    node_id: `EV_${event.id}`,
    url: `${url}/issues/events/${event.id}`,
    actor,
    event: event.event,
    commit_id: commit ?? null,
    commit_url: commit === undefined ? null : `${url}/commits/${commit}`,
    created_at: iso(event.createdAt),
    performed_via_github_app: null,
    ...(label && { label }),
    ...(assignee && { assignee: simpleUser(state, assignee), assigner: actor }),
    ...(milestone !== undefined && { milestone: { title: milestone } }),
    ...(rename && { rename }),
    ...(event.event === 'locked' && { lock_reason: event.lockReason ?? null }),
    ...(event.stateReason !== undefined && { state_reason: event.stateReason }),
    ...(isRequest && { review_requester: actor }),
    ...(reviewer && { requested_reviewer: simpleUser(state, reviewer) }),
    ...(team && { requested_team: teamView(state, issue.repository.owner, team) }),
    ...(review && {
      dismissed_review: { state: 'dismissed', review_id: review.id, dismissal_message: event.message ?? null },
    }),
    ...(event.issueType && { issue_type: type(event.issueType) }),
    ...(event.previousType && { prev_issue_type: type(event.previousType) }),
    ...(event.other && other && { [other]: reference(call, event.other) }),
  };
}

interface Entry {
  readonly at: number;
  readonly view: object;
}

/** Everything that happened, oldest first: events, comments, and for pull requests commits, reviews and their comments. */
export function timelineOf(call: Viewing, issue: Issue, isSeen: (other: Issue) => boolean): object[] {
  const { state } = call;
  const entries: Entry[] = [
    ...(isPull(issue) ? pullEntries(call, issue) : []),
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      view: { event: 'commented', actor: simpleUser(state, comment.author), ...commentView(call, issue, comment) },
    })),
    ...issue.events
      .filter(({ other }) => !other || isSeen(other))
      .map((event) => ({ at: event.createdAt, view: timelineEvent(call, issue, event) })),
  ];
  return entries.sort((a, b) => a.at - b.at).map(({ view }) => view);
}

function timelineEvent(call: Viewing, issue: Issue, event: IssueEvent): object {
  if (event.event !== 'cross-referenced' || !event.other) return eventView(call, issue, event);
  const at = iso(event.createdAt);
  return {
    event: 'cross-referenced',
    actor: simpleUser(call.state, event.actor),
    ...{ created_at: at, updated_at: at },
    source: { type: 'issue', issue: issueWithRepository(call, event.other) },
  };
}

function pullEntries(call: Viewing, issue: Issue): Entry[] {
  if (!isPull(issue)) return [];
  const { state } = call;
  const { repository, pull } = issue;
  const commits = pullComparison(state, issue)?.commits ?? [];
  const shown = pull.reviews.filter((review) => review.state !== 'PENDING');
  return [
    ...commits.map((entry) => ({
      at: entry.commit.committer.date,
      view: { event: 'committed', ...gitCommit(state, repository, entry) },
    })),
    ...shown.map((review) => ({
      at: review.submittedAt ?? review.createdAt,
      view: {
        event: 'reviewed',
        ...reviewView(call, issue, review),
        state: review.state.toLowerCase(),
        author_association: associationOf(repository, review.author),
      },
    })),
    ...shown.flatMap((review) => {
      const comments = commentsOf(pull, review).map((placed) => reviewCommentView(call, issue, placed));
      if (comments.length === 0) return [];
      return [
        { at: review.submittedAt ?? 0, view: { event: 'line-commented', node_id: `PRRT_${review.id}`, comments } },
      ];
    }),
  ];
}
