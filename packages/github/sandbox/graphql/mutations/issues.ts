import type { Issue } from '../../model/issue.ts';
import { closeIssue, reopenIssue } from '../../model/issue-changes.ts';
import { addBlocker, addSubIssue, moveSubIssue, removeBlocker, removeSubIssue } from '../../model/issue-links.ts';
import { addIssue, deleteIssue } from '../../model/issue-store.ts';
import { findLabel, type Label } from '../../model/labels.ts';
import { addLabel } from '../../model/milestones.ts';
import type { Repository } from '../../model/repository.ts';
import type { Context, View } from '../context.ts';
import { noNode, unprocessable } from '../errors.ts';
import { loadAs } from '../load.ts';
import { changing } from '../permits.ts';

/** Authors close their own issues, those who triage all. */
function issueFor(g: Context, id: string, name: string): Issue {
  const { issue } = loadAs(g, 'Issue', id);
  changing(g, issue.repository, { name, permission: 'issues', role: issue.author === g.viewer ? 'read' : 'triage' });
  return issue;
}

function linked(g: Context, id: string, name: string): Issue {
  const { issue } = loadAs(g, 'Issue', id);
  changing(g, issue.repository, { name, permission: 'issues', role: 'triage' });
  return issue;
}

interface Sub {
  readonly issueId: string;
  readonly subIssueId?: string | null;
  readonly subIssueUrl?: string | null;
  readonly replaceParent?: boolean | null;
}

const pair = (g: Context, issue: Issue, subIssue: Issue): View => ({
  issue: () => g.show.issue(issue),
  subIssue: () => g.show.issue(subIssue),
});

function child(g: Context, { subIssueId, subIssueUrl }: Sub): Issue {
  if (subIssueId) return loadAs(g, 'Issue', subIssueId).issue;
  const found = subIssueUrl ? g.show.resource(subIssueUrl) : null;
  if (found?.__typename !== 'Issue') throw noNode(subIssueUrl ?? '');
  return loadAs(g, 'Issue', String(found.id)).issue;
}

interface Close {
  readonly issueId: string;
  readonly stateReason?: 'COMPLETED' | 'DUPLICATE' | 'NOT_PLANNED' | null;
  readonly duplicateIssueId?: string | null;
}

function close(g: Context, { issueId, stateReason, duplicateIssueId }: Close): View {
  const issue = issueFor(g, issueId, 'CloseIssue');
  if (duplicateIssueId && stateReason !== 'DUPLICATE') {
    throw unprocessable('duplicateIssueId can only be used with the state reason DUPLICATE');
  }
  const duplicateOf = duplicateIssueId ? loadAs(g, 'Issue', duplicateIssueId).issue : undefined;
  if (duplicateOf === issue) throw unprocessable('An issue cannot be a duplicate of itself');
  const reason = (stateReason ?? 'COMPLETED').toLowerCase() as 'completed' | 'duplicate' | 'not_planned';
  closeIssue(g.state, issue, { actor: g.viewer, reason, ...(duplicateOf && { duplicateOf }) });
  return { issue: () => g.show.issue(issue) };
}

interface Transfer {
  readonly issueId: string;
  readonly repositoryId: string;
  readonly createLabelsIfMissing?: boolean | null;
}

/** The issue gets a new id and number; its old one is gone. */
function transferIssue(g: Context, { issueId, repositoryId, createLabelsIfMissing }: Transfer): View {
  const { issue } = loadAs(g, 'Issue', issueId);
  const { repository } = loadAs(g, 'Repository', repositoryId);
  for (const side of [issue.repository, repository]) changing(g, side, { name: 'TransferIssue', permission: 'issues' });
  if (repository.owner !== issue.repository.owner) {
    throw unprocessable('Issues can only be transferred between repositories of one owner.');
  }
  const labels = issue.labels.flatMap((label) =>
    labelIn(g, repository, { label, make: createLabelsIfMissing === true }),
  );
  const { author, title, body, createdAt, assignees } = issue;
  const moved = addIssue(g.state, repository, { author, title, body, createdAt, assignees, labels });
  moved.comments.push(...issue.comments);
  deleteIssue(issue);
  return { issue: () => g.show.issue(moved) };
}

function labelIn(g: Context, repository: Repository, { label, make }: { label: Label; make: boolean }): Label[] {
  const known = findLabel(repository.labels, label.name);
  if (known) return [known];
  const { name, color, description } = label;
  return make ? [addLabel(g.state, repository, { name, color, description })] : [];
}

interface Blocked {
  readonly issueId: string;
  readonly blockingIssueId: string;
}

const blocking =
  (name: string, change: typeof addBlocker): ((g: Context, input: Blocked) => View) =>
  (g, { issueId, blockingIssueId }) => {
    const issue = linked(g, issueId, name);
    const { issue: blocker } = loadAs(g, 'Issue', blockingIssueId);
    change(g.state, issue, { blocker, actor: g.viewer });
    return { issue: () => g.show.issue(issue), blockingIssue: () => g.show.issue(blocker) };
  };

export const issues = {
  closeIssue: close,
  reopenIssue: (g: Context, { issueId }: { issueId: string }) => {
    const issue = issueFor(g, issueId, 'ReopenIssue');
    reopenIssue(g.state, issue, g.viewer);
    return { issue: () => g.show.issue(issue) };
  },
  transferIssue,
  addSubIssue: (g: Context, input: Sub) => {
    const parent = linked(g, input.issueId, 'AddSubIssue');
    const sub = child(g, input);
    addSubIssue(g.state, parent, { child: sub, actor: g.viewer, replaceParent: input.replaceParent === true });
    return pair(g, parent, sub);
  },
  removeSubIssue: (g: Context, input: Sub) => {
    const parent = linked(g, input.issueId, 'RemoveSubIssue');
    const sub = child(g, input);
    removeSubIssue(g.state, parent, { child: sub, actor: g.viewer });
    return pair(g, parent, sub);
  },
  reprioritizeSubIssue: (g: Context, input: Sub & { afterId?: string | null; beforeId?: string | null }) => {
    const parent = linked(g, input.issueId, 'ReprioritizeSubIssue');
    const at = (id: string | null | undefined) => (id ? loadAs(g, 'Issue', id).issue : undefined);
    moveSubIssue(parent, { child: child(g, input), after: at(input.afterId), before: at(input.beforeId) });
    return { issue: () => g.show.issue(parent) };
  },
  addBlockedBy: blocking('AddBlockedBy', addBlocker),
  removeBlockedBy: blocking('RemoveBlockedBy', removeBlocker),
};
