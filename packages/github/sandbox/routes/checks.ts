import { repositoryOf } from '../access.ts';
import { type Area, type Call, page, pageOf, param, text } from '../call.ts';
import { type CheckRun, checkRunsOf, checkSuitesOf } from '../model/checks.ts';
import { findCommit } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { forbidden, notFound, unprocessable } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';
import { checkRunView, checkSuiteView, findSuite } from '../views/checks.ts';
import { repositoryHtml } from '../views/repository.ts';

const repo = '/repos/{owner}/{repo}';

function runAt(call: Call): { repository: Repository; run: CheckRun } {
  const repository = repositoryOf(call);
  const run = checkRunsOf(repository).find(({ id }) => id === Number(param(call, 'check_run_id')));
  if (!run) throw notFound();
  return { repository, run };
}

function suiteAt(call: Call) {
  const repository = repositoryOf(call);
  const suite = findSuite(repository, Number(param(call, 'check_suite_id')));
  if (!suite) throw notFound();
  return { repository, suite };
}

function listRuns(call: Call, repository: Repository, all: readonly CheckRun[]): Reply {
  const name = text(call, 'check_name');
  const status = text(call, 'status');
  const app = text(call, 'app_id');
  const found = all.filter(
    (run) =>
      (name === undefined || run.name === name) &&
      (status === undefined || run.status === status) &&
      (app === undefined || run.app.id === Number(app)),
  );
  const newest = new Map(found.sort((a, b) => a.id - b.id).map((run) => [`${run.app.id} ${run.name}`, run]));
  const shown = (text(call, 'filter') ?? 'latest') === 'latest' ? [...newest.values()] : found;
  const { slice, headers } = pageOf(call, shown);
  const runs = slice.map((run) => checkRunView(call, repository, run));
  return ok({ total_count: shown.length, check_runs: runs }, { headers });
}

function commitOf(call: Call, repository: Repository): string {
  const found = findCommit(repository, param(call, 'ref'));
  if (!found) throw unprocessable(`No commit found for SHA: ${param(call, 'ref')}`);
  return found.sha;
}

const onlyApps = () => {
  throw forbidden('You must authenticate via a GitHub App.');
};

export const checks: Area = {
  name: 'checks',
  routes: {
    [`GET ${repo}/commits/{ref}/check-runs`]: (call) => {
      const repository = repositoryOf(call);
      const sha = commitOf(call, repository);
      const runs = checkRunsOf(repository).filter((run) => run.sha === sha);
      return listRuns(call, repository, runs);
    },
    [`GET ${repo}/commits/{ref}/check-suites`]: (call) => {
      const repository = repositoryOf(call);
      const sha = commitOf(call, repository);
      const name = text(call, 'check_name');
      const app = text(call, 'app_id');
      const suites = checkSuitesOf(repository).filter(
        (suite) =>
          suite.sha === sha &&
          (app === undefined || suite.app.id === Number(app)) &&
          (name === undefined || suite.runs.some((run) => run.name === name)),
      );
      const { slice, headers } = pageOf(call, suites);
      const views = slice.map((suite) => checkSuiteView(call, repository, suite));
      return ok({ total_count: suites.length, check_suites: views }, { headers });
    },
    [`GET ${repo}/check-runs/{check_run_id}`]: (call) => {
      const { repository, run } = runAt(call);
      return ok(checkRunView(call, repository, run));
    },
    [`GET ${repo}/check-runs/{check_run_id}/annotations`]: (call) => {
      const { repository, run } = runAt(call);
      return page(call, run.output.annotations, (annotation) => ({
        path: annotation.path,
        start_line: annotation.startLine,
        end_line: annotation.endLine,
        ...{ start_column: null, end_column: null, raw_details: null },
        annotation_level: annotation.level,
        title: annotation.title,
        message: annotation.message,
        blob_href: `${repositoryHtml(call.state, repository)}/blob/${run.sha}/${annotation.path}`,
      }));
    },
    [`GET ${repo}/check-suites/{check_suite_id}`]: (call) => {
      const { repository, suite } = suiteAt(call);
      return ok(checkSuiteView(call, repository, suite));
    },
    [`GET ${repo}/check-suites/{check_suite_id}/check-runs`]: (call) => {
      const { repository, suite } = suiteAt(call);
      return listRuns(call, repository, [...suite.runs]);
    },
    [`POST ${repo}/check-runs`]: onlyApps,
    [`PATCH ${repo}/check-runs/{check_run_id}`]: onlyApps,
  },
};
