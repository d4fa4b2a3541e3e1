import type { RestData } from '../../client/index.ts';
import { telling } from '../given.ts';
import { hasFailed } from '../logs/steps.ts';
import { loginOf } from '../untrusted.ts';

type Run = RestData<'GET /repos/{owner}/{repo}/actions/runs/{run_id}'>;
type Job = RestData<'GET /repos/{owner}/{repo}/actions/jobs/{job_id}'>;
type Workflow = RestData<'GET /repos/{owner}/{repo}/actions/workflows'>['workflows'][number];
type Artifact = RestData<'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts'>['artifacts'][number];

type Row = Record<string, unknown>;

export function toRunRow(run: Run): Row {
  return telling({
    run_id: run.id,
    workflow: run.name,
    title: run.display_title,
    event: run.event,
    branch: run.head_branch,
    sha: run.head_sha,
    status: run.status === 'completed' ? run.conclusion : run.status,
    attempt: (run.run_attempt ?? 1) > 1 ? run.run_attempt : undefined,
    actor: loginOf(run.triggering_actor ?? run.actor),
    created_at: run.created_at,
    took_s: secondsBetween(run.run_started_at, run.status === 'completed' ? run.updated_at : null),
  });
}

/** Failed jobs with the steps that failed; the others are names. */
export function toJobRow(job: Job): Row {
  const failing = (job.steps ?? [])
    .filter(hasFailed)
    .map(({ number, name, conclusion }) => `${number} ${name} (${conclusion})`);
  return telling({
    job_id: job.id,
    name: job.name,
    status: job.status === 'completed' ? job.conclusion : job.status,
    failing_steps: failing,
    running_step: job.steps?.find(({ status }) => status === 'in_progress')?.name,
    took_s: secondsBetween(job.started_at, job.completed_at),
  });
}

export const toWorkflowRow = ({ id, name, path, state }: Workflow): Row => ({
  id,
  name,
  path,
  ...(state !== 'active' && { state }),
});

export const toArtifactRow = ({ id, name, size_in_bytes, expired }: Artifact): Row => ({
  ...{ id, name, bytes: size_in_bytes },
  ...(expired && { expired }),
});

function secondsBetween(start: string | null | undefined, end: string | null | undefined): number | undefined {
  const seconds = (Date.parse(end ?? '') - Date.parse(start ?? '')) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds) : undefined;
}
