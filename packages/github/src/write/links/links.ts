import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { type Issue, type IssueName, issueLabel, readIssue } from '../../read/issue.ts';
import { closeAsDuplicate } from '../issues/close-duplicate.ts';
import type { Item } from '../items.ts';
import type { How } from '../run-or-plan.ts';

export const linkKinds = ['sub_issue', 'blocked_by', 'blocking', 'duplicate_of'] as const;

export interface LinkAsked {
  readonly kind: (typeof linkKinds)[number];
  readonly remove: boolean;
  /** Takes a sub-issue away from the parent it has. */
  readonly replace_parent: boolean;
  readonly issue: IssueName;
  readonly other: IssueName;
}

/** One link between two issues. What is so already is done. */
export async function writeLink(
  github: GitHub,
  { kind, remove, replace_parent, issue, other }: LinkAsked,
  { call, planning }: How,
): Promise<Omit<Item, 'name'>> {
  if (kind === 'duplicate_of') return duplicate(github, { issue, other, remove }, { call, planning });
  // That A blocks B is kept at B.
  const [holder, linked] = kind === 'blocking' ? [other, issue] : [issue, other];
  const { id } = await readIssue(github, linked, call);
  const isSub = kind === 'sub_issue';
  if ((await isLinked(github, { holder, id, isSub }, call)) !== remove) {
    return { status: 'unchanged', verified: true };
  }
  const at = { owner: holder.owner, repo: holder.repo, issue_number: holder.number };
  const path = '/repos/{owner}/{repo}/issues/{issue_number}' as const;
  const how = { ...call, planned: {} };
  if (isSub && remove) await github.rest(`DELETE ${path}/sub_issue`, { ...at, sub_issue_id: id }, how);
  else if (isSub) await github.rest(`POST ${path}/sub_issues`, { ...at, sub_issue_id: id, replace_parent }, how);
  else if (remove) await github.rest(`DELETE ${path}/dependencies/blocked_by/{issue_id}`, { ...at, issue_id: id }, how);
  else await github.rest(`POST ${path}/dependencies/blocked_by`, { ...at, issue_id: id }, how);
  const status = remove ? 'removed' : 'added';
  if (planning) return { status };
  return { status, verified: (await isLinked(github, { holder, id, isSub }, call)) !== remove };
}

/** GitHub allows 100 sub-issues and 50 dependencies, which is one page. */
async function isLinked(
  github: GitHub,
  { holder, id, isSub }: { holder: IssueName; id: number; isSub: boolean },
  call: GitHubCall,
): Promise<boolean> {
  const asked = { owner: holder.owner, repo: holder.repo, issue_number: holder.number, per_page: 100 };
  const path = '/repos/{owner}/{repo}/issues/{issue_number}' as const;
  const { data } = isSub
    ? await github.rest(`GET ${path}/sub_issues`, asked, call)
    : await github.rest(`GET ${path}/dependencies/blocked_by`, asked, call);
  return (data as readonly Pick<Issue, 'id'>[]).some((link) => link.id === id);
}

async function duplicate(
  github: GitHub,
  { issue, other, remove }: Pick<LinkAsked, 'issue' | 'other' | 'remove'>,
  { call, planning }: How,
): Promise<Omit<Item, 'name'>> {
  const isHere =
    issue.owner.toLowerCase() === other.owner.toLowerCase() && issue.repo.toLowerCase() === other.repo.toLowerCase();
  if (remove || !isHere) {
    throw new ValidationError(
      remove ? 'A duplicate is undone by opening it again.' : `${issueLabel(other)} is in another repository.`,
      {
        hint: remove ? 'github_issue_write with state "open".' : 'Close it with a comment that names the other issue.',
      },
    );
  }
  const before = await readIssue(github, issue, call);
  const planned = { closeIssue: null };
  await closeAsDuplicate(github, issue, { of: other.number, before, call: { ...call, planned } });
  if (planning) return { status: 'closed' };
  const { state, state_reason } = await readIssue(github, issue, call);
  return { status: 'closed', verified: state === 'closed' && state_reason === 'duplicate' };
}
