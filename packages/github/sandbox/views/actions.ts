import type { Call } from '../call.ts';
import type { Artifact, Job, Run, Step, Workflow } from '../model/actions.ts';
import { nodeId } from '../model/node-id.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { commitSummary, pullsWithHead } from './checks.ts';
import { isoOrNull } from './issue.ts';
import { repositoryHtml, repositoryUrl, shortRepository } from './repository.ts';

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

const actionsUrl = (state: State, repository: Repository) => `${repositoryUrl(state, repository)}/actions`;

export function workflowView(state: State, repository: Repository, workflow: Workflow) {
  const html = repositoryHtml(state, repository);
  const { id, name, path } = workflow;
  return {
    ...{ id, node_id: nodeId('Workflow', id), name, path, state: workflow.state },
    ...{ created_at: iso(workflow.createdAt), updated_at: iso(workflow.createdAt) },
    url: `${actionsUrl(state, repository)}/workflows/${id}`,
    html_url: `${html}/blob/${repository.defaultBranch}/${path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(name)}/badge.svg`,
  };
}

export function runView(call: Viewing, repository: Repository, run: Run) {
  const { state } = call;
  const url = `${actionsUrl(state, repository)}/runs/${run.id}`;
  const withPulls = run.event === 'pull_request' || run.event === 'push';
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CheckSuite', run.suiteId),
    url,
    html_url: `${repositoryHtml(state, repository)}/actions/runs/${run.id}`,
    pull_requests: withPulls ? pullsWithHead(call, repository, run.headSha) : [],
    created_at: iso(run.createdAt),
    updated_at: iso(run.updatedAt),
    actor: simpleUser(state, run.actor),
    triggering_actor: simpleUser(state, run.triggeredBy),
    run_attempt: run.attempt,
    run_started_at: iso(run.startedAt),
    referenced_workflows: [],
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(state, repository)}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${actionsUrl(state, repository)}/workflows/${run.workflow.id}`,
    head_commit: commitSummary(repository, run.headSha),
    repository: shortRepository(state, repository),
    head_repository: shortRepository(state, repository),
  };
}

const stepView = (job: Job, { name, number, status, conclusion, from, to }: Step) => ({
  ...{ name, number, status, conclusion },
  started_at: from === undefined ? null : iso(job.startedAt + from * 1000),
  completed_at: to === undefined ? null : iso(job.startedAt + to * 1000),
});

export function jobView(
  state: State,
  repository: Repository,
  { run, job, attempt }: { run: Run; job: Job; attempt: number },
) {
  const runUrl = `${actionsUrl(state, repository)}/runs/${run.id}`;
  const hasRunner = job.status !== 'queued';
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.headBranch,
    run_url: runUrl,
    run_attempt: attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${actionsUrl(state, repository)}/jobs/${job.id}`,
    html_url: `${repositoryHtml(state, repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: iso(run.createdAt),
    started_at: iso(job.startedAt),
    completed_at: isoOrNull(job.completedAt),
    name: job.name,
    steps: job.steps.map((step) => stepView(job, step)),
    check_run_url: `${repositoryUrl(state, repository)}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: hasRunner ? 1 : null,
    runner_name: hasRunner ? 'GitHub Actions 1' : null,
    runner_group_id: hasRunner ? 0 : null,
    runner_group_name: hasRunner ? 'GitHub Actions' : null,
  };
}

const ninetyDays = 90 * 86_400_000;

export function artifactView(
  state: State,
  repository: Repository,
  { run, artifact }: { run: Run; artifact: Artifact },
) {
  const url = `${actionsUrl(state, repository)}/artifacts/${artifact.id}`;
  return {
    ...{ id: artifact.id, node_id: nodeId('Artifact', artifact.id), name: artifact.name },
    size_in_bytes: artifact.data.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.isExpired,
    created_at: iso(artifact.createdAt),
    updated_at: iso(artifact.createdAt),
    expires_at: iso(artifact.createdAt + ninetyDays),
    workflow_run: {
      ...{ id: run.id, repository_id: repository.id, head_repository_id: repository.id },
      ...{ head_branch: run.headBranch, head_sha: run.headSha },
    },
  };
}
