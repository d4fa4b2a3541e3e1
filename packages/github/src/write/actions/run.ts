import { setTimeout as wait } from 'node:timers/promises';
import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { defaultBranch } from '../files/start.ts';
import type { Mode } from '../run-or-plan.ts';

export interface RunWritten {
  readonly run_id?: number;
  readonly status?: string;
  readonly conclusion?: string;
  readonly attempt?: number;
  readonly url?: string;
  readonly note?: string;
}

type How = Mode & { call: GitHubCall };

export interface DispatchAsked {
  /** Id, or the name of its file. */
  readonly workflow: string;
  readonly ref?: string | undefined;
  readonly inputs?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Starts a workflow by hand and gives the run that began. */
export async function dispatchWorkflow(
  github: GitHub,
  { asked, ...at }: RepositoryName & { asked: DispatchAsked },
  { call, planning }: How,
): Promise<RunWritten> {
  const workflow = { ...at, workflow_id: asked.workflow.replace(/^\.github\/workflows\//, '') };
  await checkWorkflow(github, workflow, call);
  const ref = asked.ref ?? (await defaultBranch(github, at, call));
  const last = planning ? 0 : await lastRun(github, workflow, call);
  const dispatch = { ...workflow, ref, ...(asked.inputs && { inputs: asked.inputs }), return_run_details: true };
  const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
  const { data } = await github.rest(route, dispatch as never, { ...call, planned: {} });
  if (planning) return {};
  const id = (data as { workflow_run_id?: number } | undefined)?.workflow_run_id;
  const run_id = id ?? (await findRun(github, { ...workflow, after: last }, call));
  if (run_id !== undefined) return readRun(github, { ...at, run_id }, call);
  return { note: 'It was accepted, but its run does not show yet: github_actions lists it in a moment.' };
}

async function checkWorkflow(
  github: GitHub,
  workflow: RepositoryName & { workflow_id: string },
  call: GitHubCall,
): Promise<void> {
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
  const { status, data } = await github.rest(route, { ...workflow }, { ...call, expect: [404] });
  if (status !== 404) {
    if (data.state === 'active') return;
    throw new ValidationError(`The workflow ${data.name} is ${data.state}.`, { hint: 'A person has to enable it.' });
  }
  const { owner, repo } = workflow;
  const all = { owner, repo, per_page: 100 };
  const { data: known } = await github.rest('GET /repos/{owner}/{repo}/actions/workflows', all, call);
  const names = known.workflows.map(({ path }) => path.split('/').at(-1));
  throw new NotFoundError(`There is no workflow ${workflow.workflow_id} in ${owner}/${repo}.`, {
    hint: `There are: ${names.join(', ') || 'none'}.`,
  });
}

const listRuns = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs';

/** Id of the newest run that was started by hand; 0 without one. */
async function lastRun(
  github: GitHub,
  workflow: RepositoryName & { workflow_id: string },
  call: GitHubCall,
): Promise<number> {
  const asked = { ...workflow, event: 'workflow_dispatch', per_page: 1 };
  const { data } = await github.rest(listRuns, asked, call);
  return data.workflow_runs[0]?.id ?? 0;
}

/** An older GitHub does not say which run began; its list shows it within seconds. */
const lookMs = [0, 1500, 2500, 3500];

async function findRun(
  github: GitHub,
  { after, ...workflow }: RepositoryName & { workflow_id: string; after: number },
  call: GitHubCall,
): Promise<number | undefined> {
  for (const ms of lookMs) {
    if (ms > 0) await wait(ms, undefined, { signal: call.signal });
    const id = await lastRun(github, workflow, call);
    if (id > after) return id;
  }
  return undefined;
}

export type RunAction = 'rerun' | 'rerun_failed' | 'cancel' | 'force_cancel';

const routes = {
  rerun: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun',
  rerun_failed: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
  cancel: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
  force_cancel: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel',
} as const;

/** Again, or to its end; gives the run as it is then. */
export async function changeRun(
  github: GitHub,
  { action, ...run }: RepositoryName & { run_id: number; action: RunAction },
  { call, planning }: How,
): Promise<RunWritten> {
  await github.rest(routes[action], { ...run }, { ...call, planned: {} });
  if (planning) return {};
  const now = await readRun(github, run, call);
  const isCancelling = action.endsWith('cancel') && now.status !== 'completed';
  return { ...now, ...(isCancelling && { note: 'It is being cancelled; github_actions shows when it ended.' }) };
}

async function readRun(
  github: GitHub,
  run: RepositoryName & { run_id: number },
  call: GitHubCall,
): Promise<RunWritten> {
  const { data } = await github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...run }, call);
  const status = data.status ?? 'queued';
  const { id: run_id, run_attempt: attempt = 1, html_url: url, conclusion } = data;
  return { run_id, status, attempt, url, ...(conclusion !== null && { conclusion }) };
}
