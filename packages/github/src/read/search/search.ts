import { AuthError, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { type GitHub, type GitHubCall, type Missing, missingInWords } from '../../client/index.ts';
import { contentBudget, pageBytes } from '../budget.ts';
import { toDiscussionRow } from '../discussions/row.ts';
import { given } from '../given.ts';
import {
  After,
  firstAfter,
  firstPlace,
  hasNext,
  Place,
  resume,
  type Scanned,
  scan,
  takeNodes,
  toCursor,
} from '../listing/index.ts';
import { searchDiscussionsQuery } from './discussions.query.ts';
import { Filters, kinds, type SearchKind, toSearch } from './qualifiers.ts';
import { toAccountRow, toCodeRow, toCommitRow, toRepositoryRow, toThreadRow } from './rows.ts';

const SearchQuery = z.strictObject({
  kind: z.enum(kinds),
  query: z.string().max(1000).optional(),
  filters: Filters.optional(),
  sort: z.string().max(40).optional(),
  order: z.enum(['asc', 'desc']).optional(),
});
type SearchQuery = z.infer<typeof SearchQuery>;

export type SearchAsked = { readonly [K in keyof SearchQuery]?: SearchQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Row = Record<string, unknown>;

export interface SearchAnswer {
  kind: SearchKind;
  /** What GitHub was asked for. */
  search: string;
  rows: Row[];
  total?: number;
  /** GitHub gave up before it had looked everywhere. */
  incomplete?: boolean;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

/** What GitHub gives of any search. */
const mostResults = 1000;

const sorts: Readonly<Record<SearchKind, readonly string[]>> = {
  repositories: ['stars', 'forks', 'help-wanted-issues', 'updated'],
  code: [],
  issues: ['comments', 'reactions', 'interactions', 'created', 'updated'],
  pulls: ['comments', 'reactions', 'interactions', 'created', 'updated'],
  commits: ['author-date', 'committer-date'],
  users: ['followers', 'repositories', 'joined'],
  orgs: ['followers', 'repositories', 'joined'],
  discussions: [],
};

/** One page of a search, in compact rows. Throws ValidationError for what GitHub would misunderstand. */
export async function searchGitHub(
  github: GitHub,
  { limit, cursor, ...asked }: SearchAsked,
  { signal, maxChars }: GitHubCall & { maxChars: number },
): Promise<SearchAnswer> {
  const { query, place } = resume(cursor, asked, {
    kind: 'search',
    query: SearchQuery,
    place: z.union([Place, After]),
  });
  const { kind, sort } = query;
  if (sort !== undefined && !sorts[kind].includes(sort)) {
    throw new ValidationError(`sort: ${kind} cannot be sorted by "${sort}".`, {
      hint: sorts[kind].length > 0 ? `Valid: ${sorts[kind].join(', ')}.` : 'They are sorted by relevance alone.',
    });
  }
  const search = toSearch(kind, query);
  const how = { search, query, place, limit, maxChars: contentBudget(maxChars) };
  const read = kind === 'discussions' ? discussions : restKinds[kind];
  const { rows, next, total, cut, withheld, incomplete = false, missing = [] } = await read(github, how, { signal });
  return {
    ...{ kind, search, rows },
    ...(total !== undefined && { total }),
    ...(incomplete && { incomplete }),
    ...(cut === 'budget' && { truncated: true }),
    ...(next && { next_cursor: toCursor('search', query, next) }),
    notes: [
      ...notesOf({ total, incomplete, nothing: rows.length === 0 && next === undefined }),
      ...missingInWords([...missing, { kind: 'withheld', count: withheld }]),
    ],
  };
}

interface How {
  readonly search: string;
  readonly query: SearchQuery;
  readonly place: Place | After | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

interface Found extends Omit<Scanned<Row>, 'next'> {
  readonly next: Place | After | undefined;
  readonly incomplete?: boolean;
  /** Where it is not told otherwise. */
  readonly missing?: readonly Missing[];
}

type Read = (github: GitHub, how: How, call: GitHubCall) => Promise<Found>;

function searching(
  route: 'repositories' | 'code' | 'issues' | 'commits' | 'users',
  // biome-ignore lint/suspicious/noExplicitAny: what a row is depends on the route.
  toRow: (item: any) => Row,
): Read {
  return async (github, { search, query: { sort, order }, place, ...how }, call) => {
    let incomplete = false;
    const mediaType = route === 'code' ? { format: 'text-match' } : undefined;
    const found = await scan<unknown, Row>({
      ...how,
      toRow,
      mostPages: mostPages[route],
      from: place && 'page' in place ? place : firstPlace(how.limit),
      async fetch(page, size) {
        const parameters = given({ q: search, sort, order, mediaType, page, per_page: size });
        const answer = await github
          .rest(`GET /search/${route}`, parameters as never, { ...call, maxBytes: pageBytes })
          .catch(explain({ search, route, anonymous: () => github.state().credential === 'none' }));
        incomplete ||= answer.data.incomplete_results;
        return {
          ...{ items: answer.data.items, total: answer.data.total_count, withheld: answer.withheld },
          more: hasNext(answer.headers),
        };
      },
    });
    return { ...found, incomplete };
  };
}

/** Pages of one call where most rows are outside the allowlist: GitHub answers 30 searches a minute, and 10 of code. */
const mostPages = { repositories: 3, code: 1, issues: 3, commits: 3, users: 3 } as const;

/** GitHub says no more than that the search is not valid when a place in it does not exist, and that code needs an account. */
const explain =
  ({ search, route, anonymous }: { search: string; route: string; anonymous: () => boolean }) =>
  (error: unknown): never => {
    if (error instanceof AuthError && route === 'code' && anonymous()) {
      throw new AuthError('GitHub searches code only for a credential, and none is configured.', {
        cause: error,
        hint: 'A person can set GITHUB_TOKEN. github_tree finds files by name, github_read_files reads them without.',
      });
    }
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(`GitHub does not accept the search: ${search}`, {
      cause: error,
      hint: 'Check that the repository, account and label names in it exist, and that the credential may see them.',
    });
  };

const restKinds: Readonly<Record<Exclude<SearchKind, 'discussions'>, Read>> = {
  repositories: searching('repositories', toRepositoryRow),
  code: searching('code', toCodeRow),
  issues: searching('issues', toThreadRow),
  pulls: searching('issues', toThreadRow),
  commits: searching('commits', toCommitRow),
  users: searching('users', toAccountRow),
  orgs: searching('users', toAccountRow),
};

async function discussions(github: GitHub, { search, place, limit, maxChars }: How, call: GitHubCall): Promise<Found> {
  const from = place && 'after' in place ? place : firstAfter(limit);
  const variables = { search, first: from.size, after: from.after };
  const missing: Missing[] = [];
  const onMissing = (one: Missing) => void missing.push(one);
  const { search: found } = await github.graphql(searchDiscussionsQuery, variables, { ...call, onMissing });
  const nodes = found.nodes.filter((node) => node !== null);
  const all = nodes.map((node) => toDiscussionRow(node, node.repository.nameWithOwner));
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars, pageInfo: found.pageInfo });
  // It counts what is outside the allowlist too; how much that is must not be learnt from it.
  const total = missing.some(({ kind }) => kind === 'withheld') ? undefined : found.discussionCount;
  return { rows, next, total, withheld: 0, missing, cut: cut ? 'budget' : undefined };
}

function notesOf({
  total = 0,
  incomplete,
  nothing,
}: {
  total: number | undefined;
  incomplete: boolean;
  nothing: boolean;
}) {
  return [
    ...(total > mostResults
      ? [
          `GitHub gives at most ${mostResults} of the ${total} results. Narrow the search, by dates for example, to reach the others.`,
        ]
      : []),
    ...(incomplete ? ['GitHub ran out of time, so results may be missing. Narrow the search.'] : []),
    ...(nothing ? ['Nothing was found. Private repositories are only searched when the credential may see them.'] : []),
  ];
}
