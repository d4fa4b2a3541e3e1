import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { nearHint } from '../near.ts';

export type Workflow = RestData<'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}'>;

export const workflowFile = ({ path }: Pick<Workflow, 'path'>): string => path.slice(path.lastIndexOf('/') + 1);
export const isActive = ({ state }: Pick<Workflow, 'state'>): boolean => state === 'active';

/**
 * A workflow by its name, in letters of either case; of several the one that is active. Throws NotFoundError with near names,
 * ValidationError where it could be more than one.
 */
export async function workflowNamed(
  github: GitHub,
  { wanted, ...at }: RepositoryName & { wanted: string },
  call: GitHubCall,
): Promise<Workflow> {
  const route = 'GET /repos/{owner}/{repo}/actions/workflows';
  const { workflows } = (await github.rest(route, { ...at, per_page: 100 }, call)).data;
  const named = workflows.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [first, second] = named.some(isActive) ? named.filter(isActive) : named;
  if (first === undefined) {
    const names = workflows.flatMap((each) => [workflowFile(each), each.name]);
    throw new NotFoundError(`workflow: there is no "${wanted}" in ${at.owner}/${at.repo}.`, {
      hint: nearHint(wanted, [...new Set(names)]),
    });
  }
  if (second === undefined) return first;
  throw new ValidationError(`workflow: more than one is named "${wanted}".`, {
    hint: `Give the file: ${named.map(workflowFile).join(', ')}.`,
  });
}
