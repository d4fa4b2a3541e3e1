import { repositoryOf, type Wanted } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, pageOf, param, text } from '../call.ts';
import { addRun, finishRun, type Job, jobsOf, type Run, rerun, runsOf, type Workflow } from '../model/actions.ts';
import { worstOf } from '../model/conclusions.ts';
import { branchRef, findCommit } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { knownWorkflows, workflowAt } from '../model/workflow-file.ts';
import { conflict, forbidden, invalid, notFound, unprocessable } from '../refusal.ts';
import { accepted, created, noContent, ok, type Reply } from '../reply.ts';
import { inRange } from '../search/range.ts';
import { simpleUser } from '../views/account.ts';
import { runView, workflowView } from '../views/actions.ts';
import { repositoryHtml, repositoryUrl } from '../views/repository.ts';
import { badInputs } from './workflow-inputs.ts';

const actionsPath = '/repos/{owner}/{repo}/actions';
const ofRun = `${actionsPath}/runs/{run_id}`;
const ofWorkflow = `${actionsPath}/workflows/{workflow_id}`;
const write = { role: 'write' } as const;

export function runAt(call: Call, wanted?: Wanted): { repository: Repository; run: Run } {
  const repository = repositoryOf(call, wanted);
  const run = runsOf(repository).find(({ id }) => id === Number(param(call, 'run_id')));
  if (!run) throw notFound();
  return { repository, run };
}

/** By id or by the name of its file. */
function findWorkflow(call: Call, wanted?: Wanted): { repository: Repository; workflow: Workflow } {
  const repository = repositoryOf(call, wanted);
  const name = param(call, 'workflow_id');
  const workflow = knownWorkflows(call.state, repository).find(
    ({ id, path }) => String(id) === name || path.split('/').at(-1) === name,
  );
  if (!workflow) throw notFound();
  return { repository, workflow };
}

const statuses = new Set(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']);

function listRuns(call: Call, repository: Repository, all: readonly Run[]): Reply {
  const given = (name: string) => text(call, name);
  const status = given('status');
  const found = all.filter(
    (run) =>
      (given('actor') === undefined || run.actor.login === given('actor')) &&
      (given('branch') === undefined || run.headBranch === given('branch')) &&
      (given('event') === undefined || run.event === given('event')) &&
      (given('head_sha') === undefined || run.headSha === given('head_sha')) &&
      (given('check_suite_id') === undefined || run.suiteId === Number(given('check_suite_id'))) &&
      (given('created') === undefined || inRange(given('created') ?? '', run.createdAt, 'time')) &&
      (status === undefined || (statuses.has(status) ? run.status : run.conclusion) === status),
  );
  const newest = found.sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  const { slice, headers } = pageOf(call, newest, { most: 1000 });
  const views = slice.map((run) => ({
    ...runView(call, repository, run),
    ...(given('exclude_pull_requests') === 'true' && { pull_requests: [] }),
  }));
  return ok({ total_count: newest.length, workflow_runs: views }, { headers });
}

function startAgain(call: Call, isFailedOnly: boolean): Reply {
  const { run } = runAt(call, write);
  if (run.status !== 'completed') throw forbidden('This workflow is already running');
  const isBad = ({ conclusion }: { conclusion: string | null }) =>
    !['success', 'skipped', 'neutral'].includes(conclusion ?? '');
  if (isFailedOnly && !run.jobs.some(isBad)) throw forbidden('This workflow run has no failed jobs');
  rerun(call.state, run, { actor: actorOf(call), which: isFailedOnly ? isBad : () => true });
  return created({});
}

function cancel(call: Call): Reply {
  const { run } = runAt(call, write);
  if (run.status === 'completed') throw conflict('Cannot cancel a workflow run that is completed.');
  finishRun(call.state, run, 'cancelled');
  return accepted({});
}

interface DispatchBody {
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly return_run_details?: boolean;
}

function dispatch(call: Call): Reply {
  const { repository, workflow } = findWorkflow(call, write);
  const { ref, inputs = {}, return_run_details: isAnswered } = bodyOf<DispatchBody>(call);
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const isBranch = repository.refs.has(branchRef(name)) || repository.refs.has(`refs/tags/${name}`);
  const commit = isBranch ? findCommit(repository, name) : undefined;
  if (!commit) throw unprocessable(`No ref found for: ${ref}`);
  if (workflow.state !== 'active') throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const file = workflowAt(repository, workflow, commit.sha);
  if (!file) throw unprocessable(`Workflow file ${workflow.path} does not exist on ${name}`);
  if (!file.inputs) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const problem = badInputs(file.inputs, inputs);
  if (problem) throw unprocessable(problem);
  const defaults = file.inputs.flatMap((input) => (input.default === undefined ? [] : [[input.name, input.default]]));
  const run = addRun(call.state, repository, {
    ...{ workflow, headBranch: name, headSha: commit.sha, actor: actorOf(call), event: 'workflow_dispatch' },
    jobs: file.jobs.map((job) => ({ name: job, status: 'queued' })),
    inputs: {
      ...Object.fromEntries(defaults),
      ...Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, String(value)])),
    },
  });
  if (!isAnswered) return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${repositoryUrl(call.state, repository)}/actions/runs/${run.id}`,
    html_url: `${repositoryHtml(call.state, repository)}/actions/runs/${run.id}`,
  });
}

function environmentView(call: Call, repository: Repository, { id, name }: { id: number; name: string }) {
  const url = `${repositoryUrl(call.state, repository)}/environments/${encodeURIComponent(name)}`;
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url,
    html_url: `${repositoryHtml(call.state, repository)}/deployments/${name}`,
  };
}

function pendingDeployments(call: Call): Reply {
  const { repository, run } = runAt(call);
  return ok(
    run.pending.map((environment) => ({
      environment: environmentView(call, repository, environment),
      ...{ wait_timer: 0, wait_timer_started_at: null },
      current_user_can_approve: call.user !== undefined && environment.reviewers.includes(call.user),
      reviewers: environment.reviewers.map((user) => ({ type: 'User', reviewer: simpleUser(call.state, user) })),
    })),
  );
}

function review(call: Call): Reply {
  const { run } = runAt(call);
  const actor = actorOf(call);
  const { environment_ids: ids, state } = bodyOf<{ environment_ids: readonly number[]; state: string }>(call);
  const reviewed = run.pending.filter(({ id }) => ids.includes(id));
  if (reviewed.length !== ids.length) throw invalid('environment_ids are not pending for this run');
  if (reviewed.some(({ reviewers }) => !reviewers.includes(actor))) {
    throw forbidden('User is not a required reviewer of the environment');
  }
  run.pending = run.pending.filter((environment) => !reviewed.includes(environment));
  if (state === 'rejected') finishRun(call.state, run, 'failure');
  else run.status = 'in_progress';
  return ok([]);
}

/** An earlier attempt is over. */
const asOfAttempt = (run: Run, attempt: number, jobs: readonly Job[]): Run => ({
  ...run,
  ...{ attempt, status: 'completed', conclusion: worstOf(jobs.map(({ conclusion }) => conclusion)) },
});

const setState = (call: Call, state: Workflow['state']): Reply => {
  findWorkflow(call, write).workflow.state = state;
  return noContent();
};

export const actions: Area = {
  name: 'actions',
  routes: {
    [`GET ${actionsPath}/workflows`]: (call) => {
      const repository = repositoryOf(call);
      const all = knownWorkflows(call.state, repository);
      const { slice, headers } = pageOf(call, all);
      const workflows = slice.map((workflow) => workflowView(call.state, repository, workflow));
      return ok({ total_count: all.length, workflows }, { headers });
    },
    [`GET ${ofWorkflow}`]: (call) => {
      const { repository, workflow } = findWorkflow(call);
      return ok(workflowView(call.state, repository, workflow));
    },
    [`PUT ${ofWorkflow}/disable`]: (call) => setState(call, 'disabled_manually'),
    [`PUT ${ofWorkflow}/enable`]: (call) => setState(call, 'active'),
    [`POST ${ofWorkflow}/dispatches`]: dispatch,
    [`GET ${ofWorkflow}/runs`]: (call) => {
      const { repository, workflow } = findWorkflow(call);
      const runs = runsOf(repository).filter((run) => run.workflow === workflow);
      return listRuns(call, repository, runs);
    },
    [`GET ${actionsPath}/runs`]: (call) => {
      const repository = repositoryOf(call);
      return listRuns(call, repository, runsOf(repository));
    },
    [`GET ${ofRun}`]: (call) => {
      const { repository, run } = runAt(call);
      return ok(runView(call, repository, run));
    },
    [`GET ${ofRun}/attempts/{attempt_number}`]: (call) => {
      const { repository, run } = runAt(call);
      const attempt = Number(param(call, 'attempt_number'));
      const jobs = jobsOf(run, attempt);
      if (!jobs) throw notFound();
      return ok(runView(call, repository, attempt === run.attempt ? run : asOfAttempt(run, attempt, jobs)));
    },
    [`DELETE ${ofRun}`]: (call) => {
      const { repository, run } = runAt(call, write);
      if (run.status !== 'completed') throw forbidden('Could not delete the workflow run');
      runsOf(repository).splice(runsOf(repository).indexOf(run), 1);
      return noContent();
    },
    [`POST ${ofRun}/rerun`]: (call) => startAgain(call, false),
    [`POST ${ofRun}/rerun-failed-jobs`]: (call) => startAgain(call, true),
    [`POST ${ofRun}/cancel`]: cancel,
    [`POST ${ofRun}/force-cancel`]: cancel,
    [`GET ${ofRun}/pending_deployments`]: pendingDeployments,
    [`POST ${ofRun}/pending_deployments`]: review,
    [`GET ${ofRun}/approvals`]: (call) => {
      runAt(call);
      return ok([]);
    },
  },
};
