import type { Account } from './accounts.ts';
import type { State } from './state.ts';

export type Access = 'read' | 'write' | 'admin';

export interface Token {
  readonly value: string;
  readonly user: Account;
  readonly kind: 'classic' | 'fine-grained';
  /** Classic: repo, public_repo, workflow, ... */
  readonly scopes: readonly string[];
  /** Fine-grained: permission -> access ('contents' -> 'write'). Metadata can always be read. */
  readonly permissions: Readonly<Record<string, Access>>;
  /** Fine-grained: full names of the repositories it was made for; undefined is all of its user. */
  readonly repositories?: readonly string[];
  /** Organisations with single sign-on that it was authorised for. */
  readonly authorized: ReadonlySet<number>;
  readonly expiresAt?: number;
}

export interface NewToken {
  readonly value: string;
  readonly user: Account;
  readonly scopes?: readonly string[];
  readonly permissions?: Readonly<Record<string, Access>>;
  readonly repositories?: readonly string[];
  readonly authorized?: readonly Account[];
  readonly expiresAt?: number;
}

/** With `permissions` a fine-grained token, else a classic one. */
export function addToken(state: State, token: NewToken): Token {
  const added: Token = {
    value: token.value,
    user: token.user,
    kind: token.permissions ? 'fine-grained' : 'classic',
    scopes: token.scopes ?? [],
    permissions: token.permissions ?? {},
    ...(token.repositories && { repositories: token.repositories }),
    ...(token.expiresAt !== undefined && { expiresAt: token.expiresAt }),
    authorized: new Set(token.authorized?.map((organization) => organization.id)),
  };
  state.tokens.set(added.value, added);
  return added;
}

/** What each classic scope brings along. */
const implied: Readonly<Record<string, readonly string[]>> = {
  repo: ['public_repo', 'repo:status', 'repo_deployment', 'repo:invite', 'security_events'],
  user: ['read:user', 'user:email', 'user:follow'],
  'admin:org': ['write:org', 'read:org'],
  'write:org': ['read:org'],
  project: ['read:project'],
};

export const hasScope = (token: Token, scope: string): boolean =>
  token.scopes.some((held) => held === scope || implied[held]?.includes(scope));

const levels: readonly Access[] = ['read', 'write', 'admin'];

export const hasPermission = (token: Token, name: string, access: Access): boolean => {
  const held = name === 'metadata' ? 'read' : token.permissions[name];
  return held !== undefined && levels.indexOf(held) >= levels.indexOf(access);
};
