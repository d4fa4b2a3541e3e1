import { invalid, unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { branchRef } from './refs.ts';
import { addRepository, findRepository, fullName, type Repository, type RepositorySettings } from './repository.ts';
import type { State } from './state.ts';

/** Fields of the API and what they are called here. */
const fields: Readonly<Record<string, keyof RepositorySettings>> = {
  description: 'description',
  homepage: 'homepage',
  default_branch: 'defaultBranch',
  archived: 'archived',
  is_template: 'isTemplate',
  has_issues: 'hasIssues',
  has_projects: 'hasProjects',
  has_wiki: 'hasWiki',
  has_discussions: 'hasDiscussions',
  allow_merge_commit: 'allowMergeCommit',
  allow_squash_merge: 'allowSquashMerge',
  allow_rebase_merge: 'allowRebaseMerge',
  allow_auto_merge: 'allowAutoMerge',
  allow_update_branch: 'allowUpdateBranch',
  allow_forking: 'allowForking',
  delete_branch_on_merge: 'deleteBranchOnMerge',
  web_commit_signoff_required: 'webCommitSignoffRequired',
};

/** The settings among the fields of a request. */
export function settingsOf(body: Readonly<Record<string, unknown>>): Partial<RepositorySettings> {
  const known = Object.entries(body).flatMap(([field, value]) => {
    const name = fields[field];
    return name === undefined || value === undefined ? [] : [[name, value === '' ? null : value] as const];
  });
  return Object.fromEntries(known);
}

/** A name as GitHub would write it. Throws Refusal for none, and for one that is taken. */
export function newName(state: State, owner: Account, name: string): string {
  const written = name.trim().replaceAll(/[^A-Za-z0-9._-]/g, '-');
  if (written === '' || written === '.' || written === '..' || written.length > 100) {
    throw invalid({ resource: 'Repository', field: 'name', code: 'invalid', message: 'name is invalid' });
  }
  if (findRepository(state, `${owner.login}/${written}`)) {
    throw invalid({
      ...{ resource: 'Repository', code: 'custom', field: 'name' },
      message: 'name already exists on this account',
    });
  }
  return written;
}

/** Changes settings and visibility. Throws Refusal. */
export function updateSettings(state: State, repository: Repository, body: Readonly<Record<string, unknown>>): void {
  const settings = settingsOf(body);
  const { defaultBranch } = settings;
  if (defaultBranch !== undefined && !repository.refs.has(branchRef(defaultBranch))) {
    throw invalid({ resource: 'Repository', field: 'default_branch', code: 'invalid' });
  }
  if (repository.archived && settings.archived !== false)
    throw unprocessable('Repository was archived so is read-only.');
  if (typeof body.name === 'string' && body.name !== repository.name) rename(state, repository, { name: body.name });
  Object.assign(repository, settings, { updatedAt: state.now() });
  if (typeof body.private === 'boolean') repository.visibility = body.private ? 'private' : 'public';
  if (typeof body.visibility === 'string') repository.visibility = body.visibility as Repository['visibility'];
}

/** A new name, a new owner, or both; the old name leads on to it. */
export function rename(state: State, repository: Repository, to: { name?: string; owner?: Account }): void {
  const old = fullName(repository).toLowerCase();
  const owner = to.owner ?? repository.owner;
  const name = newName(state, owner, to.name ?? repository.name);
  repository.owner = owner;
  repository.name = name;
  state.renamed.set(old, repository.id);
  state.renamed.delete(fullName(repository).toLowerCase());
  repository.updatedAt = state.now();
}

/** A fork with all of the branches, or the default one only; the one that is there where there is one. */
export function fork(
  state: State,
  source: Repository,
  to: { owner: Account; name?: string; defaultBranchOnly?: boolean },
): Repository {
  const known = [...state.repositories.values()].find(({ owner, parent }) => owner === to.owner && parent === source);
  if (known) return known;
  const forked = addRepository(state, {
    owner: to.owner,
    name: newName(state, to.owner, to.name ?? source.name),
    description: source.description,
    visibility: source.visibility,
    defaultBranch: source.defaultBranch,
    parent: source,
  });
  for (const [ref, sha] of source.refs) {
    const isWanted = to.defaultBranchOnly ? ref === branchRef(source.defaultBranch) : /^refs\/(heads|tags)\//.test(ref);
    if (isWanted) forked.refs.set(ref, sha);
  }
  return forked;
}
