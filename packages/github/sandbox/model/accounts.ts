import type { Attachable } from './attached.ts';
import type { State } from './state.ts';

export type OrgRole = 'admin' | 'member';

export interface Account extends Attachable {
  readonly id: number;
  login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string | null;
  bio: string | null;
  company: string | null;
  location: string | null;
  blog: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Users: whom they follow; repositories by id with the time of the star. */
  readonly following: Set<number>;
  readonly starred: Map<number, number>;
  /** Organisations only. */
  readonly members: Map<number, OrgRole>;
  readonly publicMembers: Set<number>;
  readonly teams: Team[];
  defaultPermission: 'none' | 'read' | 'write' | 'admin';
  /** Tokens must be authorised for single sign-on. */
  saml: boolean;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly members: Set<number>;
  /** Repository id -> permission. */
  readonly repositories: Map<number, 'read' | 'triage' | 'write' | 'maintain' | 'admin'>;
}

export type NewAccount = Partial<Omit<Account, 'id' | 'attached' | 'members' | 'teams'>> & { readonly login: string };

export function addAccount(state: State, account: NewAccount): Account {
  const now = state.now();
  const added: Account = {
    id: state.nextId(),
    type: 'User',
    name: null,
    email: null,
    bio: null,
    company: null,
    location: null,
    blog: '',
    createdAt: now,
    updatedAt: now,
    following: new Set(),
    starred: new Map(),
    publicMembers: new Set(),
    defaultPermission: 'read',
    saml: false,
    ...account,
    members: new Map(),
    teams: [],
    attached: new Map(),
  };
  state.accounts.set(added.id, added);
  return added;
}

export function addOrganization(
  state: State,
  account: NewAccount,
  members: readonly (readonly [Account, OrgRole])[],
): Account {
  const organization = addAccount(state, { ...account, type: 'Organization' });
  for (const [member, role] of members) organization.members.set(member.id, role);
  return organization;
}

export function addTeam(
  state: State,
  organization: Account,
  team: { name: string; members?: readonly Account[] },
): Team {
  const added: Team = {
    id: state.nextId(),
    slug: team.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    name: team.name,
    members: new Set(team.members?.map((member) => member.id)),
    repositories: new Map(),
  };
  organization.teams.push(added);
  return added;
}

export function findAccount(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return state.accounts.values().find((account) => account.login.toLowerCase() === wanted);
}

export const organizationsOf = (state: State, user: Account): Account[] =>
  [...state.accounts.values()].filter((account) => account.members.has(user.id));

/** The address that GitHub gives to commits of users who keep theirs private. */
export const noreplyOf = (user: Account): string => user.email ?? `${user.id}+${user.login}@users.noreply.github.com`;

export const accountByEmail = (state: State, email: string): Account | undefined =>
  state.accounts.values().find((account) => account.type !== 'Organization' && noreplyOf(account) === email);
