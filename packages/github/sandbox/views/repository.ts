import type { Account } from '../model/accounts.ts';
import { languagesOf } from '../model/languages.ts';
import { licenseOf, licenseView } from '../model/licenses.ts';
import { nodeId } from '../model/node-id.ts';
import { atLeast, forksOf, fullName, type Repository, roleOf, sourceOf, stargazersOf } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';

/** Suffixes of the addresses below a repository, by field. */
const addresses: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export const repositoryUrl = (state: State, repository: Repository): string =>
  `${state.urls.api}/repos/${fullName(repository)}`;
export const repositoryHtml = (state: State, repository: Repository): string =>
  `${state.urls.html}/${fullName(repository)}`;

/** A repository inside of other things, and in search results' code. */
export function shortRepository(state: State, repository: Repository) {
  const url = repositoryUrl(state, repository);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
    owner: simpleUser(state, repository.owner),
    html_url: repositoryHtml(state, repository),
    description: repository.description,
    fork: repository.parent !== undefined,
    url,
    ...Object.fromEntries(Object.entries(addresses).map(([field, suffix]) => [field, url + suffix])),
  };
}

/** A repository of a list. */
export function repositoryView(state: State, repository: Repository, viewer: Account | undefined) {
  const html = repositoryHtml(state, repository);
  const license = licenseOf(repository)?.license;
  const role = roleOf(state, repository, viewer);
  const stars = stargazersOf(state, repository).length;
  const forks = forksOf(state, repository).length;
  return {
    ...shortRepository(state, repository),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt),
    pushed_at: iso(repository.pushedAt),
    git_url: `git:${html.replace(/^https?:/, '')}.git`,
    ssh_url: `git@github.com:${fullName(repository)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: repository.homepage,
    size: 1,
    stargazers_count: stars,
    watchers_count: stars,
    language: Object.keys(languagesOf(repository))[0] ?? null,
    has_issues: repository.hasIssues,
    has_projects: repository.hasProjects,
    has_downloads: true,
    has_wiki: repository.hasWiki,
    has_pages: false,
    has_discussions: repository.hasDiscussions,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: repository.openIssues,
    license: license ? licenseView(state.urls.api, license) : null,
    allow_forking: repository.allowForking,
    is_template: repository.isTemplate,
    web_commit_signoff_required: repository.webCommitSignoffRequired,
    topics: repository.topics,
    visibility: repository.visibility,
    forks,
    open_issues: repository.openIssues,
    watchers: stars,
    default_branch: repository.defaultBranch,
    ...(viewer && {
      permissions: {
        admin: atLeast(role, 'admin'),
        maintain: atLeast(role, 'maintain'),
        push: atLeast(role, 'write'),
        triage: atLeast(role, 'triage'),
        pull: atLeast(role, 'read'),
      },
    }),
  };
}

/** A repository on its own. */
export function fullRepository(state: State, repository: Repository, viewer: Account | undefined): object {
  const { parent, owner } = repository;
  const canPush = atLeast(roleOf(state, repository, viewer), 'write');
  return {
    ...repositoryView(state, repository, viewer),
    ...(owner.type === 'Organization' && { organization: simpleUser(state, owner) }),
    ...(parent && {
      parent: repositoryView(state, parent, viewer),
      source: repositoryView(state, sourceOf(repository), viewer),
    }),
    ...(canPush && {
      temp_clone_token: '',
      allow_squash_merge: repository.allowSquashMerge,
      allow_merge_commit: repository.allowMergeCommit,
      allow_rebase_merge: repository.allowRebaseMerge,
      allow_auto_merge: repository.allowAutoMerge,
      delete_branch_on_merge: repository.deleteBranchOnMerge,
      allow_update_branch: repository.allowUpdateBranch,
      use_squash_pr_title_as_default: false,
      squash_merge_commit_message: 'COMMIT_MESSAGES',
      squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
      merge_commit_message: 'PR_TITLE',
      merge_commit_title: 'MERGE_MESSAGE',
    }),
    network_count: forksOf(state, sourceOf(repository)).length,
    subscribers_count: 1,
  };
}
