import { differs, within, without } from '../differences.ts';
import { notApplied as commonlyNotApplied } from '../issues/not-applied.ts';
import { isFailed, type Taken } from '../steps.ts';
import type { Pull, PullChange } from './pull.ts';

/** What was asked for and is not so now, but for steps that failed, which are told as such. */
export function notApplied(now: Pull, meant: PullChange, taken: Taken): string[] {
  const { reviewers, team_reviewers, remove_reviewers, remove_team_reviewers } = meant;
  const asked = now.requested_reviewers?.map(({ login }) => login) ?? [];
  const teams = now.requested_teams?.map(({ slug }) => slug) ?? [];
  const lacking = isFailed(taken, 'reviewers') ? [] : [...without(reviewers, asked), ...without(team_reviewers, teams)];
  const left = isFailed(taken, 'remove_reviewers')
    ? []
    : [...within(remove_reviewers, asked), ...within(remove_team_reviewers, teams)];
  return [
    ...commonlyNotApplied(commonOf(now), meant, taken),
    ...differs('base', now.base.ref, meant.base),
    ...(isFailed(taken, 'to draft', 'ready') ? [] : differs('draft', now.draft ?? false, meant.draft)),
    ...lacking.map((name) => `not asked for a review: ${name}`),
    ...left.map((name) => `still asked for a review: ${name}`),
  ];
}

const commonOf = (now: Pull) => ({
  ...now,
  labels: now.labels.map(({ name }) => name),
  assignees: now.assignees?.map(({ login }) => login) ?? [],
});
