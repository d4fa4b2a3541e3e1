import { setTimeout as wait } from 'node:timers/promises';
import { ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { resolveCommit } from '../../read/commit.ts';
import { defaultBranch } from '../files/start.ts';
import type { How } from '../run-or-plan.ts';
import { activeWorkflow } from './workflow.ts';

export interface RunWritten {
  readonly run_id?: number;
  readonly status?: string;
  readonly conclusion?: string;
  readonly attempt?: number;
  readonly url?: string;
  readonly verified?: boolean;
  readonly note?: string;
}

export interface DispatchAsked {
  /** Id, name, or the name of its file. */
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
  const workflow = { ...at, workflow_id: await activeWorkflow(github, { ...at, workflow: asked.workflow }, call) };
  const ref = asked.ref ?? (await defaultBranch(github, at, call));
  if (asked.ref !== undefined) await resolveCommit(github, { ...at, ref }, call);
  const last = planning ? 0 : await lastRun(github, workflow, call);
  const dispatch = { ...workflow, ref, ...(asked.inputs && { inputs: asked.inputs }), return_run_details: true };
  const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
  const { data } = await github.rest(route, dispatch as never, { ...call, planned: {} });
  if (planning) return {};
  const id = (data as { workflow_run_id?: number } | undefined)?.workflow_run_id;
  if (id !== undefined) return { ...(await readRun(github, { ...at, run_id: id }, call)), verified: true };
  const found = await findRun(github, { ...workflow, after: last }, call);
  if (found === undefined) {
    return { note: 'It was accepted, but its run does not show yet: github_actions lists it in a moment.' };
  }
  const note = 'GitHub did not say which run began; this is the newest that was started by hand since.';
  return { ...(await readRun(github, { ...at, run_id: found }, call)), note };
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

type RunName = RepositoryName & { readonly run_id: number };

/**
 * Again, or to its end; gives the run as it is then. Throws ConflictError for a run that has not ended or has, as the action wants it
 * the other way round.
 */
export async function changeRun(
  github: GitHub,
  { action, ...run }: RunName & { action: RunAction },
  { call, planning }: How,
): Promise<RunWritten> {
  const before = await readRun(github, run, call);
  const cancels = action.endsWith('cancel');
  if (cancels && before.status === 'completed') {
    throw new ConflictError(`The run ${run.run_id} is completed, so there is nothing to cancel.`, {
      hint: 'github_actions with run_id shows how it ended.',
    });
  }
  if (!cancels) refuseRunning(before);
  await github.rest(routes[action], { ...run }, { ...call, planned: {} });
  if (planning) return {};
  if (!cancels) return begunAgain(github, { ...run, attempt: before.attempt }, call);
  const now = await readRun(github, run, call);
  if (now.status === 'completed') return { ...now, verified: true };
  return { ...now, note: 'It is being cancelled; github_actions shows when it ended.' };
}

/** One job of a run and those that need it, in a new attempt of the run, where jobs have new ids. Throws ConflictError while the run goes on. */
export async function rerunJob(
  github: GitHub,
  { job_id, ...at }: RepositoryName & { job_id: number },
  { call, planning }: How,
): Promise<RunWritten> {
  const { data: job } = await github.rest('GET /repos/{owner}/{repo}/actions/jobs/{job_id}', { ...at, job_id }, call);
  const run = { ...at, run_id: job.run_id };
  const { attempt, ...before } = await readRun(github, run, call);
  refuseRunning(before);
  await github.rest(
    'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun',
    { ...at, job_id },
    { ...call, planned: {} },
  );
  return planning ? { run_id: job.run_id } : begunAgain(github, { ...run, attempt }, call);
}

function refuseRunning({ run_id, status }: { run_id: number; status: string }): void {
  if (status === 'completed') return;
  throw new ConflictError(`The run ${run_id} is ${status}, so there is nothing to repeat yet.`, {
    hint: 'Wait until it ends, or cancel it.',
  });
}

async function begunAgain(
  github: GitHub,
  { attempt, ...run }: RunName & { attempt: number },
  call: GitHubCall,
): Promise<RunWritten> {
  const now = await readRun(github, run, call);
  if (now.attempt > attempt) return { ...now, verified: true };
  return { ...now, verified: false, note: 'It was accepted; the new attempt shows in a moment.' };
}

async function readRun(github: GitHub, run: RunName, call: GitHubCall) {
  const { data } = await github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...run }, call);
  const status = data.status ?? 'queued';
  const { id: run_id, run_attempt: attempt = 1, html_url: url, conclusion } = data;
  return { run_id, status, attempt, url, ...(conclusion !== null && { conclusion }) };
}
