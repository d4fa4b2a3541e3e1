import { type Issue, type IssueEvent, isPull, type PullRequest } from '../../model/issue.ts';
import { findLabel } from '../../model/labels.ts';
import { pullComparison } from '../../model/pull-state.ts';
import { closingReferences } from '../../model/references.ts';
import { branchRef } from '../../model/refs.ts';
import { iso } from '../../model/state.ts';
import { connect, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { mayKnow } from '../permits.ts';
import { below } from './git.ts';

type Fields = (g: Context, of: Issue, event: IssueEvent) => View;

const asPull = (g: Context, of: Issue) => () => (isPull(of) ? g.show.pull(of) : null);
const self = (g: Context, of: Issue) => () => g.show.issueOrPull(of);
const assigned: Fields = (g, of, { assignee }) => ({
  assignable: self(g, of),
  assignee: () => (assignee ? g.show.account(assignee) : null),
  user: () => (assignee ? g.show.user(assignee) : null),
});
const labeled: Fields = (g, of, { label }) => ({
  labelable: self(g, of),
  label: () => g.show.label(of.repository, labelNamed(of, label)),
});
const milestoned: Fields = (g, of, { milestone }) => ({ milestoneTitle: milestone ?? '', subject: self(g, of) });
const subIssue: Fields = (g, _of, { other }) => ({ subIssue: () => (other ? g.show.issue(other) : null) });
const parentIssue: Fields = (g, _of, { other }) => ({ parent: () => (other ? g.show.issue(other) : null) });
const ofPull: Fields = (g, of) => ({ pullRequest: asPull(g, of) });
const requested: Fields = (g, of, { reviewer, team }) => ({
  pullRequest: asPull(g, of),
  requestedReviewer: () => {
    if (reviewer) return g.show.account(reviewer);
    return team ? g.show.team(of.repository.owner, team) : null;
  },
});
const placed = (g: Context, of: Issue, { id }: IssueEvent) =>
  below(g, of.repository, `${of.pull ? 'pull' : 'issues'}/${of.number}#event-${id}`);

/** Labels may be gone by now: what the event remembers is shown. */
const labelNamed = (of: Issue, label: IssueEvent['label']) =>
  findLabel(of.repository.labels, label?.name ?? '') ?? {
    ...{ id: 0, name: label?.name ?? '', color: label?.color ?? 'ededed', description: null, isDefault: false },
  };

const commitOf =
  (g: Context, { repository }: Issue, { commit }: IssueEvent) =>
  () =>
    commit === undefined ? null : g.show.commit(repository, commit);

/** Events of the model by the type that the schema has for them; others are in REST alone. */
const kinds: Readonly<Record<string, { readonly type: string; readonly fields: Fields }>> = {
  labeled: { type: 'LabeledEvent', fields: labeled },
  unlabeled: { type: 'UnlabeledEvent', fields: labeled },
  assigned: { type: 'AssignedEvent', fields: assigned },
  unassigned: { type: 'UnassignedEvent', fields: assigned },
  milestoned: { type: 'MilestonedEvent', fields: milestoned },
  demilestoned: { type: 'DemilestonedEvent', fields: milestoned },
  renamed: {
    type: 'RenamedTitleEvent',
    fields: (g, of, { rename }) => ({
      ...{ previousTitle: rename?.from ?? '', currentTitle: rename?.to ?? '', subject: self(g, of) },
    }),
  },
  closed: {
    type: 'ClosedEvent',
    fields: (g, of, event) => ({
      ...placed(g, of, event),
      closable: self(g, of),
      closer: commitOf(g, of, event),
      stateReason: event.stateReason?.toUpperCase() ?? null,
    }),
  },
  reopened: { type: 'ReopenedEvent', fields: (g, of) => ({ closable: self(g, of), stateReason: 'REOPENED' }) },
  locked: {
    type: 'LockedEvent',
    fields: (g, of, { lockReason }) => ({
      lockable: self(g, of),
      lockReason: lockReason?.toUpperCase().replaceAll(/[- ]/g, '_') ?? null,
    }),
  },
  unlocked: { type: 'UnlockedEvent', fields: (g, of) => ({ lockable: self(g, of) }) },
  'cross-referenced': {
    type: 'CrossReferencedEvent',
    fields: (g, of, event) => ({
      ...placed(g, of, event),
      referencedAt: iso(event.createdAt),
      isCrossRepository: event.other?.repository !== of.repository,
      source: () => (event.other ? g.show.issueOrPull(event.other) : null),
      target: self(g, of),
      willCloseTarget: () =>
        event.other !== undefined && isPull(event.other) && closingReferences(g.state, event.other).includes(of),
    }),
  },
  referenced: {
    type: 'ReferencedEvent',
    fields: (g, of, event) => ({
      commit: commitOf(g, of, event),
      commitRepository: () => g.show.repository(of.repository),
      isCrossRepository: false,
      isDirectReference: false,
      subject: self(g, of),
    }),
  },
  marked_as_duplicate: {
    type: 'MarkedAsDuplicateEvent',
    fields: (g, of, { other }) => ({
      canonical: () => (other ? g.show.issueOrPull(other) : null),
      duplicate: self(g, of),
      isCrossRepository: other?.repository !== of.repository,
    }),
  },
  sub_issue_added: { type: 'SubIssueAddedEvent', fields: subIssue },
  sub_issue_removed: { type: 'SubIssueRemovedEvent', fields: subIssue },
  parent_issue_added: { type: 'ParentIssueAddedEvent', fields: parentIssue },
  parent_issue_removed: { type: 'ParentIssueRemovedEvent', fields: parentIssue },
  merged: {
    type: 'MergedEvent',
    fields: (g, of, event) => ({
      ...{ ...placed(g, of, event), ...ofPull(g, of, event), commit: commitOf(g, of, event) },
      mergeRefName: of.pull?.base.ref ?? '',
      mergeRef: () => g.show.ref(of.repository, branchRef(of.pull?.base.ref ?? '')),
    }),
  },
  review_requested: { type: 'ReviewRequestedEvent', fields: requested },
  review_request_removed: { type: 'ReviewRequestRemovedEvent', fields: requested },
  review_dismissed: {
    type: 'ReviewDismissedEvent',
    fields: (g, of, event) => ({
      ...{ ...placed(g, of, event), ...ofPull(g, of, event), databaseId: event.id },
      dismissalMessage: event.message ?? null,
      previousReviewState: 'CHANGES_REQUESTED',
      review: () => (event.review && isPull(of) ? g.show.review(of, event.review) : null),
    }),
  },
  head_ref_deleted: {
    type: 'HeadRefDeletedEvent',
    fields: (g, of, event) => ({ ...ofPull(g, of, event), headRef: null, headRefName: of.pull?.head.ref ?? '' }),
  },
  head_ref_force_pushed: {
    type: 'HeadRefForcePushedEvent',
    fields: (g, of, event) => ({ ...ofPull(g, of, event), afterCommit: commitOf(g, of, event), beforeCommit: null }),
  },
  convert_to_draft: {
    type: 'ConvertToDraftEvent',
    fields: (g, of, event) => ({ ...placed(g, of, event), ...ofPull(g, of, event) }),
  },
  ready_for_review: {
    type: 'ReadyForReviewEvent',
    fields: (g, of, event) => ({ ...placed(g, of, event), ...ofPull(g, of, event) }),
  },
};

interface Entry {
  readonly key: string;
  readonly at: number;
  /** LABELED_EVENT, ISSUE_COMMENT, ... */
  readonly type: string;
  readonly view: () => View;
}

const enumName = (type: string) => type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

function entriesOf(g: Context, of: Issue): Entry[] {
  const events = of.events.flatMap((event): Entry[] => {
    const kind = kinds[event.event];
    // What happened elsewhere is told to those who may look there.
    if (!kind || (event.other && !mayKnow(g, event.other.repository))) return [];
    const { id, createdAt } = event;
    const view = () => ({
      ...{ __typename: kind.type, id: `EV_${id}`, createdAt: iso(createdAt) },
      actor: () => g.show.account(event.actor),
      ...kind.fields(g, of, event),
    });
    return [{ key: `e${id}`, at: createdAt, type: enumName(kind.type), view }];
  });
  const comments = of.comments.map((comment): Entry => {
    const view = () => g.show.issueComment(of, comment);
    return { key: `c${comment.id}`, at: comment.createdAt, type: 'ISSUE_COMMENT', view };
  });
  return [...(isPull(of) ? pullEntries(g, of) : []), ...comments, ...events].sort((a, b) => a.at - b.at);
}

function pullEntries(g: Context, of: PullRequest): Entry[] {
  const commits = (pullComparison(g.state, of)?.commits ?? []).map(({ sha, commit }): Entry => {
    const view = () => g.show.pullCommit(of, sha);
    return { key: sha, at: commit.committer.date, type: 'PULL_REQUEST_COMMIT', view };
  });
  const submitted = of.pull.reviews.filter(({ state }) => state !== 'PENDING');
  const reviews = submitted.map((review): Entry => {
    const view = () => g.show.review(of, review);
    return { key: `r${review.id}`, at: review.submittedAt ?? review.createdAt, type: 'PULL_REQUEST_REVIEW', view };
  });
  return [...commits, ...reviews];
}

interface TimelineArgs extends PageArgs {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
  readonly skip?: number | null;
}

export const timelineOf = (g: Context, of: Issue): View => ({
  timelineItems: (args: TimelineArgs) => {
    const { itemTypes, since, skip } = args;
    const all = entriesOf(g, of);
    const found = all.filter(
      ({ type, at }) => (!itemTypes || itemTypes.includes(type)) && (!since || at >= Date.parse(since)),
    );
    const items = found.slice(skip ?? 0);
    const shown = Math.min(items.length, args.first ?? args.last ?? 0);
    return connect('timelineItems', args, {
      items,
      view: ({ view }) => view(),
      key: ({ key }) => key,
      more: { totalCount: all.length, filteredCount: items.length, pageCount: shown, updatedAt: iso(of.updatedAt) },
    });
  },
});
