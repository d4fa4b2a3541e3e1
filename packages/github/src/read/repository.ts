import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData, RestParameters, Route } from '../client/index.ts';
import { rowsWithin } from './budget.ts';
import { telling } from './given.ts';
import { type Item, type ListAsked, type ListPage, listPages } from './listing/index.ts';
import { releaseVersion } from './releases.ts';

type Repository = RestData<'GET /repos/{owner}/{repo}'>;

/** What a repository is, in the fields that matter for working with it. */
export function toRepository(data: Repository): Record<string, unknown> {
  return withoutEmpty({
    full_name: data.full_name,
    url: data.html_url,
    description: data.description,
    homepage: data.homepage || undefined,
    visibility: data.visibility ?? (data.private ? 'private' : 'public'),
    default_branch: data.default_branch,
    topics: data.topics?.length ? data.topics : undefined,
    language: data.language,
    license: data.license?.spdx_id,
    archived: data.archived || undefined,
    disabled: data.disabled || undefined,
    template: data.is_template || undefined,
    fork_of: data.fork ? (data.parent?.full_name ?? 'a repository that is not shown') : undefined,
    stars: data.stargazers_count,
    forks: data.forks_count,
    open_issues_and_pulls: data.open_issues_count,
    size_kb: data.size,
    features: namesOf({
      issues: data.has_issues,
      projects: data.has_projects,
      wiki: data.has_wiki,
      pages: data.has_pages,
      discussions: data.has_discussions,
    }),
    merge: namesOf({
      merge: data.allow_merge_commit,
      squash: data.allow_squash_merge,
      rebase: data.allow_rebase_merge,
      auto: data.allow_auto_merge,
      deletes_branch: data.delete_branch_on_merge,
    }),
    role: roles.find((role) => data.permissions?.[role]),
    created_at: data.created_at,
    updated_at: data.updated_at,
    pushed_at: data.pushed_at,
  });
}

/** The highest first. */
const roles = ['admin', 'maintain', 'push', 'triage', 'pull'] as const;

const namesOf = (flags: Readonly<Record<string, boolean | undefined>>): string[] | undefined => {
  const names = Object.keys(flags).filter((name) => flags[name]);
  return names.length > 0 ? names : undefined;
};

const withoutEmpty = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null));

export const repositoryParts = [
  ...(['branches', 'tags', 'releases', 'collaborators', 'labels', 'milestones', 'languages', 'rulesets'] as const),
  'issue_types',
] as const;
export type RepositoryPart = (typeof repositoryParts)[number];

type Row = Record<string, unknown>;

interface How {
  readonly asked: ListAsked;
  readonly call: GitHubCall;
}

/** One list of a repository: `branches` and so on, rows with the fields one needs to go on. */
export function readPart(
  github: GitHub,
  { part, ...name }: RepositoryName & { part: RepositoryPart },
  how: How,
): Promise<ListPage<Row>> {
  return parts[part](github, name, how);
}

type Read = (github: GitHub, name: RepositoryName, how: How) => Promise<ListPage<Row>>;

const listed =
  <R extends Route>(route: R, toRow: (item: Item<R>) => Row, filter: object = {}): Read =>
  (github, name, how) =>
    listPages(github, { route, toRow, parameters: { ...name, ...filter } as RestParameters<R> }, how);

const parts: Readonly<Record<RepositoryPart, Read>> = {
  branches: listed('GET /repos/{owner}/{repo}/branches', ({ name, commit, protected: guarded }) => ({
    ...{ name, sha: commit.sha },
    ...telling({ protected: guarded }),
  })),
  tags: listed('GET /repos/{owner}/{repo}/tags', ({ name, commit }) => ({ name, sha: commit.sha })),
  releases: listed('GET /repos/{owner}/{repo}/releases', (release) => ({
    ...{ id: release.id, tag: release.tag_name },
    ...telling({ name: release.name, published_at: release.published_at, draft: release.draft }),
    ...telling({ prerelease: release.prerelease, assets: release.assets.length }),
    updated_at: releaseVersion(release),
  })),
  collaborators: listed('GET /repos/{owner}/{repo}/collaborators', ({ login, role_name }) => ({
    ...{ login, role: role_name },
  })),
  labels: listed('GET /repos/{owner}/{repo}/labels', ({ name, color, description }) => ({
    ...{ name, color },
    ...telling({ description }),
  })),
  milestones: listed(
    'GET /repos/{owner}/{repo}/milestones',
    ({ number, title, state, due_on, open_issues, closed_issues }) => ({
      ...{ number, title, state },
      ...telling({ due_on }),
      ...{ open_issues, closed_issues },
    }),
    { state: 'all' },
  ),
  // Without pages: the most used come first.
  async languages(github, name, { asked: { limit, maxChars }, call }) {
    const { data } = await github.rest('GET /repos/{owner}/{repo}/languages', { ...name }, call);
    const rows = Object.entries(data).map(([language, bytes]) => ({ language, bytes }));
    const { taken } = rowsWithin(rows.slice(0, limit), maxChars);
    return { items: taken, ...(taken.length < rows.length && { truncated: true }) };
  },
  // Also without pages.
  async issue_types(github, name, { asked: { maxChars }, call }) {
    const route = 'GET /repos/{owner}/{repo}/issue-types';
    const { status, data } = await github.rest(route, { ...name }, { ...call, expect: [404] });
    if (status === 404)
      throw new NotFoundError('There are none: only repositories of organisations have types of issues.');
    const types = data.filter((type) => type?.is_enabled !== false);
    const rows = types.flatMap((type) =>
      type ? { name: type.name, ...telling({ description: type.description }) } : [],
    );
    const { taken } = rowsWithin(rows, maxChars);
    return { items: taken, ...(taken.length < rows.length && { truncated: true }) };
  },
  rulesets: listed('GET /repos/{owner}/{repo}/rulesets', ({ id, name, target, enforcement }) => ({
    ...{ id, name, target, enforcement },
  })),
};
