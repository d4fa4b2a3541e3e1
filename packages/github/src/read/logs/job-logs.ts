import { AppError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { everyJob, type Job, readJob } from '../actions/jobs.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { counted } from '../counted.ts';
import { nearHint, quoted } from '../near.ts';
import { fitWindows, type LogPart } from './fit.ts';
import { createPatternMatcher, createTextMatcher, type Matcher } from './matcher.ts';
import { readLog } from './read-log.ts';
import type { StreamLimits } from './read-stream.ts';
import { findStep, type LogAsked, type StepLines } from './select.ts';
import { hasFailed } from './steps.ts';

export interface JobLogsAsked extends LogAsked {
  readonly repo: string;
  readonly job_id?: number | undefined;
  readonly run_id?: number | undefined;
  /** Of the run, from 1; the latest unless given. */
  readonly attempt?: number | undefined;
}

export interface JobLog {
  job_id: number;
  name: string;
  conclusion: string | null;
  /** Of the whole log, where it was read to its end. */
  lines?: number;
  scope?: string;
  hits?: number;
  steps?: StepLines[];
  parts: LogPart[];
  note?: string;
}

/** Bytes of one log, and milliseconds for all logs of a call: below the 30 s after which an attempt is given up. */
const limits = { maxBytes: 1_000_000_000, ms: 25_000 };
const mostJobs = 5;

/** Time and bytes that reading may take. */
export type LogLimits = Partial<typeof limits>;

/** The part of a job's log that matters, or that of every failed job of a run. */
export async function readJobLogs(
  github: GitHub,
  { repo, job_id, run_id, attempt, ...asked }: JobLogsAsked,
  { maxChars, limits: given, ...call }: GitHubCall & { maxChars: number; limits?: LogLimits },
): Promise<{ repo: string; jobs: JobLog[]; notes: string[] }> {
  check({ job_id, run_id, attempt, ...asked });
  const name = github.repo(repo);
  const { found, all } =
    job_id === undefined
      ? await failedJobs(github, { ...name, run_id: run_id ?? 0, attempt }, call)
      : { found: [await readJob(github, { ...name, job_id }, call)], all: 1 };
  const wanted = found.slice(0, mostJobs);
  const { maxBytes, ms } = { ...limits, ...given };
  await using matcher = matcherOf(asked, call.signal);
  const jobs: JobLog[] = [];
  let room = contentBudget(maxChars);
  const until = performance.now() + ms;
  for (const [index, job] of wanted.entries()) {
    // One after the other: each may take what is left of the answer and of the time.
    const share = Math.floor(room / (wanted.length - index));
    const place = { ...name, job, asked, matcher, maxChars: share, isOnly: wanted.length === 1 };
    const log = await shownLog(github, place, { ...call, until, maxBytes });
    jobs.push(log);
    room -= jsonLength(log);
  }
  return { repo: `${name.owner}/${name.repo}`, jobs, notes: notesOf(found, { all, attempt }) };
}

function check({ job_id, run_id, attempt, show, pattern }: Omit<JobLogsAsked, 'repo'>): void {
  if ((job_id === undefined) === (run_id === undefined)) {
    throw new ValidationError('Give job_id, or run_id for the failed jobs of a run.', {
      hint: 'github_actions lists runs and their jobs; github_pull names failing checks.',
    });
  }
  if (attempt !== undefined && run_id === undefined) {
    throw new ValidationError('attempt: it goes with run_id; a job is of one attempt.');
  }
  if (show === 'grep' && !pattern) throw new ValidationError('pattern: grep needs one.');
}

function matcherOf({ show, pattern = '', regex }: LogAsked, signal: AbortSignal): Matcher | undefined {
  if (show !== 'grep') return undefined;
  return regex ? createPatternMatcher(pattern, { signal }) : createTextMatcher(pattern);
}

interface RunPlace extends RepositoryName {
  readonly run_id: number;
  readonly attempt: number | undefined;
}

async function failedJobs(github: GitHub, run: RunPlace, call: GitHubCall): Promise<{ found: Job[]; all: number }> {
  const { jobs } = await everyJob(github, run, call);
  return { found: jobs.filter(hasFailed), all: jobs.length };
}

function notesOf(found: readonly Job[], { all, attempt }: { all: number; attempt: number | undefined }): string[] {
  const what = attempt === undefined ? 'this run' : `attempt ${attempt}`;
  if (all === 0) return [`There are no jobs in ${what}: its workflow file may be wrong, or nothing has begun yet.`];
  if (found.length === 0) return [`No job of ${what} failed. Give a job_id to read its log.`];
  if (found.length <= mostJobs) return [];
  const ids = found.slice(mostJobs, 20).map(({ id }) => id);
  return [
    `${counted(found.length - mostJobs, 'more job')} failed: job_id ${ids.join(', ')}. github_actions with run_id names them.`,
  ];
}

interface LogPlace extends RepositoryName {
  readonly job: Job;
  readonly asked: LogAsked;
  readonly matcher: Matcher | undefined;
  readonly maxChars: number;
  /** No other log is read in this call. */
  readonly isOnly: boolean;
}

async function shownLog(github: GitHub, place: LogPlace, call: GitHubCall & StreamLimits): Promise<JobLog> {
  const { job, asked, maxChars, isOnly } = place;
  const about = { job_id: job.id, name: job.name, conclusion: job.conclusion };
  const steps = job.steps ?? [];
  if (asked.step !== undefined && !findStep(steps, asked.step)) {
    throw new NotFoundError(`step: the job has no step "${asked.step}".`, {
      hint: nearHint(
        asked.step,
        steps.map(({ name }) => name),
        { otherwise: `It has ${quoted(steps.map(({ number, name }) => `${number} ${name}`)).join(', ') || 'none'}.` },
      ),
    });
  }
  if (performance.now() > call.until) {
    return { ...about, parts: [], note: 'Not read: the logs before took the time of this call. Ask for it by job_id.' };
  }
  try {
    const read = await readLog(github, place, call);
    if ('missing' in read) return { ...about, steps: toStepLines(steps), parts: [], note: read.missing };
    const { selected, notes, isWhole } = read;
    const shownSteps = asked.show === 'steps' ? selected.steps : undefined;
    const { parts, left } = fitWindows(selected.windows, maxChars - 400 - jsonLength([shownSteps ?? '', notes]), {
      fromEnd: asked.show === 'tail' || selected.isEnd,
    });
    const note = [
      ...notes,
      ...(left > 0 ? [`${counted(left, 'line')} did not fit: a larger max_chars shows more.`] : []),
      ...(selected.dropped > 0
        ? [
            `${counted(selected.dropped, 'more place has', 'more places have')} hits; a narrower pattern or step shows them.`,
          ]
        : []),
    ];
    return {
      ...about,
      ...(isWhole && { lines: selected.total }),
      ...{ scope: selected.scope, parts },
      ...(selected.hits > 0 && { hits: selected.hits }),
      ...(shownSteps && { steps: shownSteps }),
      ...(note.length > 0 && { note: note.join(' ') }),
    };
  } catch (error) {
    if (isOnly || !(error instanceof AppError) || !isOfTheNetwork(error)) throw error;
    return { ...about, parts: [], note: `Its log could not be read: ${error.message}` };
  }
}

const isOfTheNetwork = ({ code }: AppError): boolean => code === 'network' || code === 'unavailable';

const toStepLines = (steps: NonNullable<Job['steps']>): StepLines[] =>
  steps.map(({ number, name, conclusion }) => ({ number, name, conclusion }));
