import { AppError, NetworkError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import type { Job } from '../actions/jobs.ts';
import type { Matcher } from './matcher.ts';
import { readStream, type StreamLimits, type StreamRead } from './read-stream.ts';
import { createSelection, type LogAsked, type Selected, type Selection } from './select.ts';

export interface LogRequest extends RepositoryName {
  readonly job: Job;
  readonly asked: LogAsked;
  readonly matcher: Matcher | undefined;
}

export type ReadLog =
  | {
      readonly selected: Selected;
      /** It was read to its end. */
      readonly isWhole: boolean;
      readonly notes: readonly string[];
    }
  /** In words why there is none. */
  | { readonly missing: string };

const graceMs = 2000;
const route = 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs';

/** What is asked for of a job's log, read as it arrives from the storage that GitHub redirects to. */
export async function readLog(
  github: GitHub,
  { job, asked, matcher, owner, repo }: LogRequest,
  { until, maxBytes, ...call }: GitHubCall & StreamLimits,
): Promise<ReadLog> {
  const steps = job.steps ?? [];
  let selection: Selection = createSelection(steps, asked, matcher);
  let read: StreamRead = { bytes: 0 };
  // Where not even an answer comes; what has begun to come is ended before, and shown.
  const late = AbortSignal.timeout(Math.ceil(Math.max(0, until - performance.now())) + graceMs);
  try {
    await github.rest(
      route,
      { owner, repo, job_id: job.id },
      {
        ...{ ...call, as: 'bytes', signal: AbortSignal.any([call.signal, late]) },
        async onBody(body) {
          // What was collected before the connection broke is read again.
          selection = createSelection(steps, asked, matcher);
          read = await readStream(body, selection, { until, maxBytes });
        },
      },
    );
  } catch (error) {
    if (late.aborted && !call.signal.aborted) throw tooSlow();
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    return { missing: whyMissing(job, error) };
  }
  if (read.stopped === 'time' && read.bytes === 0) throw tooSlow();
  const selected = await selection.done();
  return {
    selected,
    isWhole: read.stopped === undefined,
    notes: [...selected.notes, ...notesOf(selected, { asked, read })],
  };
}

function whyMissing(job: Job, { details }: AppError): string {
  if (job.status !== 'completed') {
    return `It is ${job.status.replaceAll('_', ' ')}: GitHub gives the log when the job is done.`;
  }
  if (job.conclusion === 'skipped') return 'It was skipped, so it has no log.';
  return details?.status === 410
    ? 'Its log is gone: GitHub keeps logs for a time, 90 days unless set otherwise.'
    : 'GitHub has no log of it: it was deleted, or its runner was lost before it had sent one. A job that ended seconds ago may have one soon.';
}

const tooSlow = (): NetworkError =>
  new NetworkError('The storage that GitHub keeps the log in did not send it in time.', {
    retryable: true,
    hint: 'Call again later.',
  });

function notesOf(
  { total, windows, scope, hits }: Selected,
  { asked: { show, regex }, read }: { asked: LogAsked; read: StreamRead },
): string[] {
  const nothing = windows.length === 0;
  return [
    ...(read.stopped === 'time' || read.stopped === 'bytes' ? [notRead(total, { ...read, show })] : []),
    ...(total === 0 ? ['The log is empty.'] : []),
    ...(nothing && total > 0 && show === 'grep' && hits === 0 ? [noMatch(scope, regex === true)] : []),
  ];
}

function notRead(total: number, { show, bytes, stopped }: StreamRead & { show: LogAsked['show'] }): string {
  const size = `${Math.round(bytes / 100_000) / 10} MB`;
  const why = stopped === 'time' ? 'it came too slowly' : 'it is too large';
  const end = show === 'tail' ? ' These are the last lines before that, not the end of the log.' : '';
  return `Only its first ${size} (to line ${total}) were read, because ${why}; what follows is not shown.${end}`;
}

const noMatch = (scope: string, isRegex: boolean): string =>
  [
    'No line matches.',
    ...(isRegex ? [] : ['pattern was looked for as a text; regex: true makes it an expression.']),
    ...(scope === 'all steps' ? [] : ['Only a part of the log was looked at; all_steps shows the whole.']),
  ].join(' ');
