import { AppError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { fitWindows, type LogPart } from './fit.ts';
import { type LogAsked, type StepLines, selectLines } from './select.ts';
import { hasFailed } from './steps.ts';

export interface JobLogsAsked extends LogAsked {
  readonly repo: string;
  readonly job_id?: number | undefined;
  readonly run_id?: number | undefined;
}

export interface JobLog {
  job_id: number;
  name: string;
  conclusion: string | null;
  /** Of the whole log. */
  lines?: number;
  scope?: string;
  hits?: number;
  steps?: StepLines[];
  parts: LogPart[];
  note?: string;
}

type Job = RestData<'GET /repos/{owner}/{repo}/actions/jobs/{job_id}'>;

/** 100,000 lines have 5-15 MB; a log is read whole but never held as text. */
const mostBytes = 100_000_000;
const mostJobs = 5;

/** The part of a job's log that matters, or that of every failed job of a run. */
export async function readJobLogs(
  github: GitHub,
  { repo, job_id, run_id, ...asked }: JobLogsAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<{ repo: string; jobs: JobLog[]; notes: string[] }> {
  if ((job_id === undefined) === (run_id === undefined)) {
    throw new ValidationError('Give job_id, or run_id for the failed jobs of a run.', {
      hint: 'github_actions lists runs and their jobs; github_pull names failing checks.',
    });
  }
  if (asked.show === 'grep' && !asked.pattern) throw new ValidationError('pattern: grep needs one.');
  const name = github.repo(repo);
  const found =
    job_id === undefined
      ? await failedJobs(github, { ...name, run_id: run_id ?? 0 }, call)
      : [await readJob(github, { ...name, job_id }, call)];
  const wanted = found.slice(0, mostJobs);
  const jobs: JobLog[] = [];
  let room = contentBudget(maxChars);
  for (const [index, job] of wanted.entries()) {
    // One after the other, so that only one log is in memory.
    const log = await readLog(
      github,
      { ...name, job, asked, maxChars: Math.floor(room / (wanted.length - index)) },
      call,
    );
    jobs.push(log);
    room -= jsonLength(log);
  }
  return {
    ...{ repo: `${name.owner}/${name.repo}`, jobs },
    notes: [
      ...(found.length > mostJobs
        ? [
            `${found.length - mostJobs} more jobs failed: ${found
              .slice(mostJobs, 20)
              .map((job) => `${job.name} (${job.id})`)
              .join(', ')}.`,
          ]
        : []),
      ...(found.length === 0 ? ['No job of this run failed. Give a job_id to read its log.'] : []),
    ],
  };
}

async function readJob(
  github: GitHub,
  { job_id, ...name }: RepositoryName & { job_id: number },
  call: GitHubCall,
): Promise<Job> {
  return (await github.rest('GET /repos/{owner}/{repo}/actions/jobs/{job_id}', { ...name, job_id }, call)).data;
}

async function failedJobs(
  github: GitHub,
  { run_id, ...name }: RepositoryName & { run_id: number },
  call: GitHubCall,
): Promise<Job[]> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs';
  const { data } = await github.rest(route, { ...name, run_id, filter: 'latest', per_page: 100 }, call);
  return data.jobs.filter(hasFailed);
}

interface LogPlace extends RepositoryName {
  readonly job: Job;
  readonly asked: LogAsked;
  readonly maxChars: number;
}

async function readLog(github: GitHub, { job, asked, maxChars, ...name }: LogPlace, call: GitHubCall): Promise<JobLog> {
  const about = { job_id: job.id, name: job.name, conclusion: job.conclusion };
  const steps = job.steps ?? [];
  const bytes = await download(github, { ...name, job }, call);
  if (typeof bytes === 'string') return { ...about, steps: toStepLines(steps), parts: [], note: bytes };
  const selected = selectLines(bytes, steps, asked);
  if (asked.step !== undefined && selected.scope === 'no step') {
    throw new NotFoundError(`step: the job has no step "${asked.step}".`, {
      hint: `It has ${steps.map(({ number, name: each }) => `${number} ${each}`).join(', ')}.`,
    });
  }
  const shownSteps = asked.show === 'steps' ? selected.steps : undefined;
  const { parts, left } = fitWindows(selected.windows, maxChars - 400 - jsonLength(shownSteps ?? ''), {
    fromEnd: asked.show === 'tail',
  });
  const note = noteOf({
    asked,
    left,
    looked: selected.looked,
    dropped: selected.dropped,
    nothing: selected.windows.length === 0,
  });
  return {
    ...about,
    ...{ lines: selected.total, scope: selected.scope, parts },
    ...(selected.hits > 0 && { hits: selected.hits }),
    ...(shownSteps && { steps: shownSteps }),
    ...(note && { note }),
  };
}

const toStepLines = (steps: NonNullable<Job['steps']>): StepLines[] =>
  steps.map(({ number, name, conclusion }) => ({ number, name, conclusion }));

/** The log, or in words why there is none. */
async function download(
  github: GitHub,
  { job, ...name }: RepositoryName & { job: Job },
  call: GitHubCall,
): Promise<Uint8Array | string> {
  try {
    const route = 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs';
    return (await github.rest(route, { ...name, job_id: job.id }, { ...call, as: 'bytes', maxBytes: mostBytes }))
      .data as Uint8Array;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    return job.status === 'completed'
      ? 'Its log is gone: GitHub keeps logs for a time, 90 days unless set otherwise, or somebody deleted it.'
      : `It is ${job.status.replaceAll('_', ' ')}: GitHub gives the log when the job is done.`;
  }
}

function noteOf({
  asked,
  left,
  dropped,
  looked,
  nothing,
}: {
  asked: LogAsked;
  left: number;
  dropped: number;
  looked: number;
  nothing: boolean;
}): string | undefined {
  const said = [
    ...(left > 0 ? [`${left} lines did not fit: a larger max_chars shows more.`] : []),
    ...(dropped > 0 ? [`${dropped} more places have hits; a narrower pattern or step shows them.`] : []),
    ...(nothing && asked.show === 'errors' ? ['No line looks like an error; show tail gives its end.'] : []),
    ...(nothing && asked.show === 'grep' ? ['No line matches.'] : []),
    ...(looked === 0 && asked.show !== 'steps'
      ? ['No line could be told to be of these steps; all_steps shows the whole log.']
      : []),
  ];
  return said.length > 0 ? said.join(' ') : undefined;
}
