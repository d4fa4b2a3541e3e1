import { z } from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given, telling } from '../given.ts';
import { checkFields, firstPlace, hasNext, Place, pick, resume, scan } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import { type ListAnswer, toAnswer } from './issues.ts';

export const pullFields = [
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

export type PullsAsked = { readonly [K in keyof PullsQuery]?: PullsQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Pull = RestData<'GET /repos/{owner}/{repo}/pulls'>[number];

/** Pull requests of a repository. What GitHub cannot filter by (author, labels, reviewer, draft, merged) is filtered here. */
export async function listPulls(
  github: GitHub,
  { limit, cursor, ...asked }: PullsAsked,
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
  const found = await scan({
    ...{ from: place ?? firstPlace(filtered ? 100 : limit), limit, maxChars: contentBudget(maxChars) },
    toRow: (pull: Pull) => (matches(pull, query) ? toPullRow(pull, fields) : undefined),
    async fetch(page, size) {
      const sent = { ...parameters, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/pulls', sent, call);
      return { items: data, more: hasNext(headers) };
    },
  });
  return toAnswer(name, found, { query, kind: 'pulls' });
}

function matches(pull: Pull, { state, author, labels = [], reviewer, draft }: PullsQuery): boolean {
  const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
  const wanted = [
    state !== 'merged' || pull.merged_at !== null,
    author === undefined || same(pull.user?.login, author),
    labels.every((label) => pull.labels.some(({ name }) => same(name, label))),
    reviewer === undefined || pull.requested_reviewers?.some(({ login }) => same(login, reviewer)),
    draft === undefined || (pull.draft ?? false) === draft,
  ];
  return wanted.every(Boolean);
}

export function toPullRow(pull: Pull, fields: readonly string[] | undefined): Record<string, unknown> {
  const row = {
    number: pull.number,
    title: pull.title,
    state: pull.merged_at ? 'merged' : pull.state,
    draft: pull.draft,
    author: loginOf(pull.user),
    head: pull.head.repo?.full_name === pull.base.repo.full_name ? pull.head.ref : pull.head.label,
    base: pull.base.ref,
    labels: pull.labels.map((label) => label.name),
    assignees: pull.assignees?.map(({ login }) => login),
    reviewers: [
      ...(pull.requested_reviewers ?? []).map(({ login }) => login),
      ...(pull.requested_teams ?? []).map(({ slug }) => `team ${slug}`),
    ],
    milestone: pull.milestone?.title,
    auto_merge: pull.auto_merge?.merge_method,
    created_at: pull.created_at,
    updated_at: pull.updated_at,
  };
  if (fields === undefined) return telling(row);
  const wide = {
    ...{ closed_at: pull.closed_at, merged_at: pull.merged_at, head_sha: pull.head.sha },
    ...{ id: pull.id, body: pull.body },
  };
  return pick({ ...row, ...wide }, fields);
}
