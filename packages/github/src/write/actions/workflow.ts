import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { nearHint } from '../../read/near.ts';

type Workflow = RestData<'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}'>;

const folder = '.github/workflows/';
const fileOf = ({ path }: Pick<Workflow, 'path'>): string => path.slice(path.lastIndexOf('/') + 1);

/** What GitHub takes for it, its file name or id, by either of them or by its name. Throws NotFoundError with near names, ValidationError where it cannot run. */
export async function activeWorkflow(
  github: GitHub,
  { workflow, ...at }: RepositoryName & { workflow: string },
  call: GitHubCall,
): Promise<string> {
  const found = await find(github, { ...at, wanted: workflow }, call);
  if (isActive(found)) return found.path.startsWith(folder) ? fileOf(found) : String(found.id);
  throw new ValidationError(`The workflow ${found.name} is ${found.state}.`, { hint: 'A person has to enable it.' });
}

async function find(
  github: GitHub,
  { wanted, ...at }: RepositoryName & { wanted: string },
  call: GitHubCall,
): Promise<Workflow> {
  const workflow_id = wanted.slice(wanted.lastIndexOf('/') + 1);
  if (/^\d+$|\.ya?ml$/.test(workflow_id)) {
    const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
    const { status, data } = await github.rest(route, { ...at, workflow_id }, { ...call, expect: [404] });
    if (status !== 404) return data;
  }
  const route = 'GET /repos/{owner}/{repo}/actions/workflows';
  const { workflows } = (await github.rest(route, { ...at, per_page: 100 }, call)).data;
  const named = workflows.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [first, second] = named.some(isActive) ? named.filter(isActive) : named;
  if (first === undefined) {
    const names = workflows.flatMap((each) => [fileOf(each), each.name]);
    throw new NotFoundError(`There is no workflow "${wanted}" in ${at.owner}/${at.repo}.`, {
      hint: nearHint(wanted, [...new Set(names)]),
    });
  }
  if (second === undefined) return first;
  throw new ValidationError(`More than one workflow is named "${wanted}".`, {
    hint: `Give the file: ${named.map(fileOf).join(', ')}.`,
  });
}

const isActive = ({ state }: Pick<Workflow, 'state'>): boolean => state === 'active';
