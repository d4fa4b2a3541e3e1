import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import { type Annotation, type CheckStatus, type Conclusion, worstOf } from './conclusions.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

export interface Workflow {
  readonly id: number;
  readonly path: string;
  name: string;
  state: 'active' | 'disabled_manually';
  readonly createdAt: number;
}

export interface Step {
  readonly name: string;
  readonly number: number;
  readonly status: CheckStatus;
  readonly conclusion: Conclusion | null;
  /** Seconds since the start of its job. */
  readonly from?: number;
  readonly to?: number;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  status: CheckStatus;
  conclusion: Conclusion | null;
  readonly startedAt: number;
  completedAt: number | null;
  readonly steps: readonly Step[];
  readonly labels: readonly string[];
  readonly annotations: readonly Annotation[];
  /** Lines with times in front, as the runner wrote them; made when first asked for. */
  readonly log: () => string;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  /** A zip file. */
  readonly data: Buffer;
  readonly createdAt: number;
  isExpired: boolean;
}

export interface PendingEnvironment {
  readonly id: number;
  readonly name: string;
  readonly reviewers: readonly Account[];
}

export interface Run {
  readonly id: number;
  readonly suiteId: number;
  readonly number: number;
  readonly workflow: Workflow;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly title: string;
  readonly actor: Account;
  triggeredBy: Account;
  attempt: number;
  status: CheckStatus;
  conclusion: Conclusion | null;
  readonly createdAt: number;
  updatedAt: number;
  startedAt: number;
  /** Of the latest attempt. */
  jobs: Job[];
  /** Of earlier attempts, by their number. */
  readonly earlier: Map<number, readonly Job[]>;
  readonly artifacts: Artifact[];
  readonly inputs: Readonly<Record<string, string>>;
  areLogsGone: boolean;
  pending: PendingEnvironment[];
}

export const workflowsOf = attach<Workflow[], Repository>('workflows', () => []);
export const runsOf = attach<Run[], Repository>('runs', () => []);

export type NewJob = Partial<Omit<Job, 'id' | 'log'>> & {
  readonly name: string;
  readonly log?: string | (() => string);
};

export interface NewRun {
  readonly workflow: Workflow;
  readonly headBranch: string;
  readonly headSha: string;
  readonly actor: Account;
  readonly event?: string;
  readonly title?: string;
  readonly jobs: readonly NewJob[];
  readonly status?: CheckStatus;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly createdAt?: number;
}

function toJob(state: State, job: NewJob, now: number): Job {
  const { log = '', ...given } = job;
  let text: string | undefined;
  const isDone = (given.status ?? 'completed') === 'completed';
  return {
    ...{ status: 'completed', conclusion: isDone ? 'success' : null, startedAt: now, steps: [], annotations: [] },
    ...{ completedAt: isDone ? now : null, labels: ['ubuntu-latest'] },
    ...given,
    ...{ id: state.nextId(), log: () => (text ??= typeof log === 'string' ? log : log()) },
  };
}

/** A run with its jobs; its conclusion is the worst of theirs. */
export function addRun(state: State, repository: Repository, run: NewRun): Run {
  const now = run.createdAt ?? state.now();
  const jobs = run.jobs.map((job) => toJob(state, job, now));
  const status = run.status ?? statusOf(jobs);
  const added: Run = {
    ...{
      id: state.nextId(),
      suiteId: state.nextId(),
      number: numberOf(repository, run.workflow),
      workflow: run.workflow,
    },
    ...{ event: run.event ?? 'push', headBranch: run.headBranch, headSha: run.headSha, inputs: run.inputs ?? {} },
    ...{ title: run.title ?? run.workflow.name, actor: run.actor, triggeredBy: run.actor, attempt: 1, status, jobs },
    ...{ conclusion: status === 'completed' ? worstOf(jobs.map(({ conclusion }) => conclusion)) : null },
    ...{
      createdAt: now,
      updatedAt: now,
      startedAt: now,
      earlier: new Map(),
      artifacts: [],
      areLogsGone: false,
      pending: [],
    },
  };
  runsOf(repository).push(added);
  return added;
}

const numberOf = (repository: Repository, workflow: Workflow) =>
  Math.max(0, ...runsOf(repository).flatMap((run) => (run.workflow === workflow ? [run.number] : []))) + 1;

function statusOf(jobs: readonly Job[]): CheckStatus {
  if (jobs.length > 0 && jobs.every(({ status }) => status === 'completed')) return 'completed';
  return jobs.some(({ status }) => status === 'in_progress' || status === 'completed') ? 'in_progress' : 'queued';
}

export function addArtifact(state: State, run: Run, artifact: { name: string; data: Buffer }): Artifact {
  const added = { ...artifact, id: state.nextId(), createdAt: state.now(), isExpired: false };
  run.artifacts.push(added);
  return added;
}

/** A new attempt: the jobs (or the failed ones) are queued again. */
export function rerun(
  state: State,
  run: Run,
  { actor, which }: { actor: Account; which: (job: Job) => boolean },
): void {
  const now = state.now();
  run.earlier.set(run.attempt, run.jobs);
  run.attempt += 1;
  run.jobs = run.jobs.map((job) => {
    const isAgain = which(job);
    const fresh = isAgain
      ? { status: 'queued' as const, conclusion: null, startedAt: now, completedAt: null, steps: [] }
      : {};
    return { ...job, ...fresh, id: state.nextId() };
  });
  Object.assign(run, {
    status: 'queued',
    conclusion: null,
    triggeredBy: actor,
    startedAt: now,
    updatedAt: now,
    areLogsGone: false,
  });
}

/** Ends what is not done yet: how a runner would, or by a cancellation. */
export function finishRun(state: State, run: Run, conclusion: Conclusion = 'success'): void {
  const now = state.now();
  for (const job of run.jobs) {
    if (job.status !== 'completed') Object.assign(job, { status: 'completed', conclusion, completedAt: now });
  }
  Object.assign(run, {
    status: 'completed',
    conclusion: worstOf(run.jobs.map((job) => job.conclusion)) ?? conclusion,
    updatedAt: now,
  });
}

/** Lets the runner begin. */
export function startRun(state: State, run: Run): void {
  for (const job of run.jobs) if (job.status === 'queued') job.status = 'in_progress';
  Object.assign(run, { status: 'in_progress', updatedAt: state.now() });
}

/** Jobs of an attempt; undefined where there was none. */
export const jobsOf = (run: Run, attempt: number): readonly Job[] | undefined =>
  attempt === run.attempt ? run.jobs : run.earlier.get(attempt);

export function findJob(repository: Repository, id: number): { run: Run; job: Job; attempt: number } | undefined {
  for (const run of runsOf(repository)) {
    for (const [attempt, jobs] of [...run.earlier, [run.attempt, run.jobs] as const]) {
      const job = jobs.find((candidate) => candidate.id === id);
      if (job) return { run, job, attempt };
    }
  }
  return undefined;
}
