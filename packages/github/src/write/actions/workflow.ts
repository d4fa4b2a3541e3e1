import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { isActive, type Workflow, workflowFile, workflowNamed } from '../../read/actions/index.ts';

const folder = '.github/workflows/';

/** What GitHub takes for it, its file name or id, by either of them or by its name. Throws NotFoundError with near names, ValidationError where it cannot run. */
export async function activeWorkflow(
  github: GitHub,
  { workflow, ...at }: RepositoryName & { workflow: string },
  call: GitHubCall,
): Promise<string> {
  const found = await find(github, { ...at, wanted: workflow }, call);
  if (isActive(found)) return found.path.startsWith(folder) ? workflowFile(found) : String(found.id);
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
  return workflowNamed(github, { ...at, wanted }, call);
}
