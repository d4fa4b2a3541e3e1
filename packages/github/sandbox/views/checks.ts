import type { Call } from '../call.ts';
import { type CheckRun, type CheckSuite, checkSuitesOf } from '../model/checks.ts';
import { pullsOf } from '../model/issue.ts';
import { nodeId } from '../model/node-id.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { isoOrNull } from './issue.ts';
import { minimalPull } from './pull.ts';
import { repositoryHtml, repositoryUrl, shortRepository } from './repository.ts';

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

const appView = (state: State, repository: Repository, { id, slug, name }: CheckRun['app']) => ({
  ...{ id, slug, name, node_id: `A_${id}`, description: '', external_url: `https://${slug}.example.com/` },
  owner: simpleUser(state, repository.owner),
  html_url: `${state.urls.html}/apps/${slug}`,
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
  permissions: { checks: 'write' },
  events: [],
});

/** Pull requests whose head a commit is. */
export const pullsWithHead = (call: Viewing, repository: Repository, sha: string) =>
  pullsOf(repository)
    .filter(
      (issue) => issue.state === 'open' && issue.pull.head.sha === sha && issue.pull.head.repository === repository,
    )
    .map((issue) => minimalPull(call, issue));

export function checkRunView(call: Viewing, repository: Repository, run: CheckRun) {
  const { state } = call;
  const url = `${repositoryUrl(state, repository)}/check-runs/${run.id}`;
  const html = `${repositoryHtml(state, repository)}/runs/${run.id}`;
  const { title, summary, text, annotations } = run.output;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.sha,
    external_id: '',
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoOrNull(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    output: { title, summary, text, annotations_count: annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: appView(state, repository, run.app),
    pull_requests: pullsWithHead(call, repository, run.sha),
  };
}

export function commitSummary({ objects }: Repository, sha: string) {
  const commit = objects.read('commit', sha);
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    ...{ id: sha, tree_id: commit.tree, message: commit.message, timestamp: iso(commit.committer.date) },
    ...{ author: person(commit.author), committer: person(commit.committer) },
  };
}

export function checkSuiteView(call: Viewing, repository: Repository, suite: CheckSuite) {
  const { state } = call;
  const url = `${repositoryUrl(state, repository)}/check-suites/${suite.id}`;
  const times = suite.runs.map(({ startedAt }) => startedAt ?? state.now());
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    ...{ before: null, after: suite.sha },
    pull_requests: pullsWithHead(call, repository, suite.sha),
    app: appView(state, repository, suite.app),
    created_at: iso(Math.min(...times)),
    updated_at: iso(Math.max(...times)),
    ...{ rerequestable: true, runs_rerequestable: true },
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: commitSummary(repository, suite.sha),
    repository: shortRepository(state, repository),
  };
}

export const findSuite = (repository: Repository, id: number): CheckSuite | undefined =>
  checkSuitesOf(repository).find((suite) => suite.id === id);
