import { AppError, NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { hasNext } from '../listing/index.ts';

export type Job = RestData<'GET /repos/{owner}/{repo}/actions/jobs/{job_id}'>;

export interface RunAt extends RepositoryName {
  readonly run_id: number;
  /** From 1; the latest unless given. */
  readonly attempt?: number | undefined;
}

const mostPages = 5;

export async function readJob(
  github: GitHub,
  { job_id, ...name }: RepositoryName & { job_id: number },
  call: GitHubCall,
): Promise<Job> {
  return (await github.rest('GET /repos/{owner}/{repo}/actions/jobs/{job_id}', { ...name, job_id }, call)).data;
}

/** The jobs of an attempt of a run, the first 500; `more` where there are more. Throws NotFoundError for an attempt that was not made. */
export async function everyJob(github: GitHub, at: RunAt, call: GitHubCall): Promise<{ jobs: Job[]; more: boolean }> {
  const jobs: Job[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { data, headers } = await readPage(github, { ...at, page }, call);
    jobs.push(...data.jobs);
    if (!hasNext(headers)) return { jobs, more: false };
  }
  return { jobs, more: true };
}

async function readPage(github: GitHub, { attempt, page, ...run }: RunAt & { page: number }, call: GitHubCall) {
  const asked = { ...run, per_page: 100, page };
  if (attempt === undefined) {
    return github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', { ...asked, filter: 'latest' }, call);
  }
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs';
  try {
    return await github.rest(route, { ...asked, attempt_number: attempt }, call);
  } catch (error) {
    throw await withAttempts(github, { ...run, attempt, error }, call);
  }
}

/** A run's answer of 404 is about the run; that of an attempt may be told better. */
export async function withAttempts(
  github: GitHub,
  { attempt, error, ...run }: RunAt & { error: unknown },
  call: GitHubCall,
): Promise<unknown> {
  if (!(error instanceof AppError) || error.code !== 'not_found') return error;
  const { data } = await github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...run }, call);
  const made = data.run_attempt ?? 1;
  return new NotFoundError(`attempt: the run ${run.run_id} has no attempt ${attempt}.`, {
    cause: error,
    hint: `It has ${made === 1 ? 'one' : `1 to ${made}`}.`,
  });
}
