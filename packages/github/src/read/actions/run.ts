import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { jsonLength, rowsWithin } from '../budget.ts';
import { counted } from '../counted.ts';
import { everyJob, type RunAt, withAttempts } from './jobs.ts';
import type { How, Part } from './query.ts';
import { toArtifactRow, toJobRow, toRunRow } from './rows.ts';

/** One run with its jobs, failed ones first, and its artifacts. */
export async function run(github: GitHub, { name, query, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { run_id, attempt } = query;
  if (run_id === undefined) throw new ValidationError('run_id: give the run to show.');
  const at = { ...name, run_id };
  const [data, { jobs, more }, { data: kept }] = await Promise.all([
    readRun(github, { ...at, attempt }, call),
    everyJob(github, { ...at, attempt }, call),
    github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { ...at, per_page: 100 }, call),
  ]);
  const run = toRunRow(data);
  const failed = jobs.filter(({ conclusion }) => conclusion !== null && !good.includes(conclusion));
  const rows = [...failed, ...jobs.filter((job) => !failed.includes(job))].map(toJobRow);
  const room = maxChars - jsonLength(run);
  const { taken, left } = rowsWithin(rows, Math.floor(room * 0.75));
  const artifacts = rowsWithin(kept.artifacts.map(toArtifactRow), room - jsonLength(taken));
  const cut = left + artifacts.left > 0;
  const unlisted = kept.total_count - kept.artifacts.length;
  return {
    ...{ run, rows: taken, total: jobs.length },
    ...(artifacts.taken.length > 0 && { artifacts: artifacts.taken }),
    ...((cut || more || unlisted > 0) && { truncated: true }),
    notes: [
      ...(cut
        ? [
            `${counted(left, 'more job')} and ${counted(artifacts.left, 'more artifact')} did not fit; a larger max_chars shows them.`,
          ]
        : []),
      ...(more ? [`Only the first ${jobs.length} jobs were looked at.`] : []),
      ...(unlisted > 0 ? [`It has ${counted(unlisted, 'more artifact')} than are looked at.`] : []),
      ...(jobs.length === 0 && data.status === 'completed' ? ['It has no jobs: its workflow file may be wrong.'] : []),
      ...attemptNotes(attempt, data.run_attempt ?? 1),
      ...(failed.length > 0
        ? [`github_job_logs with this run_id${attempt === undefined ? '' : ' and attempt'} shows why its jobs failed.`]
        : []),
    ],
  };
}

const good = ['success', 'neutral', 'skipped'];

/** Earlier attempts keep their jobs and logs; artifacts are of the run. */
function attemptNotes(asked: number | undefined, shown: number): string[] {
  if (asked !== undefined) return ['Jobs are of that attempt, artifacts of the whole run.'];
  return shown > 1 ? [`It was run ${shown} times; attempt shows an earlier time.`] : [];
}

async function readRun(github: GitHub, { attempt, ...at }: RunAt, call: GitHubCall) {
  const latest = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
  if (attempt === undefined) return (await github.rest(latest, { ...at }, call)).data;
  const earlier = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}';
  try {
    return (await github.rest(earlier, { ...at, attempt_number: attempt }, call)).data;
  } catch (error) {
    throw await withAttempts(github, { ...at, attempt, error }, call);
  }
}
