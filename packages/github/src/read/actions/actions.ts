import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given } from '../given.ts';
import { type Asked, firstPlace, hasNext, Place, resume, type Scanned, scan, toCursor } from '../listing/index.ts';
import { type ActionsAnswer, ActionsQuery, checkQuery, type How, type Part } from './query.ts';
import { toRunRow, toWorkflowRow } from './rows.ts';
import { run } from './run.ts';
import { workflowNamed } from './workflow.ts';

type Row = Record<string, unknown>;

/** Workflows, their runs, or one run with its jobs, failing steps and artifacts. */
export async function readActions(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<ActionsQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<ActionsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'actions', query: ActionsQuery, place: Place });
  const show = query.show ?? (query.run_id === undefined ? 'runs' : 'run');
  checkQuery(query, show);
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

/** What GitHub gives of runs by any filter but their workflow. */
const mostFiltered = 1000;

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
  const isFiltered = [branch, event, status, actor, head_sha, created].some((each) => each !== undefined);
  const part = partOf(found);
  if (!isFiltered || (found.total ?? 0) <= mostFiltered) return part;
  const note = `GitHub gives at most ${mostFiltered} of the ${found.total} runs that match; created reaches the others.`;
  return { ...part, notes: [...part.notes, note] };
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

/** GitHub wants an id or a file name; people know what the workflow is called. */
async function workflowOf(
  github: GitHub,
  { workflow, ...name }: RepositoryName & { workflow: string },
  call: GitHubCall,
): Promise<string | number> {
  if (/^\d+$/.test(workflow)) return Number(workflow);
  if (/\.ya?ml$/.test(workflow)) return workflow.slice(workflow.lastIndexOf('/') + 1);
  return (await workflowNamed(github, { ...name, wanted: workflow }, call)).id;
}
