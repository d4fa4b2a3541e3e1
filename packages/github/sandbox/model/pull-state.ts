import { attach } from './attached.ts';
import { type Check, checksAt } from './checks.ts';
import { type Comparison, compare } from './compare.ts';
import type { PullRequest } from './issue.ts';
import { type MergedTree, mergeTrees } from './merge.ts';
import { branchRef } from './refs.ts';
import { atLeast, type Repository, roleOf } from './repository.ts';
import { latestReviews } from './reviews-of.ts';
import { rulesFor } from './rulesets.ts';
import type { State } from './state.ts';

/** How often the mergeability of a new head is null before it is known: GitHub works it out after the first question. */
export const mergeabilityDelay = attach<{ answers: number; readonly asked: Map<string, number> }, State>(
  'mergeability delay',
  () => ({ answers: 0, asked: new Map() }),
);

const comparisons = attach<Map<string, Comparison>, Repository>('comparisons', () => new Map());

/** Commits and files of a pull request: from the merge base to its head. */
export function pullComparison(state: State, { repository, pull }: PullRequest): Comparison | undefined {
  const sides = { base: pull.base.sha, head: pull.head.sha };
  const key = `${sides.base}...${sides.head} ${state.bounds.patchLines}`;
  const known = comparisons(repository).get(key);
  if (known) return known;
  const made = compare(state, repository.objects, sides);
  if (made) comparisons(repository).set(key, made);
  return made;
}

const trials = attach<Map<string, MergedTree>, Repository>('trial merges', () => new Map());

/** The head merged into the base, for trial. */
export function trialMerge({ repository, pull }: PullRequest): MergedTree {
  const key = `${pull.base.sha}...${pull.head.sha}`;
  const known = trials(repository).get(key) ?? mergeTrees(repository.objects, pull.base.sha, pull.head.sha);
  trials(repository).set(key, known);
  return known;
}

/** Whether the head merges without conflicts; null while GitHub does not know, or when there is nothing to merge. */
export function mergeableOf(state: State, issue: PullRequest, isQuestion = false): boolean | null {
  const { pull } = issue;
  if (pull.merged || issue.state === 'closed') return null;
  const delay = mergeabilityDelay(state);
  const key = `${issue.id} ${pull.head.sha} ${pull.base.sha}`;
  const asked = delay.asked.get(key) ?? 0;
  if (isQuestion) delay.asked.set(key, asked + 1);
  if (asked < delay.answers) return null;
  return trialMerge(issue).conflicts.length === 0;
}

/** The commit that GitHub makes to try the merge, kept at refs/pull/<number>/merge; null where it does not merge. */
export function testMergeOf(state: State, issue: PullRequest): string | null {
  const { pull, repository } = issue;
  if (mergeableOf(state, issue) !== true) return null;
  const { objects } = repository;
  const { tree } = trialMerge(issue);
  const person = {
    name: 'GitHub',
    email: 'noreply@github.com',
    date: objects.read('commit', pull.head.sha).committer.date,
  };
  const message = `Merge ${pull.head.sha} into ${pull.base.sha}`;
  const sha = objects.put({
    ...{ type: 'commit', tree, parents: [pull.base.sha, pull.head.sha], author: person, committer: person, message },
  });
  repository.refs.set(`refs/pull/${issue.number}/merge`, sha);
  return sha;
}

interface Requirements {
  readonly checks: readonly string[];
  readonly isStrict: boolean;
  readonly approvals: number;
  readonly resolution: boolean;
  /** Administrators are held to them too. */
  readonly bindsAdmins: boolean;
}

/** What protection and rulesets of the base branch ask for. */
export function requirementsOf(repository: Repository, branch: string): Requirements {
  const protection = repository.protections.get(branch);
  const rules = rulesFor(repository, branchRef(branch)).map(({ rule }) => rule);
  const parameters = (type: string) => rules.filter((rule) => rule.type === type).map((rule) => rule.parameters ?? {});
  const required = parameters('required_status_checks');
  const reviews = parameters('pull_request');
  return {
    checks: [
      ...(protection?.requiredStatusChecks?.contexts ?? []),
      ...required.flatMap((rule) =>
        ((rule.required_status_checks ?? []) as { context: string }[]).map(({ context }) => context),
      ),
    ],
    isStrict:
      protection?.requiredStatusChecks?.strict === true ||
      required.some((rule) => rule.strict_required_status_checks_policy === true),
    approvals: Math.max(
      protection?.requiredReviews?.count ?? 0,
      ...reviews.map((rule) => Number(rule.required_approving_review_count ?? 0)),
    ),
    resolution:
      protection?.requiredConversationResolution === true ||
      reviews.some((rule) => rule.required_review_thread_resolution === true),
    bindsAdmins: protection?.enforceAdmins === true || rules.length > 0,
  };
}

const isGood = ({ result }: Check) => result === 'success' || result === 'neutral' || result === 'skipped';

/** What still stands between a pull request and its base, in GitHub's words; empty where nothing does. */
export function missingFor(state: State, { repository, pull }: PullRequest): string[] {
  const needs = requirementsOf(repository, pull.base.ref);
  const checks = checksAt(repository, pull.head.sha);
  const reviews = latestReviews(pull).filter(({ author }) => atLeast(roleOf(state, repository, author), 'write'));
  const approvals = reviews.filter((review) => review.state === 'APPROVED').length;
  const missing = needs.checks.flatMap((name) => {
    const check = checks.find((candidate) => candidate.name === name);
    if (!check) return [`Required status check "${name}" is expected.`];
    if (isGood(check)) return [];
    return [`Required status check "${name}" is ${check.result === 'pending' ? 'in progress' : 'failing'}.`];
  });
  if (needs.approvals > 0 && reviews.some((review) => review.state === 'CHANGES_REQUESTED')) {
    missing.push('Changes requested by a reviewer with write access.');
  } else if (approvals < needs.approvals) {
    const plural = needs.approvals > 1 ? 's are' : ' is';
    missing.push(`At least ${needs.approvals} approving review${plural} required by reviewers with write access.`);
  }
  if (needs.resolution && pull.threads.some(({ resolvedBy }) => !resolvedBy)) {
    missing.push('A conversation must be resolved before this pull request can be merged.');
  }
  return missing;
}

/** dirty, draft, blocked, behind, unstable, clean; unknown where mergeability is. */
export function mergeableStateOf(state: State, issue: PullRequest, mergeable: boolean | null): string {
  const { pull, repository } = issue;
  if (mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  if (pull.draft) return 'draft';
  if (missingFor(state, issue).length > 0) return 'blocked';
  const isBehind = (pullComparison(state, issue)?.behindBy ?? 0) > 0;
  if (isBehind && requirementsOf(repository, pull.base.ref).isStrict) return 'behind';
  return checksAt(repository, pull.head.sha).every(isGood) ? 'clean' : 'unstable';
}
