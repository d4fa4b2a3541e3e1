import { Refusal } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { deletedIssuesOf, type Issue, type IssueComment, issuesOf } from './issue.ts';
import type { IssueType } from './issue-types.ts';
import type { Label, Milestone } from './labels.ts';
import { noteActivity } from './notifications.ts';
import type { Pull } from './pull.ts';
import { crossReference } from './references.ts';
import { type Repository, takeNumber } from './repository.ts';
import type { State } from './state.ts';

export interface NewIssue {
  readonly author: Account;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly labels?: readonly Label[] | undefined;
  readonly assignees?: readonly Account[] | undefined;
  readonly milestone?: Milestone | undefined;
  readonly type?: IssueType | undefined;
  readonly pull?: Pull;
  /** Milliseconds since 1970; now unless given. */
  readonly createdAt?: number;
}

/** Opens an issue, or with `pull` a pull request, past every check. */
export function addIssue(state: State, repository: Repository, issue: NewIssue): Issue {
  const now = issue.createdAt ?? state.now();
  const added: Issue = {
    ...{ id: state.nextId(), number: takeNumber(repository), repository, author: issue.author },
    ...{ title: issue.title, body: issue.body ?? null, state: 'open', stateReason: null },
    ...{ labels: [], assignees: [], milestone: undefined, type: issue.type, locked: false, lockReason: null },
    ...{ comments: [], events: [], reactions: [], parent: undefined, subIssues: [], blockedBy: [], blocking: [] },
    ...{ duplicateOf: undefined, createdAt: now, updatedAt: now, closedAt: null, closedBy: undefined },
    pull: issue.pull,
  };
  issuesOf(repository).set(added.number, added);
  repository.openIssues += 1;
  const actor = issue.author;
  const note = (event: object) =>
    added.events.push({ ...(event as { event: string }), actor, createdAt: now, id: state.nextId() });
  for (const label of issue.labels ?? []) {
    added.labels.push(label);
    note({ event: 'labeled', label: { name: label.name, color: label.color } });
  }
  for (const assignee of issue.assignees ?? []) {
    added.assignees.push(assignee);
    note({ event: 'assigned', assignee });
  }
  if (issue.milestone) {
    added.milestone = issue.milestone;
    note({ event: 'milestoned', milestone: issue.milestone.title });
  }
  crossReference(state, added, { text: `${added.title}\n${added.body ?? ''}`, actor });
  noteActivity(state, added, { actor, text: added.body ?? '' });
  return added;
}

export interface NewComment {
  readonly author: Account;
  readonly body: string;
  readonly createdAt?: number;
}

export function addComment(state: State, issue: Issue, comment: NewComment): IssueComment {
  const now = comment.createdAt ?? state.now();
  const { author, body } = comment;
  const dates = { createdAt: now, updatedAt: now };
  const added: IssueComment = { id: state.nextId(), author, body, ...dates, minimized: null, reactions: [] };
  issue.comments.push(added);
  issue.updatedAt = Math.max(issue.updatedAt, now);
  crossReference(state, issue, { text: body, actor: author });
  noteActivity(state, issue, { actor: author, text: body });
  return added;
}

export function findComment(repository: Repository, id: number): { issue: Issue; comment: IssueComment } | undefined {
  for (const issue of issuesOf(repository).values()) {
    const comment = issue.comments.find((candidate) => candidate.id === id);
    if (comment) return { issue, comment };
  }
  return undefined;
}

export function deleteComment(state: State, issue: Issue, comment: IssueComment): void {
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  issue.updatedAt = state.now();
}

/** Takes an issue away for good; its number answers 410. */
export function deleteIssue(issue: Issue): void {
  const { repository } = issue;
  if (issue.pull) throw new Refusal(422, 'Pull requests cannot be deleted');
  issuesOf(repository).delete(issue.number);
  deletedIssuesOf(repository).add(issue.number);
  if (issue.state === 'open') repository.openIssues -= 1;
  if (issue.parent) issue.parent.subIssues.splice(issue.parent.subIssues.indexOf(issue), 1);
  for (const child of issue.subIssues) child.parent = undefined;
  for (const other of issue.blockedBy) other.blocking.splice(other.blocking.indexOf(issue), 1);
  for (const other of issue.blocking) other.blockedBy.splice(other.blockedBy.indexOf(issue), 1);
}
