import { NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { given } from '../given.ts';
import { firstPlace, hasNext, Place, resume, type Scanned, scan, toCursor } from '../listing/index.ts';
import { toArtifactRow, toJobRow, toRunRow, toWorkflowRow } from './rows.ts';

export const actionShows = ['runs', 'run', 'workflows'] as const;

const Text = z.string().min(1).max(250);
const ActionsQuery = z.strictObject({
  repo: Text,
  show: z.enum(actionShows).optional(),
  run_id: z.int().min(1).optional(),
  workflow: Text.optional(),
  branch: Text.optional(),
  event: Text.optional(),
  status: Text.optional(),
  actor: Text.optional(),
  sha: Text.optional(),
  created: Text.optional(),
});
type ActionsQuery = z.infer<typeof ActionsQuery>;

export type ActionsAsked = { readonly [K in keyof ActionsQuery]?: ActionsQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Row = Record<string, unknown>;

export interface ActionsAnswer {
  repo: string;
  show: (typeof actionShows)[number];
  /** The one that was asked for. */
  run?: Row;
  /** Runs, workflows, or the jobs of one run: failed ones first. */
  rows: Row[];
  artifacts?: Row[];
  total?: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

interface How {
  readonly name: RepositoryName;
  readonly query: ActionsQuery;
  readonly place: Place | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

type Part = Omit<ActionsAnswer, 'repo' | 'show' | 'next_cursor'> & { next?: Place | undefined };

/** Workflows, their runs, or one run with its jobs, failing steps and artifacts. */
export async function readActions(
  github: GitHub,
  { limit, cursor, ...asked }: ActionsAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<ActionsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'actions', query: ActionsQuery, place: Place });
  const show = query.show ?? (query.run_id === undefined ? 'runs' : 'run');
  const name = github.repo(query.repo);
  const how = { name, query, place, limit, maxChars: contentBudget(maxChars) };
  const { next, ...part } = await reads[show](github, how, call);
  return {
    ...{ repo: `${name.owner}/${name.repo}`, show },
    ...part,
    ...(next && { next_cursor: toCursor('actions', query, next) }),
  };
}

type Read = (github: GitHub, how: How, call: GitHubCall) => Promise<Part>;
const reads: Readonly<Record<ActionsAnswer['show'], Read>> = { runs, run, workflows };

const partOf = ({ rows, next, total, cut }: Scanned<Row>): Part => ({
  ...{ rows, next },
  ...(total !== undefined && { total }),
  ...(cut === 'budget' && { truncated: true }),
  notes: rows.length === 0 && next === undefined ? ['Nothing matches.'] : [],
});

async function runs(github: GitHub, { name, query, place, ...how }: How, call: GitHubCall): Promise<Part> {
  const { branch, event, status, actor, sha: head_sha, created } = query;
  const filters = given({ ...name, branch, event, status, actor, head_sha, created });
  const workflow_id =
    query.workflow === undefined ? undefined : await workflowOf(github, { ...name, workflow: query.workflow }, call);
  const found = await scan({
    ...how,
    from: place ?? firstPlace(how.limit),
    toRow: toRunRow,
    async fetch(page, size) {
      const asked = { ...filters, page, per_page: size };
      const { data, headers } =
        workflow_id === undefined
          ? await github.rest('GET /repos/{owner}/{repo}/actions/runs', asked as never, call)
          : await github.rest(
              'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
              { ...asked, workflow_id } as never,
              call,
            );
      return { items: data.workflow_runs, more: hasNext(headers), total: data.total_count };
    },
  });
  return partOf(found);
}

async function workflows(github: GitHub, { name, place, ...how }: How, call: GitHubCall): Promise<Part> {
  const found = await scan({
    ...how,
    from: place ?? firstPlace(how.limit),
    toRow: toWorkflowRow,
    async fetch(page, size) {
      const asked = { ...name, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/actions/workflows', asked, call);
      return { items: data.workflows, more: hasNext(headers), total: data.total_count };
    },
  });
  return partOf(found);
}

async function run(github: GitHub, { name, query, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { run_id } = query;
  if (run_id === undefined) throw new ValidationError('run_id: give the run to show.');
  const at = { ...name, run_id };
  const [{ data }, jobs, { data: kept }] = await Promise.all([
    github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', at, call),
    everyJob(github, at, call),
    github.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { ...at, per_page: 100 }, call),
  ]);
  const run = toRunRow(data);
  const failed = jobs.filter(({ conclusion }) => conclusion !== null && !good.includes(conclusion));
  const rows = [...failed, ...jobs.filter((job) => !failed.includes(job))].map(toJobRow);
  const room = maxChars - jsonLength(run);
  const { taken, left } = within(rows, Math.floor(room * 0.75));
  const artifacts = within(kept.artifacts.map(toArtifactRow), room - jsonLength(taken));
  const cut = left + artifacts.left > 0;
  return {
    ...{ run, rows: taken, total: jobs.length },
    ...(artifacts.taken.length > 0 && { artifacts: artifacts.taken }),
    ...(cut && { truncated: true }),
    notes: [
      ...(cut
        ? [`${left} more jobs and ${artifacts.left} more artifacts did not fit; a larger max_chars shows them.`]
        : []),
      ...(failed.length > 0 ? ['github_job_logs with this run_id shows why its jobs failed.'] : []),
    ],
  };
}

const good = ['success', 'neutral', 'skipped'];
const mostJobPages = 5;

async function everyJob(github: GitHub, at: RepositoryName & { run_id: number }, call: GitHubCall) {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs';
  const read = async (page: number) => github.rest(route, { ...at, filter: 'latest', per_page: 100, page }, call);
  let answer = await read(1);
  const jobs = [...answer.data.jobs];
  for (let page = 2; page <= mostJobPages && hasNext(answer.headers); page += 1) {
    answer = await read(page);
    jobs.push(...answer.data.jobs);
  }
  return jobs;
}

function within(rows: readonly Row[], maxChars: number): { taken: Row[]; left: number } {
  let used = 2;
  const end = rows.findIndex((row) => {
    used += jsonLength(row) + 1;
    return used > maxChars;
  });
  return end === -1 ? { taken: [...rows], left: 0 } : { taken: rows.slice(0, end), left: rows.length - end };
}

/** GitHub wants an id or a file name; people know what the workflow is called. */
async function workflowOf(
  github: GitHub,
  { workflow, ...name }: RepositoryName & { workflow: string },
  call: GitHubCall,
): Promise<string | number> {
  if (/^\d+$/.test(workflow)) return Number(workflow);
  if (/\.ya?ml$/.test(workflow)) return workflow.slice(workflow.lastIndexOf('/') + 1);
  const { data } = await github.rest('GET /repos/{owner}/{repo}/actions/workflows', { ...name, per_page: 100 }, call);
  const found = data.workflows.find((each) => each.name.toLowerCase() === workflow.toLowerCase());
  if (found) return found.id;
  const names = data.workflows.map((each) => each.name);
  const near = nearest(workflow, names);
  throw new NotFoundError(`workflow: there is no "${workflow}" in ${name.owner}/${name.repo}.`, {
    hint:
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${names.slice(0, 20).join(', ') || 'none'}.`,
  });
}
