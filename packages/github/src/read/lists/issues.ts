import { NotFoundError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given } from '../given.ts';
import { labelsOf } from '../issue.ts';
import { type Asked, checkFields, firstPlace, hasNext, listPages, Place, resume } from '../listing/index.ts';
import { nearHint } from '../near.ts';
import { loginOf } from '../untrusted.ts';
import { type ListAnswer, toAnswer, toFields } from './answer.ts';

const issueFields = [
  ...([
    'number',
    'title',
    'state',
    'state_reason',
    'author',
    'assignees',
    'labels',
    'milestone',
    'type',
    'comments',
  ] as const),
  ...(['reactions', 'locked', 'created_at', 'updated_at', 'closed_at', 'sub_issues', 'id', 'body'] as const),
] as const;

const Text = z.string().min(1).max(250);
const IssuesQuery = z.strictObject({
  repo: Text,
  state: z.enum(['open', 'closed', 'all']).default('open'),
  labels: z.array(Text).max(20).optional(),
  assignee: Text.optional(),
  author: Text.optional(),
  mentions: Text.optional(),
  milestone: Text.optional(),
  type: Text.optional(),
  since: Text.optional(),
  sort: z.enum(['created', 'updated', 'comments']).default('created'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  fields: z.array(Text).max(40).optional(),
});
type IssuesQuery = z.infer<typeof IssuesQuery>;

type Issue = RestData<'GET /repos/{owner}/{repo}/issues'>[number];

/** Issues of a repository without its pull requests, which GitHub lists among them. */
export async function listIssues(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<IssuesQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<ListAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'issues', query: IssuesQuery, place: Place });
  const { fields } = query;
  if (fields) checkFields(fields, issueFields);
  const name = github.repo(query.repo);
  const { state, assignee, author, mentions, type, since, sort, direction } = query;
  const milestone = await milestoneOf(github, { ...name, milestone: query.milestone }, call);
  const parameters = given({
    ...{ ...name, state, assignee, type, since, sort, direction, milestone },
    ...{ creator: author, mentioned: mentions, labels: query.labels?.join(',') },
  });
  const most = contentBudget(maxChars);
  const page = await listPages(
    github,
    {
      route: 'GET /repos/{owner}/{repo}/issues',
      parameters: parameters as never,
      toRow: (issue: Issue) => (issue.pull_request ? undefined : toRow(issue, { fields, maxChars: most })),
    },
    { asked: { kind: 'issues', query, place: place ?? firstPlace(100), limit, maxChars: most }, call },
  );
  return toAnswer(name, page, { kind: 'issues', limit });
}

function toRow(issue: Issue, how: Parameters<typeof toFields>[2]): Record<string, unknown> {
  const row = {
    number: issue.number,
    title: issue.title,
    state: issue.state,
    state_reason: issue.state_reason,
    author: loginOf(issue.user),
    assignees: issue.assignees?.map(loginOf),
    labels: labelsOf(issue),
    milestone: issue.milestone?.title,
    type: issue.type?.name,
    comments: issue.comments,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
  const wide = {
    reactions: issue.reactions?.total_count,
    locked: issue.locked,
    closed_at: issue.closed_at,
    sub_issues: issue.sub_issues_summary,
    ...{ id: issue.id, body: issue.body },
  };
  return toFields(row, wide, how);
}

/** Of 100 milestones. */
const mostPages = 5;

/** GitHub wants a milestone's number; people know its title. */
async function milestoneOf(
  github: GitHub,
  { milestone, ...name }: RepositoryName & { milestone: string | undefined },
  call: GitHubCall,
): Promise<string | undefined> {
  if (milestone === undefined || milestone === '*' || milestone === 'none') return milestone;
  const asked = { ...name, state: 'all', per_page: 100 } as const;
  const found: { number: number; title: string }[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/milestones', { ...asked, page }, call);
    const same = data.find(({ title }) => title === milestone);
    if (same) return String(same.number);
    found.push(...data);
    if (!hasNext(headers)) break;
  }
  // A title of digits comes before the milestone of that number.
  if (found.some(({ number }) => String(number) === milestone)) return milestone;
  const titles = found.map(({ title }) => title);
  throw new NotFoundError(`milestone: there is no "${milestone}" in ${name.owner}/${name.repo}.`, {
    hint: nearHint(milestone, titles),
  });
}
