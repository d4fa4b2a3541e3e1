import { type CheckRun, type CheckSuite, checkRunsOf, checkSuitesOf, latestStatuses } from '../../model/checks.ts';
import { pullsOf } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import { requirementsOf } from '../../model/pull-state.ts';
import { branchRef } from '../../model/refs.ts';
import type { CommitStatus, Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, list, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { reading } from '../permits.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { isoOrNull } from './written.ts';

/** What a commit tells about its checks. */
export function checksOf(g: Context, repository: Repository, sha: string): View {
  return {
    statusCheckRollup: () => rollup(g, repository, sha),
    status: () => {
      const statuses = latestStatuses(repository, sha);
      if (statuses.length === 0) return null;
      const show = (status: CommitStatus) => statusContext(g, repository, { sha, status });
      return {
        id: nodeId('Status', `${repository.id}:${sha}`),
        state: worst(statuses.map(({ state }) => state.toUpperCase())),
        contexts: () => statuses.map(show),
        context: ({ name }: { name: string }) => {
          const found = statuses.find(({ context }) => context === name);
          return found ? show(found) : null;
        },
        commit: () => g.show.commit(repository, sha),
      };
    },
    checkSuites: (args: PageArgs & { filterBy?: { appId?: number | null; checkName?: string | null } | null }) => {
      const { appId, checkName } = args.filterBy ?? {};
      const items = checkSuitesOf(repository).filter(
        (suite) =>
          suite.sha === sha &&
          (!appId || suite.app.id === appId) &&
          (!checkName || suite.runs.some(({ name }) => name === checkName)),
      );
      return connect('checkSuites', args, { ...byId, items, view: (suite) => checkSuite(g, repository, suite) });
    },
  };
}

const ranks = ['ERROR', 'FAILURE', 'EXPECTED', 'PENDING', 'SUCCESS'];
const worst = (states: readonly string[]) => ranks.find((state) => states.includes(state)) ?? 'SUCCESS';

const good = ['success', 'neutral', 'skipped'];
const stateOf = ({ conclusion }: CheckRun) =>
  conclusion === null ? 'PENDING' : good.includes(conclusion) ? 'SUCCESS' : 'FAILURE';

/** The newest check run of each name and suite's app, with the newest status of each context; null where there are none. */
export function rollup(g: Context, repository: Repository, sha: string): View | null {
  reading(g, repository, 'checks');
  const found = checkRunsOf(repository).filter((run) => run.sha === sha);
  const runs = [...new Map(found.map((run) => [`${run.app.id} ${run.suiteId} ${run.name}`, run])).values()];
  const statuses = latestStatuses(repository, sha);
  if (runs.length + statuses.length === 0) return null;
  const items = [
    ...runs.map((run) => ({ key: run.id, view: () => checkRun(g, repository, run) })),
    ...statuses.map((status) => ({ key: status.id, view: () => statusContext(g, repository, { sha, status }) })),
  ];
  const states = { runs: runs.map(stateOf), statuses: statuses.map(({ state }) => state.toUpperCase()) };
  return {
    id: nodeId('StatusCheckRollup', `${repository.id}:${sha}`),
    state: worst([...states.runs, ...states.statuses]),
    commit: () => g.show.commit(repository, sha),
    contexts: list(
      () => items,
      ({ view }) => view(),
      {
        key: ({ key }) => key,
        more: {
          checkRunCount: runs.length,
          statusContextCount: statuses.length,
          checkRunCountsByState: counted(runs.map(({ status, conclusion }) => (conclusion ?? status).toUpperCase())),
          statusContextCountsByState: counted(states.statuses),
        },
      },
    ),
  };
}

const counted = (states: readonly string[]) =>
  [...Map.groupBy(states, (state) => state)].map(([state, these]) => ({ state, count: these.length }));

function isRequired(repository: Repository, name: string) {
  return ({
    pullRequestNumber,
    pullRequestId,
  }: {
    pullRequestNumber?: number | null;
    pullRequestId?: string | null;
  }) => {
    const pull = pullsOf(repository).find(
      (one) => one.number === pullRequestNumber || nodeId('PullRequest', one.pull.id) === pullRequestId,
    );
    return pull !== undefined && requirementsOf(repository, pull.pull.base.ref).checks.includes(name);
  };
}

export function statusContext(
  g: Context,
  repository: Repository,
  { sha, status }: { sha: string; status: CommitStatus },
): View {
  return {
    __typename: 'StatusContext',
    id: `SC_${status.id}`,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: iso(status.createdAt),
    creator: () => g.show.account(status.creator),
    commit: () => g.show.commit(repository, sha),
    avatarUrl: ({ size }: { size?: number }) =>
      `https://avatars.githubusercontent.com/u/${status.creator.id}?s=${size ?? 40}&v=4`,
    isRequired: isRequired(repository, status.context),
  };
}

export function checkRun(g: Context, repository: Repository, run: CheckRun): View {
  const { url, resourcePath } = below(g, repository, `runs/${run.id}`);
  const { output } = run;
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: isoOrNull(run.startedAt),
    completedAt: isoOrNull(run.completedAt),
    ...{ url, resourcePath, permalink: url, detailsUrl: run.detailsUrl ?? url, externalId: null },
    ...{ title: output.title, summary: output.summary, text: output.text },
    annotations: list(
      () => output.annotations,
      (annotation) => ({
        path: annotation.path,
        annotationLevel: annotation.level.toUpperCase(),
        title: annotation.title,
        message: annotation.message,
        location: {
          start: { line: annotation.startLine, column: null },
          end: { line: annotation.endLine, column: null },
        },
      }),
    ),
    repository: () => g.show.repository(repository),
    checkSuite: () => {
      const suite = checkSuitesOf(repository).find(({ id }) => id === run.suiteId);
      return suite ? checkSuite(g, repository, suite) : null;
    },
    isRequired: isRequired(repository, run.name),
  };
}

function checkSuite(g: Context, repository: Repository, suite: CheckSuite): View {
  const { app, runs, branch, sha } = suite;
  const times = runs.map(({ startedAt }) => startedAt ?? 0);
  return {
    __typename: 'CheckSuite',
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    ...below(g, repository, `commit/${sha}/checks?check_suite_id=${suite.id}`),
    status: suite.status.toUpperCase(),
    conclusion: suite.conclusion?.toUpperCase() ?? null,
    createdAt: iso(Math.min(...times)),
    updatedAt: iso(Math.max(...times)),
    app: { id: nodeId('App', app.id), databaseId: app.id, name: app.name, slug: app.slug },
    branch: () => (branch === null ? null : g.show.ref(repository, branchRef(branch))),
    commit: () => g.show.commit(repository, sha),
    repository: () => g.show.repository(repository),
    checkRuns: list(
      () => runs,
      (run) => checkRun(g, repository, run),
      byId,
    ),
    workflowRun: () => g.show.workflowRun(repository, suite),
  };
}
