import type { Account } from './accounts.ts';
import { type Issue, type LockReason, record, type StateReason } from './issue.ts';
import type { IssueType } from './issue-types.ts';
import type { Label, Milestone } from './labels.ts';
import { crossReference } from './references.ts';
import type { State } from './state.ts';

/** Changes of an issue; what is left out stays. */
export interface IssueChange {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly stateReason?: StateReason | null;
  readonly duplicateOf?: Issue;
  readonly labels?: readonly Label[];
  readonly assignees?: readonly Account[];
  readonly milestone?: Milestone | null;
  readonly type?: IssueType | null;
}

/** Carries out a change past every check, and notes it in the timeline. */
export function changeIssue(
  state: State,
  issue: Issue,
  { change, actor }: { change: IssueChange; actor: Account },
): void {
  const { title, body, labels, assignees, milestone, type } = change;
  if (title !== undefined && title !== issue.title) {
    record(state, issue, { event: 'renamed', actor, rename: { from: issue.title, to: title } });
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    issue.body = body;
    issue.updatedAt = state.now();
    crossReference(state, issue, { text: body ?? '', actor });
  }
  if (labels) setLabels(state, issue, { labels, actor });
  if (assignees) setAssignees(state, issue, { assignees, actor });
  if (milestone !== undefined) setMilestone(state, issue, { milestone: milestone ?? undefined, actor });
  if (type !== undefined && (type ?? undefined) !== issue.type) {
    const event = type ? (issue.type ? 'issue_type_changed' : 'issue_type_added') : 'issue_type_removed';
    const types = { ...(type && { issueType: type }), ...(issue.type && { previousType: issue.type }) };
    issue.type = type ?? undefined;
    record(state, issue, { event, actor, ...types });
  }
  if (change.state !== undefined || change.stateReason !== undefined) setState(state, issue, { change, actor });
}

function setState(state: State, issue: Issue, { change, actor }: { change: IssueChange; actor: Account }): void {
  const wanted = change.state ?? issue.state;
  const reason = issue.pull ? null : (change.stateReason ?? (wanted === 'closed' ? 'completed' : 'reopened'));
  if (wanted === issue.state && (reason === issue.stateReason || change.stateReason === undefined)) return;
  if (wanted === 'closed')
    closeIssue(state, issue, { actor, reason, ...(change.duplicateOf && { duplicateOf: change.duplicateOf }) });
  else reopenIssue(state, issue, actor);
}

export function closeIssue(
  state: State,
  issue: Issue,
  how: { actor: Account; reason: StateReason | null; duplicateOf?: Issue; commit?: string },
): void {
  if (issue.state === 'open') issue.repository.openIssues -= 1;
  issue.state = 'closed';
  issue.stateReason = how.reason;
  issue.closedAt = state.now();
  issue.closedBy = how.actor;
  if (how.duplicateOf) {
    issue.duplicateOf = how.duplicateOf;
    record(state, issue, { event: 'marked_as_duplicate', actor: how.actor, other: how.duplicateOf });
  }
  const commit = how.commit === undefined ? {} : { commit: how.commit };
  record(state, issue, { event: 'closed', actor: how.actor, stateReason: how.reason, ...commit });
}

export function reopenIssue(state: State, issue: Issue, actor: Account): void {
  if (issue.state === 'closed') issue.repository.openIssues += 1;
  issue.state = 'open';
  issue.stateReason = issue.pull ? null : 'reopened';
  issue.closedAt = null;
  issue.closedBy = undefined;
  issue.duplicateOf = undefined;
  record(state, issue, { event: 'reopened', actor, stateReason: null });
}

/** Replaces all labels. */
export function setLabels(
  state: State,
  issue: Issue,
  { labels, actor }: { labels: readonly Label[]; actor: Account },
): void {
  const wanted = [...new Set(labels)];
  const note = (event: string, { name, color }: Label) =>
    record(state, issue, { event, actor, label: { name, color } });
  for (const label of issue.labels) if (!wanted.includes(label)) note('unlabeled', label);
  for (const label of wanted) if (!issue.labels.includes(label)) note('labeled', label);
  issue.labels.splice(0, issue.labels.length, ...wanted);
}

/** Replaces all assignees. */
export function setAssignees(
  state: State,
  issue: Issue,
  { assignees, actor }: { assignees: readonly Account[]; actor: Account },
): void {
  const wanted = [...new Set(assignees)].slice(0, 10);
  for (const assignee of issue.assignees) {
    if (!wanted.includes(assignee)) record(state, issue, { event: 'unassigned', actor, assignee });
  }
  for (const assignee of wanted) {
    if (!issue.assignees.includes(assignee)) record(state, issue, { event: 'assigned', actor, assignee });
  }
  issue.assignees.splice(0, issue.assignees.length, ...wanted);
}

function setMilestone(
  state: State,
  issue: Issue,
  { milestone, actor }: { milestone: Milestone | undefined; actor: Account },
): void {
  if (milestone === issue.milestone) return;
  if (issue.milestone) record(state, issue, { event: 'demilestoned', actor, milestone: issue.milestone.title });
  issue.milestone = milestone;
  if (milestone) record(state, issue, { event: 'milestoned', actor, milestone: milestone.title });
}

export function lockIssue(
  state: State,
  issue: Issue,
  { actor, reason }: { actor: Account; reason: LockReason | null },
): void {
  issue.locked = true;
  issue.lockReason = reason;
  record(state, issue, { event: 'locked', actor, ...(reason && { lockReason: reason }) });
}

export function unlockIssue(state: State, issue: Issue, actor: Account): void {
  issue.locked = false;
  issue.lockReason = null;
  record(state, issue, { event: 'unlocked', actor });
}
