import type { GitHub } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import type { IssueName } from '../../read/issue.ts';
import { labelSteps } from '../issues/label-steps.ts';
import type { Step } from '../steps.ts';
import { repeatable } from '../writes.ts';
import type { PullChanging } from './pull.ts';

/** Reviewers, labels and assignees. A new pull request has its number when these steps are taken. */
export const aroundSteps = (github: GitHub, at: () => IssueName, how: PullChanging): Step[] => [
  ...reviewerSteps(github, at, how),
  ...labelSteps(github, at, { ...how.change, call: how.call }),
  ...assigneeSteps(github, at, how),
];

function reviewerSteps(github: GitHub, at: () => IssueName, { change, call }: PullChanging): Step[] {
  const { reviewers, team_reviewers, remove_reviewers, remove_team_reviewers } = change;
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers' as const;
  const pull = () => {
    const { owner, repo, number } = at();
    return { owner, repo, pull_number: number };
  };
  const asked = given({
    reviewers: reviewers && [...reviewers],
    team_reviewers: team_reviewers && [...team_reviewers],
  });
  // GitHub wants the list of users even when only teams are meant.
  const taken = {
    reviewers: [...(remove_reviewers ?? [])],
    ...given({ team_reviewers: remove_team_reviewers && [...remove_team_reviewers] }),
  };
  const ask = () => github.rest(`POST ${path}`, { ...pull(), ...asked } as never, { ...call, planned: {} });
  const take = () => github.rest(`DELETE ${path}`, { ...pull(), ...taken }, repeatable(call));
  return [
    ...(reviewers || team_reviewers ? [{ name: 'reviewers', run: ask }] : []),
    ...(remove_reviewers || remove_team_reviewers ? [{ name: 'remove_reviewers', run: take }] : []),
  ];
}

/** They belong to the issue that a pull request is as well. */
function assigneeSteps(github: GitHub, at: () => IssueName, { change, call }: PullChanging): Step[] {
  const { assignees } = change;
  if (!assignees) return [];
  const run = () => {
    const { owner, repo, number } = at();
    const asked = { owner, repo, issue_number: number, assignees: [...assignees] };
    return github.rest('PATCH /repos/{owner}/{repo}/issues/{issue_number}', asked, repeatable(call));
  };
  return [{ name: 'assignees', run }];
}
