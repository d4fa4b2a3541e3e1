import type { GitHub, GitHubCall, RepositoryName, RestData } from '../client/index.ts';
import { type ListPage, listRest, type OpenList } from './list.ts';

type Repository = RestData<'GET /repos/{owner}/{repo}'>;

/** What a repository is, in the fields that matter for working with it. */
export function toRepository(data: Repository): Record<string, unknown> {
  const { owner: _, ...shown } = {
    owner: data.owner.login,
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
  };
  return withoutEmpty(shown);
}

/** The highest first. */
const roles = ['admin', 'maintain', 'push', 'triage', 'pull'] as const;

const namesOf = (flags: Readonly<Record<string, boolean | undefined>>): string[] | undefined => {
  const names = Object.keys(flags).filter((name) => flags[name]);
  return names.length > 0 ? names : undefined;
};

export const withoutEmpty = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null));

export const repositoryParts = [
  ...(['branches', 'tags', 'releases', 'collaborators', 'labels', 'milestones', 'languages', 'rulesets'] as const),
] as const;
export type RepositoryPart = (typeof repositoryParts)[number];

export interface PartAsked {
  readonly list: OpenList<unknown>;
  readonly limit: number;
  readonly maxChars: number;
}

/** One list of a repository: `branches` and so on, rows with the fields one needs to go on. */
export function readPart(
  github: GitHub,
  { part, ...name }: RepositoryName & { part: RepositoryPart },
  { asked, call }: { asked: PartAsked; call: GitHubCall },
): Promise<ListPage<Record<string, unknown>>> {
  return parts[part](github, name, { asked, call });
}

type Read = (
  github: GitHub,
  name: RepositoryName,
  how: { asked: PartAsked; call: GitHubCall },
) => Promise<ListPage<Record<string, unknown>>>;

const parts: Readonly<Record<RepositoryPart, Read>> = {
  branches: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/branches', parameters: { ...name }, ...asked },
        toRow: (row) => withoutEmpty({ name: row.name, sha: row.commit.sha, protected: row.protected || undefined }),
      },
      call,
    ),
  tags: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/tags', parameters: { ...name }, ...asked },
        toRow: (row) => ({ name: row.name, sha: row.commit.sha }),
      },
      call,
    ),
  releases: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/releases', parameters: { ...name }, ...asked },
        toRow: (row) =>
          withoutEmpty({
            ...{ id: row.id, tag: row.tag_name, name: row.name, published_at: row.published_at },
            ...{ draft: row.draft || undefined, prerelease: row.prerelease || undefined },
            assets: row.assets?.length || undefined,
          }),
      },
      call,
    ),
  collaborators: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/collaborators', parameters: { ...name }, ...asked },
        toRow: (row) => ({ login: row.login, role: row.role_name }),
      },
      call,
    ),
  labels: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/labels', parameters: { ...name }, ...asked },
        toRow: (row) => withoutEmpty({ name: row.name, color: row.color, description: row.description || undefined }),
      },
      call,
    ),
  milestones: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        route: 'GET /repos/{owner}/{repo}/milestones',
        ...{ parameters: { ...name, state: 'all' }, ...asked },
        toRow: (row) =>
          withoutEmpty({
            ...{ number: row.number, title: row.title, state: row.state, due_on: row.due_on },
            ...{ open_issues: row.open_issues, closed_issues: row.closed_issues },
          }),
      },
      call,
    ),
  async languages(github, name, { call }) {
    const { data } = await github.rest('GET /repos/{owner}/{repo}/languages', { ...name }, call);
    return { items: Object.entries(data).map(([language, bytes]) => ({ language, bytes })) };
  },
  rulesets: (github, name, { asked, call }) =>
    listRest(
      github,
      {
        ...{ route: 'GET /repos/{owner}/{repo}/rulesets', parameters: { ...name }, ...asked },
        toRow: (row) => ({ id: row.id, name: row.name, target: row.target, enforcement: row.enforcement }),
      },
      call,
    ),
};
