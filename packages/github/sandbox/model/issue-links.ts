import { notFound, Refusal, unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { type Issue, record } from './issue.ts';
import type { State } from './state.ts';

const mostSubIssues = 100;
const mostDepth = 8;
const mostDependencies = 50;

const depthAbove = (issue: Issue): number => (issue.parent ? 1 + depthAbove(issue.parent) : 0);
const depthBelow = (issue: Issue): number =>
  issue.subIssues.reduce((deepest, child) => Math.max(deepest, 1 + depthBelow(child)), 0);
const isWithin = (issue: Issue, root: Issue): boolean =>
  issue === root || (issue.parent !== undefined && isWithin(issue.parent, root));

/** Puts an issue below another, last of its list. Throws Refusal 422. */
export function addSubIssue(
  state: State,
  parent: Issue,
  { child, actor, replaceParent }: { child: Issue; actor: Account; replaceParent: boolean },
): void {
  const refuse = (problem: string) =>
    new Refusal(422, `An error occurred while adding the sub-issue to the parent issue. ${problem}`);
  if (child.pull || parent.pull) throw refuse('Pull requests cannot be sub-issues');
  if (child.parent === parent) throw refuse('Issue may not contain duplicate sub-issues');
  if (child.parent && !replaceParent) throw refuse('Sub issue may only have one parent');
  if (isWithin(parent, child)) throw refuse('Sub-issues may not create a circular relationship');
  if (parent.subIssues.length >= mostSubIssues)
    throw refuse(`Parent cannot have more than ${mostSubIssues} sub-issues`);
  if (depthAbove(parent) + 1 + depthBelow(child) >= mostDepth)
    throw refuse(`Sub-issues may not be nested deeper than ${mostDepth} layers`);
  if (child.parent) removeSubIssue(state, child.parent, { child, actor });
  child.parent = parent;
  parent.subIssues.push(child);
  record(state, parent, { event: 'sub_issue_added', actor, other: child });
  record(state, child, { event: 'parent_issue_added', actor, other: parent });
}

/** Throws Refusal 404. */
export function removeSubIssue(state: State, parent: Issue, { child, actor }: { child: Issue; actor: Account }): void {
  const index = parent.subIssues.indexOf(child);
  if (index < 0) throw notFound('The provided sub-issue does not exist');
  parent.subIssues.splice(index, 1);
  child.parent = undefined;
  record(state, parent, { event: 'sub_issue_removed', actor, other: child });
  record(state, child, { event: 'parent_issue_removed', actor, other: parent });
}

/** Moves a sub-issue right after or before another one. Throws Refusal 422. */
export function moveSubIssue(
  parent: Issue,
  { child, after, before }: { child: Issue; after?: Issue | undefined; before?: Issue | undefined },
): void {
  const anchor = after ?? before;
  const list = parent.subIssues;
  if (!anchor || (after && before)) throw unprocessable('Provide exactly one of after_id and before_id');
  if (!list.includes(child) || !list.includes(anchor) || child === anchor) {
    throw unprocessable('The provided sub-issue is not a sub-issue of the parent');
  }
  list.splice(list.indexOf(child), 1);
  list.splice(list.indexOf(anchor) + (after ? 1 : 0), 0, child);
}

const blocks = (blocker: Issue, issue: Issue, seen = new Set<Issue>()): boolean =>
  blocker.blockedBy.some((other) => {
    if (other === issue) return true;
    if (seen.has(other)) return false;
    seen.add(other);
    return blocks(other, issue, seen);
  });

/** Says that an issue waits for another. Throws Refusal 422. */
export function addBlocker(state: State, issue: Issue, { blocker, actor }: { blocker: Issue; actor: Account }): void {
  const refuse = (message: string) => new Refusal(422, `Validation failed: ${message}`);
  if (blocker.pull || issue.pull) throw refuse('Pull requests cannot have dependencies');
  if (issue === blocker) throw refuse('Issue cannot be blocked by itself');
  if (issue.blockedBy.includes(blocker)) throw refuse('Issue dependency already exists');
  if (blocks(blocker, issue)) throw refuse('Issue dependency would create a cycle');
  if (issue.blockedBy.length >= mostDependencies)
    throw refuse(`Issue cannot be blocked by more than ${mostDependencies} issues`);
  issue.blockedBy.push(blocker);
  blocker.blocking.push(issue);
  record(state, issue, { event: 'blocked_by_added', actor, other: blocker });
  record(state, blocker, { event: 'blocking_added', actor, other: issue });
}

/** Throws Refusal 404. */
export function removeBlocker(
  state: State,
  issue: Issue,
  { blocker, actor }: { blocker: Issue; actor: Account },
): void {
  const index = issue.blockedBy.indexOf(blocker);
  if (index < 0) throw notFound();
  issue.blockedBy.splice(index, 1);
  blocker.blocking.splice(blocker.blocking.indexOf(issue), 1);
  record(state, issue, { event: 'blocked_by_removed', actor, other: blocker });
  record(state, blocker, { event: 'blocking_removed', actor, other: issue });
}
