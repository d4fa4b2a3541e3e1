import type { GitHub, GitHubCall } from '../../client/index.ts';
import type { IssueName } from '../../read/issue.ts';
import type { Step } from '../steps.ts';
import { repeatable } from '../writes.ts';

export interface Labelling {
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
}

/** Labels of an issue or pull request one by one, because a whole list would take away what others add at the same time. */
export function labelSteps(
  github: GitHub,
  at: () => IssueName,
  { add_labels = [], remove_labels = [], call }: Labelling & { call: GitHubCall },
): Step[] {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/labels' as const;
  const issue = () => {
    const { owner, repo, number } = at();
    return { owner, repo, issue_number: number };
  };
  const add = () => github.rest(`POST ${path}`, { ...issue(), labels: [...add_labels] }, repeatable(call));
  return [
    ...(add_labels.length > 0 ? [{ name: 'add_labels', run: add }] : []),
    ...remove_labels.map((label) => ({
      name: `remove label ${label}`,
      // One that is not there any more is what was asked for.
      run: () =>
        github.rest(`DELETE ${path}/{name}`, { ...issue(), name: label }, { ...repeatable(call), expect: [404] }),
    })),
  ];
}
