import { runsOf } from './actions.ts';
import { attach } from './attached.ts';
import { type Annotation, type CheckStatus, type Conclusion, worstOf } from './conclusions.ts';
import type { CommitStatus, Repository } from './repository.ts';
import type { State } from './state.ts';

export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly name: string;
  readonly sha: string;
  readonly branch: string | null;
  /** Of the app that made it. */
  readonly app: { readonly id: number; readonly slug: string; readonly name: string };
  status: CheckStatus;
  conclusion: Conclusion | null;
  readonly startedAt: number | null;
  completedAt: number | null;
  readonly detailsUrl: string | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
    readonly annotations: readonly Annotation[];
  };
}

/** Check runs of other apps than Actions. */
export const addedCheckRuns = attach<CheckRun[], Repository>('check runs', () => []);

export const actionsApp = { id: 15_368, slug: 'github-actions', name: 'GitHub Actions' };

export type NewCheckRun = Partial<Omit<CheckRun, 'id' | 'suiteId' | 'output'>> & {
  readonly name: string;
  readonly sha: string;
  readonly output?: Partial<CheckRun['output']>;
};

export function addCheckRun(state: State, repository: Repository, run: NewCheckRun): CheckRun {
  const app = run.app ?? { id: 4242, slug: 'outside-ci', name: 'Outside CI' };
  const known = addedCheckRuns(repository).find(({ sha, app: other }) => sha === run.sha && other.id === app.id);
  const now = state.now();
  const added: CheckRun = {
    ...{ status: 'completed', conclusion: 'success', startedAt: now, completedAt: now, detailsUrl: null, branch: null },
    ...run,
    ...{ app, id: state.nextId(), suiteId: known?.suiteId ?? state.nextId() },
    output: { title: null, summary: null, text: null, annotations: [], ...run.output },
  };
  addedCheckRuns(repository).push(added);
  return added;
}

/** Every check run of a repository; the jobs of Actions are check runs too. */
export function checkRunsOf(repository: Repository): CheckRun[] {
  const jobs = runsOf(repository).flatMap((run) =>
    run.jobs.map(
      (job): CheckRun => ({
        ...{ id: job.id, suiteId: run.suiteId, name: job.name, sha: run.headSha, branch: run.headBranch },
        ...{ app: actionsApp, status: job.status, conclusion: job.conclusion },
        ...{ startedAt: job.startedAt, completedAt: job.completedAt, detailsUrl: null },
        output: { title: null, summary: null, text: null, annotations: job.annotations },
      }),
    ),
  );
  return [...addedCheckRuns(repository), ...jobs];
}

export interface CheckSuite {
  readonly id: number;
  readonly sha: string;
  readonly branch: string | null;
  readonly app: CheckRun['app'];
  readonly runs: readonly CheckRun[];
  readonly status: CheckStatus;
  readonly conclusion: Conclusion | null;
}

export function checkSuitesOf(repository: Repository): CheckSuite[] {
  return [...Map.groupBy(checkRunsOf(repository), ({ suiteId }) => suiteId)].map(([id, runs]) => {
    const [first] = runs as [CheckRun];
    const isDone = runs.every(({ status }) => status === 'completed');
    const status = isDone ? 'completed' : runs.every((run) => run.status === 'queued') ? 'queued' : 'in_progress';
    const conclusion = isDone ? worstOf(runs.map((run) => run.conclusion)) : null;
    return { id, sha: first.sha, branch: first.branch, app: first.app, runs, status, conclusion };
  });
}

/** The newest status of every context. */
export function latestStatuses(repository: Repository, sha: string): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of repository.statuses.get(sha) ?? []) latest.set(status.context, status);
  return [...latest.values()];
}

export interface Check {
  readonly name: string;
  readonly result: 'pending' | Conclusion;
}

/** Check runs and statuses of a commit alike, the newest by name. */
export function checksAt(repository: Repository, sha: string): Check[] {
  const runs = checkRunsOf(repository).filter((run) => run.sha === sha);
  const latest = new Map<string, Check>();
  for (const { name, conclusion } of runs.sort((a, b) => a.id - b.id)) {
    latest.set(name, { name, result: conclusion ?? 'pending' });
  }
  for (const { context, state } of latestStatuses(repository, sha)) {
    latest.set(context, { name: context, result: state === 'error' ? 'failure' : state });
  }
  return [...latest.values()];
}
