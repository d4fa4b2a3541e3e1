import { type Account, organizationsOf } from './accounts.ts';
import type { Attachable } from './attached.ts';
import { createLabels, type Label, type Milestone } from './labels.ts';
import { createObjectStore, type ObjectStore } from './objects.ts';
import type { Protection } from './protection.ts';
import type { Ruleset } from './rulesets.ts';
import type { State } from './state.ts';

export type Visibility = 'public' | 'private' | 'internal';

export interface CommitStatus {
  readonly id: number;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: number;
}

/** What a repository can be changed to by its settings. */
export interface RepositorySettings {
  description: string | null;
  homepage: string | null;
  defaultBranch: string;
  archived: boolean;
  isTemplate: boolean;
  hasIssues: boolean;
  hasProjects: boolean;
  hasWiki: boolean;
  hasDiscussions: boolean;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  allowAutoMerge: boolean;
  allowUpdateBranch: boolean;
  allowForking: boolean;
  deleteBranchOnMerge: boolean;
  webCommitSignoffRequired: boolean;
}

export interface Repository extends Attachable, RepositorySettings {
  readonly id: number;
  owner: Account;
  name: string;
  visibility: Visibility;
  topics: readonly string[];
  readonly parent: Repository | undefined;
  readonly objects: ObjectStore;
  /** 'refs/heads/main' -> sha. */
  readonly refs: Map<string, string>;
  /** User id -> role, beyond what the owner's side gives. */
  readonly collaborators: Map<number, Role>;
  readonly protections: Map<string, Protection>;
  readonly rulesets: Ruleset[];
  readonly labels: Label[];
  readonly milestones: Milestone[];
  readonly statuses: Map<string, CommitStatus[]>;
  readonly createdAt: number;
  updatedAt: number;
  pushedAt: number;
  /** Taken down: 451 for the law, 403 for the terms, 410 for what is gone. */
  blocked?: { readonly status: 403 | 410 | 451; readonly reason: string };
  /** Of issues and pull requests together. */
  lastNumber: number;
  /** Kept by the areas of issues and pull requests. */
  openIssues: number;
}

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export const roles: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];

export type NewRepository = Partial<RepositorySettings> & {
  readonly owner: Account;
  readonly name: string;
  readonly visibility?: Visibility;
  readonly topics?: readonly string[];
  readonly parent?: Repository;
};

export function addRepository(state: State, repository: NewRepository): Repository {
  const now = state.now();
  const added: Repository = {
    description: null,
    homepage: null,
    defaultBranch: 'main',
    archived: false,
    isTemplate: false,
    hasIssues: true,
    hasProjects: true,
    hasWiki: true,
    hasDiscussions: false,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    allowAutoMerge: false,
    allowUpdateBranch: false,
    allowForking: true,
    deleteBranchOnMerge: false,
    webCommitSignoffRequired: false,
    visibility: 'public',
    topics: [],
    ...repository,
    id: state.nextId(),
    parent: repository.parent,
    objects: repository.parent?.objects ?? createObjectStore(),
    refs: new Map(),
    collaborators: new Map(),
    protections: new Map(),
    rulesets: [],
    labels: createLabels(state),
    milestones: [],
    statuses: new Map(),
    attached: new Map(),
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    lastNumber: 0,
    openIssues: 0,
  };
  state.repositories.set(added.id, added);
  return added;
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

/** By its present name. */
export function findRepository(state: State, name: string): Repository | undefined {
  const wanted = name.toLowerCase();
  return state.repositories.values().find((repository) => fullName(repository).toLowerCase() === wanted);
}

/** The number of the next issue or pull request. */
export function takeNumber(repository: Repository): number {
  repository.lastNumber += 1;
  return repository.lastNumber;
}

/** What a user (undefined: a stranger) may do at most; undefined is nothing at all. */
export function roleOf(state: State, repository: Repository, user: Account | undefined): Role | undefined {
  const given: (Role | undefined)[] = [repository.visibility === 'public' ? 'read' : undefined];
  if (user) {
    const { owner } = repository;
    if (owner.id === user.id) return 'admin';
    const membership = owner.members.get(user.id);
    if (membership === 'admin') return 'admin';
    if (membership && owner.defaultPermission !== 'none') given.push(owner.defaultPermission);
    given.push(repository.collaborators.get(user.id));
    for (const team of owner.teams) if (team.members.has(user.id)) given.push(team.repositories.get(repository.id));
    if (repository.visibility === 'internal' && organizationsOf(state, user).includes(owner)) given.push('read');
  }
  return roles.findLast((role) => given.includes(role));
}

export const atLeast = (role: Role | undefined, wanted: Role): boolean =>
  role !== undefined && roles.indexOf(role) >= roles.indexOf(wanted);

export const forksOf = (state: State, repository: Repository): Repository[] =>
  [...state.repositories.values()].filter((candidate) => candidate.parent === repository);

export const stargazersOf = (state: State, repository: Repository): Account[] =>
  [...state.accounts.values()].filter((account) => account.starred.has(repository.id));

/** The first of a line of forks. */
export const sourceOf = (repository: Repository): Repository =>
  repository.parent ? sourceOf(repository.parent) : repository;
