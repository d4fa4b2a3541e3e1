import { canSee, isHiddenBySaml } from '../access.ts';
import type { Account } from '../model/accounts.ts';
import { atLeast, findRepository, fullName, type Repository, type Role, roleOf } from '../model/repository.ts';
import { hasPermission, hasScope } from '../model/tokens.ts';
import type { Context } from './context.ts';
import { FieldRefusal, forbidden, missing } from './errors.ts';

export type Permission =
  | 'contents'
  | 'issues'
  | 'pull_requests'
  | 'discussions'
  | 'checks'
  | 'statuses'
  | 'administration';

/** The repository by its present or a former name. Throws FieldRefusal NOT_FOUND, FORBIDDEN. */
export function repositoryNamed(g: Context, name: string, { followRenames = true } = {}): Repository {
  const moved = followRenames ? g.state.repositories.get(g.state.renamed.get(name.toLowerCase()) ?? 0) : undefined;
  const repository = findRepository(g.state, name) ?? moved;
  if (!repository || !mayKnow(g, repository)) {
    throw missing(`Could not resolve to a Repository with the name '${name}'.`);
  }
  refuseSaml(g, repository.owner);
  return repository;
}

/** Whether the viewer may know of it; what is blocked or hidden by single sign-on is not in lists. */
export const isListed = (g: Context, repository: Repository): boolean =>
  mayKnow(g, repository) && !isHiddenBySaml(g.call, repository.owner);

export const mayKnow = (g: Context, repository: Repository): boolean =>
  canSee(g.call, repository) && repository.blocked === undefined;

export function refuseSaml(g: Context, organization: Account): void {
  if (!isHiddenBySaml(g.call, organization)) return;
  throw new FieldRefusal(
    'FORBIDDEN',
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { extensions: { saml_failure: true } },
  );
}

/** Fine-grained tokens read of private repositories only what they were made for. Throws FieldRefusal FORBIDDEN. */
export function reading(g: Context, repository: Repository, permission: Permission): void {
  if (g.token.kind !== 'fine-grained' || repository.visibility === 'public') return;
  if (!hasPermission(g.token, permission, 'read')) throw forbidden();
}

export interface Change {
  /** The mutation, as GitHub names it in its refusal: AddPullRequestReview. */
  readonly name: string;
  readonly permission: Permission;
  /** What the viewer must be; 'write' unless given. */
  readonly role?: Role;
  readonly evenArchived?: boolean;
}

/** Throws FieldRefusal where the viewer or the token may not change this in the repository. */
export function changing(
  g: Context,
  repository: Repository,
  { name, permission, role = 'write', ...how }: Change,
): void {
  const { token, viewer } = g;
  refuseSaml(g, repository.owner);
  if (token.kind === 'fine-grained') {
    const isCovered = token.repositories?.some((given) => given.toLowerCase() === fullName(repository).toLowerCase());
    if (isCovered === false || !hasPermission(token, permission, 'write')) throw forbidden();
  } else {
    const enough = repository.visibility === 'public' ? ['repo', 'public_repo'] : ['repo'];
    if (!enough.some((scope) => hasScope(token, scope))) throw lacksScopes(g, lowerFirst(name), enough);
  }
  if (!atLeast(roleOf(g.state, repository, viewer), role)) {
    throw forbidden(`${viewer.login} does not have the correct permissions to execute \`${name}\``);
  }
  if (repository.archived && !how.evenArchived) throw forbidden('Repository was archived so is read-only.');
}

const lowerFirst = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1);

/** Throws FieldRefusal INSUFFICIENT_SCOPES unless a classic token has one of the scopes. */
export function needScopes(g: Context, field: string, scopes: readonly string[]): void {
  if (g.token.kind === 'classic' && !scopes.some((scope) => hasScope(g.token, scope)))
    throw lacksScopes(g, field, scopes);
}

function lacksScopes({ token, state }: Context, field: string, scopes: readonly string[]): FieldRefusal {
  const shown = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
  return new FieldRefusal(
    'INSUFFICIENT_SCOPES',
    `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: ${shown(scopes)}, but your token has only been granted the: ${shown(token.scopes)} scopes. Please modify your token's scopes at: ${state.urls.html}/settings/tokens.`,
    { isWhole: true },
  );
}
