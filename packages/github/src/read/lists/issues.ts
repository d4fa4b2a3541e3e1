import { NotFoundError, nearest } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given, telling } from '../given.ts';
import { checkFields, firstPlace, hasNext, Place, pick, resume, scan, toCursor } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';

export const issueFields = [
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

export type IssuesAsked = { readonly [K in keyof IssuesQuery]?: IssuesQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

export interface ListAnswer {
  repo: string;
  rows: Record<string, unknown>[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

type Issue = RestData<'GET /repos/{owner}/{repo}/issues'>[number];

/** Issues of a repository without its pull requests, which GitHub lists among them. */
export async function listIssues(
  github: GitHub,
  { limit, cursor, ...asked }: IssuesAsked,
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
  const found = await scan({
    ...{ from: place ?? firstPlace(100), limit, maxChars: contentBudget(maxChars) },
    toRow: (issue: Issue) => (issue.pull_request ? undefined : toIssueRow(issue, fields)),
    async fetch(page, size) {
      const sent = { ...parameters, page, per_page: size } as never;
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/issues', sent, call);
      return { items: data, more: hasNext(headers) };
    },
  });
  return toAnswer(name, found, { query, kind: 'issues' });
}

/** What a list answers, and why it ended where it did. */
export function toAnswer(
  { owner, repo }: RepositoryName,
  { rows, next, cut }: Awaited<ReturnType<typeof scan<never, Record<string, unknown>>>>,
  { query, kind }: { query: unknown; kind: string },
): ListAnswer {
  return {
    ...{ repo: `${owner}/${repo}`, rows },
    ...(next && { next_cursor: toCursor(kind, query, next) }),
    ...(cut === 'budget' && { truncated: true }),
    notes: [
      ...(cut === 'pages' ? ['500 entries were looked at; the cursor goes on with the next.'] : []),
      ...(rows.length === 0 && next === undefined ? [`No ${kind} match.`] : []),
    ],
  };
}

export function toIssueRow(issue: Issue, fields: readonly string[] | undefined): Record<string, unknown> {
  const row = {
    number: issue.number,
    title: issue.title,
    state: issue.state,
    state_reason: issue.state_reason,
    author: loginOf(issue.user),
    assignees: issue.assignees?.map(({ login }) => login),
    labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    milestone: issue.milestone?.title,
    type: issue.type?.name,
    comments: issue.comments,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
  if (fields === undefined) return telling(row);
  const wide = {
    reactions: issue.reactions?.total_count,
    locked: issue.locked,
    closed_at: issue.closed_at,
    sub_issues: issue.sub_issues_summary,
    ...{ id: issue.id, body: issue.body },
  };
  return pick({ ...row, ...wide }, fields);
}

/** GitHub wants a milestone's number; people know its title. */
async function milestoneOf(
  github: GitHub,
  { milestone, ...name }: RepositoryName & { milestone: string | undefined },
  call: GitHubCall,
): Promise<string | undefined> {
  if (milestone === undefined || milestone === '*' || milestone === 'none') return milestone;
  const asked = { ...name, state: 'all', per_page: 100 } as const;
  const { data } = await github.rest('GET /repos/{owner}/{repo}/milestones', asked, call);
  const found =
    data.find(({ title }) => title === milestone) ?? data.find(({ number }) => String(number) === milestone);
  if (found) return String(found.number);
  const titles = data.map(({ title }) => title);
  const near = nearest(milestone, titles);
  throw new NotFoundError(`milestone: there is no "${milestone}" in ${name.owner}/${name.repo}.`, {
    hint:
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${titles.slice(0, 20).join(', ') || 'none'}.`,
  });
}
