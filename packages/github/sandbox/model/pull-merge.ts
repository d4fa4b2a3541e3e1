import { conflict, Refusal, unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { mergeInto, personOf } from './commits.ts';
import type { LogEntry } from './history.ts';
import { type PullRequest, record } from './issue.ts';
import { closeIssue } from './issue-changes.ts';
import { mergeOver } from './merge.ts';
import type { MergeMethod } from './pull.ts';
import { missingFor, pullComparison, requirementsOf, trialMerge } from './pull-state.ts';
import { closingReferences } from './references.ts';
import { branchRef, deleteRef, updateRef } from './refs.ts';
import { atLeast, fullName, roleOf } from './repository.ts';
import type { State } from './state.ts';

export interface Merging {
  readonly actor: Account;
  readonly method: MergeMethod;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** What the head must be. */
  readonly sha?: string | undefined;
}

const notAllowed = (message: string) => new Refusal(405, message);

/** Merges a pull request and returns the new tip of its base. Throws Refusal 405, 409, 422. */
export function mergePull(state: State, issue: PullRequest, merging: Merging): string {
  const { pull, repository } = issue;
  refuseMerge(state, issue, merging);
  const tip = tipAfter(state, issue, merging);
  pull.merged = { at: state.now(), by: merging.actor, sha: tip, method: merging.method };
  // Marked first, so that the base's sha stays the one it was merged into.
  issue.state = 'closed';
  try {
    updateRef(state, repository, { ref: branchRef(pull.base.ref), sha: tip, actor: merging.actor, viaPull: true });
  } catch (error) {
    pull.merged = undefined;
    issue.state = 'open';
    throw error instanceof Refusal ? notAllowed(error.message) : error;
  }
  issue.state = 'open';
  record(state, issue, { event: 'merged', actor: merging.actor, commit: tip });
  closeIssue(state, issue, { actor: merging.actor, reason: null });
  if (pull.base.ref === repository.defaultBranch) {
    for (const closed of closingReferences(state, issue)) {
      if (closed.state === 'open')
        closeIssue(state, closed, { actor: merging.actor, reason: 'completed', commit: tip });
    }
  }
  const { head } = pull;
  if (repository.deleteBranchOnMerge && head.repository === repository) {
    deleteRef(state, repository, { ref: branchRef(head.ref), actor: merging.actor });
    record(state, issue, { event: 'head_ref_deleted', actor: merging.actor });
  }
  return tip;
}

function refuseMerge(state: State, issue: PullRequest, { actor, method, sha }: Merging): void {
  const { pull, repository } = issue;
  if (issue.state === 'closed') throw notAllowed('Pull Request is not mergeable');
  if (pull.draft) throw notAllowed('Pull Request is still a draft');
  const allowed = {
    merge: repository.allowMergeCommit,
    squash: repository.allowSquashMerge,
    rebase: repository.allowRebaseMerge,
  };
  const names = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };
  if (!allowed[method]) throw notAllowed(`${names[method]} are not allowed on this repository.`);
  if (sha !== undefined && sha !== pull.head.sha) {
    throw conflict('Head branch was modified. Review and try the merge again.');
  }
  if (trialMerge(issue).conflicts.length > 0) {
    throw notAllowed('Pull Request is not mergeable');
  }
  const mayBypass =
    atLeast(roleOf(state, repository, actor), 'admin') && !requirementsOf(repository, pull.base.ref).bindsAdmins;
  const missing = missingFor(state, issue);
  if (missing.length > 0 && !mayBypass) throw notAllowed(missing.join(' '));
}

function tipAfter(state: State, issue: PullRequest, merging: Merging): string {
  const { objects } = issue.repository;
  const { base, head } = issue.pull;
  const commits = pullComparison(state, issue)?.commits ?? [];
  if (merging.method === 'rebase') return rebased(state, issue, { commits, actor: merging.actor });
  const { tree } = trialMerge(issue);
  const person = personOf(state, merging.actor);
  const author = { ...personOf(state, issue.author), date: person.date };
  const isSquash = merging.method === 'squash';
  const { title, message } = isSquash ? squashText(issue, commits) : mergeText(issue);
  const texts = [merging.title ?? title, merging.message ?? message].filter(Boolean);
  return objects.put({
    type: 'commit',
    tree,
    parents: isSquash ? [base.sha] : [base.sha, head.sha],
    author: isSquash ? author : person,
    committer: person,
    message: texts.join('\n\n'),
  });
}

const mergeText = (issue: PullRequest) => ({
  title: `Merge pull request #${issue.number} from ${issue.pull.head.owner.login}/${issue.pull.head.ref}`,
  message: issue.title,
});

function squashText(issue: PullRequest, commits: readonly LogEntry[]) {
  const messages = commits.map(({ commit }) => commit.message);
  const [first = ''] = messages;
  const [subject = '', ...rest] = first.split('\n');
  if (commits.length === 1) return { title: `${subject} (#${issue.number})`, message: rest.join('\n').trim() };
  return { title: `${issue.title} (#${issue.number})`, message: messages.map((text) => `* ${text}`).join('\n\n') };
}

function rebased(
  state: State,
  { repository, pull }: PullRequest,
  { commits, actor }: { commits: readonly LogEntry[]; actor: Account },
): string {
  const { objects } = repository;
  let tip = pull.base.sha;
  for (const { commit } of commits) {
    const [parent] = commit.parents;
    if (commit.parents.length !== 1 || parent === undefined) throw notAllowed("This branch can't be rebased");
    const treeOf = (sha: string) => objects.read('commit', sha).tree;
    const { tree, conflicts } = mergeOver(objects, { base: treeOf(parent), ours: treeOf(tip), theirs: commit.tree });
    if (conflicts.length > 0) throw notAllowed("This branch can't be rebased");
    const { author, message } = commit;
    tip = objects.put({ type: 'commit', tree, parents: [tip], author, committer: personOf(state, actor), message });
  }
  return tip;
}

/** Merges the base into the head. Throws Refusal 422. */
export function updatePullBranch(
  state: State,
  issue: PullRequest,
  { actor, expected }: { actor: Account; expected: string | undefined },
): void {
  const { head, base } = issue.pull;
  if (issue.state === 'closed' || !head.repository) throw unprocessable('Pull request is closed');
  if (expected !== undefined && expected !== head.sha) {
    throw unprocessable(`expected head sha didn’t match current head ref.`);
  }
  if ((pullComparison(state, issue)?.behindBy ?? 0) === 0) {
    throw unprocessable('There are no new commits on the base branch.');
  }
  const message = `Merge branch '${base.ref}' into ${head.ref}`;
  try {
    mergeInto(state, head.repository, { branch: head.ref, head: base.sha, message, actor, viaPull: true });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 409) throw error;
    throw unprocessable(`merge conflict between base and head (${fullName(issue.repository)})`);
  }
}
