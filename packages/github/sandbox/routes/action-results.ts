import { repositoryOf, type Wanted } from '../access.ts';
import { type Area, actorOf, type Call, pageOf, param, text } from '../call.ts';
import { type Artifact, findJob, type Job, jobsOf, type Run, rerun, runsOf } from '../model/actions.ts';
import { attach } from '../model/attached.ts';
import type { Repository } from '../model/repository.ts';
import type { State } from '../model/state.ts';
import { zipOf } from '../model/zip.ts';
import { forbidden, notFound, Refusal } from '../refusal.ts';
import { created, noContent, ok, type Reply, raw, redirect } from '../reply.ts';
import { artifactView, jobView } from '../views/actions.ts';
import { refuseUnsigned, signedUrl } from '../views/signed.ts';
import { runAt } from './actions.ts';

const actionsPath = '/repos/{owner}/{repo}/actions';
const ofRun = `${actionsPath}/runs/{run_id}`;
const ofJob = `${actionsPath}/jobs/{job_id}`;
const write = { role: 'write' } as const;

function jobAt(call: Call, wanted?: Wanted) {
  const repository = repositoryOf(call, wanted);
  const found = findJob(repository, Number(param(call, 'job_id')));
  if (!found) throw notFound();
  return { repository, ...found };
}

interface Attempt {
  readonly attempt: number;
  readonly jobs: readonly Job[];
}

function listJobs(
  call: Call,
  { repository, run }: { repository: Repository; run: Run },
  attempts: readonly Attempt[],
): Reply {
  const all = attempts.flatMap(({ attempt, jobs }) => jobs.map((job) => ({ run, job, attempt })));
  const { slice, headers } = pageOf(call, all);
  return ok(
    { total_count: all.length, jobs: slice.map((entry) => jobView(call.state, repository, entry)) },
    { headers },
  );
}

/** Downloads by their path, kept until they are fetched. */
const downloadsOf = attach<Map<string, { readonly type: string; readonly read: () => string | Buffer }>, State>(
  'downloads',
  () => new Map(),
);

function toDownload(call: Call, path: string, download: { type: string; read: () => string | Buffer }): Reply {
  downloadsOf(call.state).set(path, download);
  return redirect(302, signedUrl(call.state, path));
}

function refuseGone(run: Run): void {
  if (run.areLogsGone) throw new Refusal(410, 'Server Error: logs have expired');
}

function jobLog(call: Call): Reply {
  const { run, job } = jobAt(call);
  refuseSignedOut(call);
  refuseGone(run);
  // The log is put together when the job is done; one that never began has none.
  if (job.status !== 'completed' || job.conclusion === 'skipped') throw notFound();
  return toDownload(call, `/-/logs/jobs/${job.id}`, { type: 'text/plain; charset=utf-8', read: job.log });
}

/** Logs need an account with read access, even of public repositories. */
function refuseSignedOut(call: Call): void {
  if (!call.user) throw forbidden('Must have admin rights to Repository.');
}

function runLogs(call: Call, attempt?: number): Reply {
  const { run } = runAt(call);
  refuseSignedOut(call);
  refuseGone(run);
  const jobs = jobsOf(run, attempt ?? run.attempt);
  if (!jobs) throw notFound();
  const files = () =>
    Object.fromEntries(
      jobs.map((job, index) => [`${index}_${job.name.replaceAll(/[\\/:*?"<>|]/g, '')}.txt`, job.log()]),
    );
  return toDownload(call, `/-/logs/runs/${run.id}/${attempt ?? run.attempt}`, {
    type: 'application/zip',
    read: () => zipOf(files()),
  });
}

const allArtifacts = (repository: Repository) =>
  runsOf(repository).flatMap((run) => run.artifacts.map((artifact) => ({ run, artifact })));

function artifactAt(call: Call, wanted?: Wanted): { repository: Repository; run: Run; artifact: Artifact } {
  const repository = repositoryOf(call, wanted);
  const found = allArtifacts(repository).find(({ artifact }) => artifact.id === Number(param(call, 'artifact_id')));
  if (!found) throw notFound();
  return { repository, ...found };
}

function listArtifacts(call: Call, repository: Repository, all: readonly { run: Run; artifact: Artifact }[]): Reply {
  const name = text(call, 'name');
  const found = all.filter(({ artifact }) => name === undefined || artifact.name === name).toReversed();
  const { slice, headers } = pageOf(call, found);
  const artifacts = slice.map((entry) => artifactView(call.state, repository, entry));
  return ok({ total_count: found.length, artifacts }, { headers });
}

function downloadArtifact(call: Call): Reply {
  const { artifact } = artifactAt(call);
  refuseSignedOut(call);
  if (param(call, 'archive_format') !== 'zip') throw notFound();
  if (artifact.isExpired) throw new Refusal(410, 'Artifact has expired');
  return toDownload(call, `/-/artifacts/${artifact.id}.zip`, { type: 'application/zip', read: () => artifact.data });
}

function download(call: Call): Reply {
  refuseUnsigned(call);
  const found = downloadsOf(call.state).get(call.url.pathname);
  if (!found) throw notFound();
  return raw(found.read(), found.type);
}

export const actionResults: Area = {
  name: 'jobs, logs and artifacts',
  routes: {
    [`GET ${ofRun}/jobs`]: (call) => {
      const at = runAt(call);
      const { run } = at;
      const latest = { attempt: run.attempt, jobs: run.jobs };
      const earlier = [...run.earlier].map(([attempt, jobs]) => ({ attempt, jobs }));
      return listJobs(call, at, text(call, 'filter') === 'all' ? [latest, ...earlier.reverse()] : [latest]);
    },
    [`GET ${ofRun}/attempts/{attempt_number}/jobs`]: (call) => {
      const at = runAt(call);
      const attempt = Number(param(call, 'attempt_number'));
      const jobs = jobsOf(at.run, attempt);
      if (!jobs) throw notFound();
      return listJobs(call, at, [{ attempt, jobs }]);
    },
    [`GET ${ofJob}`]: (call) => {
      const { repository, ...found } = jobAt(call);
      return ok(jobView(call.state, repository, found));
    },
    [`GET ${ofJob}/logs`]: jobLog,
    [`POST ${ofJob}/rerun`]: (call) => {
      const { run, job } = jobAt(call, write);
      if (run.status !== 'completed') throw forbidden('This workflow is already running');
      rerun(call.state, run, { actor: actorOf(call), which: (candidate) => candidate.name === job.name });
      return created({});
    },
    [`GET ${ofRun}/logs`]: (call) => runLogs(call),
    [`GET ${ofRun}/attempts/{attempt_number}/logs`]: (call) => runLogs(call, Number(param(call, 'attempt_number'))),
    [`DELETE ${ofRun}/logs`]: (call) => {
      runAt(call, write).run.areLogsGone = true;
      return noContent();
    },
    [`GET ${actionsPath}/artifacts`]: (call) => {
      const repository = repositoryOf(call);
      return listArtifacts(call, repository, allArtifacts(repository));
    },
    [`GET ${ofRun}/artifacts`]: (call) => {
      const { repository, run } = runAt(call);
      return listArtifacts(
        call,
        repository,
        run.artifacts.map((artifact) => ({ run, artifact })),
      );
    },
    [`GET ${actionsPath}/artifacts/{artifact_id}`]: (call) => {
      const { repository, ...found } = artifactAt(call);
      return ok(artifactView(call.state, repository, found));
    },
    [`DELETE ${actionsPath}/artifacts/{artifact_id}`]: (call) => {
      const { run, artifact } = artifactAt(call, write);
      run.artifacts.splice(run.artifacts.indexOf(artifact), 1);
      return noContent();
    },
    [`GET ${actionsPath}/artifacts/{artifact_id}/{archive_format}`]: downloadArtifact,
  },
  outside: {
    'GET /-/logs/jobs/{id}': download,
    'GET /-/logs/runs/{id}/{attempt}': download,
    'GET /-/artifacts/{file}': download,
  },
};
