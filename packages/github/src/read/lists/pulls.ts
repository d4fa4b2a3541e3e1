import * as z from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given } from '../given.ts';
import { type Asked, checkFields, firstPlace, listPages, Place, resume } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import { type ListAnswer, toAnswer, toFields } from './answer.ts';

const pullFields = [
  ...(['number', 'title', 'state', 'draft', 'author', 'head', 'base', 'labels', 'assignees', 'reviewers'] as const),
  ...([
    'milestone',
    'auto_merge',
    'created_at',
    'updated_at',
    'closed_at',
    'merged_at',
    'head_sha',
    'id',
    'body',
  ] as const),
] as const;

const Text = z.string().min(1).max(250);
const PullsQuery = z.strictObject({
  repo: Text,
  state: z.enum(['open', 'closed', 'merged', 'all']).default('open'),
  head: Text.optional(),
  base: Text.optional(),
  author: Text.optional(),
  labels: z.array(Text).max(20).optional(),
  reviewer: Text.optional(),
  draft: z.boolean().optional(),
  sort: z.enum(['created', 'updated', 'popularity', 'long-running']).default('created'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  fields: z.array(Text).max(40).optional(),
});
type PullsQuery = z.infer<typeof PullsQuery>;

type Pull = RestData<'GET /repos/{owner}/{repo}/pulls'>[number];

/** Pull requests of a repository. What GitHub cannot filter by (author, labels, reviewer, draft, merged) is filtered here. */
export async function listPulls(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<PullsQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<ListAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'pulls', query: PullsQuery, place: Place });
  const { fields, state, head, base, sort, direction } = query;
  if (fields) checkFields(fields, pullFields);
  const name = github.repo(query.repo);
  const filtered =
    state === 'merged' || [query.author, query.labels, query.reviewer, query.draft].some((one) => one !== undefined);
  const parameters = given({
    ...{ ...name, base, sort, direction, state: state === 'merged' ? ('closed' as const) : state },
    head: head === undefined || head.includes(':') ? head : `${name.owner}:${head}`,
  });
  const most = contentBudget(maxChars);
  const page = await listPages(
    github,
    {
      ...{ route: 'GET /repos/{owner}/{repo}/pulls', parameters },
      toRow: (pull: Pull) => (matches(pull, query) ? toRow(pull, { fields, maxChars: most }) : undefined),
    },
    {
      asked: { kind: 'pulls', query, place: place ?? firstPlace(filtered ? 100 : limit), limit, maxChars: most },
      call,
    },
  );
  return toAnswer(name, page, { kind: 'pulls', limit });
}

function matches(pull: Pull, { state, author, labels = [], reviewer, draft }: PullsQuery): boolean {
  const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
  const wanted = [
    state !== 'merged' || pull.merged_at !== null,
    author === undefined || same(pull.user?.login, author),
    labels.every((label) => pull.labels.some(({ name }) => same(name, label))),
    reviewer === undefined ||
      pull.requested_reviewers?.some(({ login }) => same(login, reviewer)) ||
      pull.requested_teams?.some(({ slug }) => same(slug, reviewer)),
    draft === undefined || (pull.draft ?? false) === draft,
  ];
  return wanted.every(Boolean);
}

function toRow(pull: Pull, how: Parameters<typeof toFields>[2]): Record<string, unknown> {
  const row = {
    number: pull.number,
    title: pull.title,
    state: pull.merged_at ? 'merged' : pull.state,
    draft: pull.draft,
    author: loginOf(pull.user),
    // Of a fork that is gone GitHub may know the branch alone.
    head: pull.head.repo?.full_name === pull.base.repo.full_name ? pull.head.ref : (pull.head.label ?? pull.head.ref),
    base: pull.base.ref,
    labels: pull.labels.map((label) => label.name),
    assignees: pull.assignees?.map(loginOf),
    reviewers: [
      ...(pull.requested_reviewers ?? []).map(({ login }) => login),
      ...(pull.requested_teams ?? []).map(({ slug }) => `team ${slug}`),
    ],
    milestone: pull.milestone?.title,
    auto_merge: pull.auto_merge?.merge_method,
    created_at: pull.created_at,
    updated_at: pull.updated_at,
  };
  const wide = {
    ...{ closed_at: pull.closed_at, merged_at: pull.merged_at, head_sha: pull.head.sha },
    ...{ id: pull.id, body: pull.body },
  };
  return toFields(row, wide, how);
}
