import { actorOf, type Call, param } from './call.ts';
import type { Account } from './model/accounts.ts';
import { findAccount, organizationsOf } from './model/accounts.ts';
import { atLeast, findRepository, fullName, type Repository, type Role, roleOf } from './model/repository.ts';
import type { State } from './model/state.ts';
import { hasPermission, hasScope, type Token } from './model/tokens.ts';
import { needOf, suffices } from './needs.ts';
import { forbidden, notFound, Refusal } from './refusal.ts';

const notAccessible = 'Resource not accessible by personal access token';

/** The user that a token of the Authorization header belongs to; undefined without one. Throws Refusal 401. */
export function authenticate(state: State, authorization: string | undefined): Token | undefined {
  if (!authorization) return undefined;
  const [scheme = '', value = ''] = authorization.split(' ');
  const secret = /^basic$/i.test(scheme)
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : value;
  const token = /^(bearer|token|basic)$/i.test(scheme) ? state.tokens.get(secret) : undefined;
  if (!token || (token.expiresAt !== undefined && token.expiresAt <= state.now())) {
    throw new Refusal(401, 'Bad credentials');
  }
  return token;
}

export interface Wanted {
  /** What the user must be in the repository; 'read' unless given. */
  readonly role?: Role;
  /** Allowed in archived repositories although it is no read. */
  readonly evenArchived?: boolean;
  /** What a fine-grained token needs to write beyond what the route always takes. */
  readonly permission?: 'administration';
}

/** The repository of {owner}/{repo} for this call, refusing as GitHub does: 301, 404, 403, 401, 451. */
export function repositoryOf(call: Call, wanted: Wanted = {}): Repository {
  return admitted(call, `${param(call, 'owner')}/${param(call, 'repo')}`, wanted);
}

/** The same by 'owner/name'. */
export function admitted(call: Call, name: string, wanted: Wanted = {}): Repository {
  const { role = 'read', evenArchived = false, permission } = wanted;
  const repository = findRepository(call.state, name) ?? refuseMoved(call, name);
  if (!canSee(call, repository)) throw notFound();
  refuseSaml(call, repository.owner);
  if (repository.blocked) throw blocked(repository.blocked);
  const isWrite = role !== 'read' || !['GET', 'HEAD'].includes(call.method);
  if (call.token?.kind === 'fine-grained') refuseMissingPermission(call, repository, permission);
  if (!isWrite) return repository;
  actorOf(call);
  if (call.token?.kind === 'classic') refuseMissingScope(call, repository);
  if (!atLeast(roleOf(call.state, repository, call.user), role)) throw forbidden(tooLittle[role]);
  if (repository.archived && !evenArchived) throw forbidden('Repository was archived so is read-only.');
  return repository;
}

const tooLittle: Readonly<Record<Role, string>> = {
  read: notAccessible,
  triage: 'Must have triage rights to Repository.',
  write: 'Must have push access to Repository.',
  maintain: 'Must have maintain rights to Repository.',
  admin: 'Must have admin rights to Repository.',
};

/** Whether the caller may know of the repository at all: by role, and by what the token was made for. */
export function canSee(call: Pick<Call, 'state' | 'user' | 'token'>, repository: Repository): boolean {
  if (repository.visibility === 'public') return true;
  const { token } = call;
  if (!token || !roleOf(call.state, repository, call.user)) return false;
  return token.kind === 'classic' ? hasScope(token, 'repo') : covers(token, repository);
}

const covers = (token: Token, repository: Repository) =>
  token.repositories?.some((name) => name.toLowerCase() === fullName(repository).toLowerCase()) ?? true;

/** Lists leave out what single sign-on hides. */
export const isHiddenBySaml = (call: Pick<Call, 'token' | 'user'>, organization: Account): boolean =>
  organization.saml &&
  call.token !== undefined &&
  organization.members.has(call.user?.id ?? 0) &&
  !call.token.authorized.has(organization.id);

export function refuseSaml(call: Call, organization: Account): void {
  if (!isHiddenBySaml(call, organization)) return;
  const url = `${call.state.urls.html}/orgs/${organization.login}/sso?authorization_request=A${organization.id}`;
  throw new Refusal(
    403,
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { headers: { 'x-github-sso': `required; url=${url}` } },
  );
}

/** The header of a list over all that the user may see, which lacks what single sign-on hides. */
export function partialHeader(call: Pick<Call, 'state' | 'token' | 'user'>): Record<string, string> {
  const mine = call.user ? organizationsOf(call.state, call.user) : [];
  const ids = mine.filter((organization) => isHiddenBySaml(call, organization)).map(({ id }) => id);
  return ids.length === 0 ? {} : { 'x-github-sso': `partial-results; organizations=${ids.join(',')}` };
}

function refuseMoved(call: Call, name: string): never {
  const moved = call.state.repositories.get(call.state.renamed.get(name.toLowerCase()) ?? 0);
  if (!moved || !canSee(call, moved)) throw notFound();
  const [, , , , ...rest] = call.url.pathname.split('/');
  const location = `${call.state.urls.api}/${['repositories', moved.id, ...rest].join('/')}${call.url.search}`;
  const isRead = call.method === 'GET' || call.method === 'HEAD';
  throw new Refusal(isRead ? 301 : 307, isRead ? 'Moved Permanently' : 'Temporary Redirect', {
    headers: { location },
    extra: { url: location },
  });
}

function blocked({ status, reason }: NonNullable<Repository['blocked']>): Refusal {
  const block = { reason, created_at: '2026-01-01T00:00:00Z', html_url: null };
  const messages = { 403: 'Repository access blocked', 410: 'Gone', 451: 'Repository access blocked' };
  return new Refusal(status, messages[status], { extra: { block } });
}

/** Where the reading of public repositories takes a permission, too. */
const neverPublic =
  /^(administration|secrets|actions_variables|security_events|secret_scanning_alerts|vulnerability_alerts)$/;

function refuseMissingPermission(call: Call, repository: Repository, beyond: Wanted['permission']): void {
  const token = call.token as Token;
  const need = needOf(call.route);
  const isFree = need.permissions?.every((set) => set.every(({ name }) => !neverPublic.test(name)));
  const isPublicRead = repository.visibility === 'public' && ['GET', 'HEAD'].includes(call.method) && isFree;
  if (isPublicRead) return;
  const isHeld = suffices(token, need) && (!beyond || hasPermission(token, beyond, 'write'));
  if (!isHeld || !covers(token, repository)) throw forbidden(notAccessible);
}

/** GitHub answers as if the route did not exist; the headers tell what it would have accepted. */
function refuseMissingScope(call: Call, repository: Repository): void {
  const scopes = needOf(call.route).scopes ?? [];
  const enough = repository.visibility === 'public' ? [...scopes, 'public_repo'] : scopes;
  const isDeletion = scopes.includes('delete_repo');
  const accepted = isDeletion ? scopes : enough;
  if (accepted.some((scope) => hasScope(call.token as Token, scope))) return;
  throw isDeletion ? forbidden('Must have admin rights to Repository.') : notFound();
}

/** Refuses what is not about a repository and needs a scope or permission of the token. */
export function actorWith(call: Call): Account {
  const actor = actorOf(call);
  const token = call.token as Token;
  if (!suffices(token, needOf(call.route))) throw token.kind === 'classic' ? notFound() : forbidden(notAccessible);
  return actor;
}

/** The account of {username} or {org}. Throws Refusal 404. */
export function accountOf(call: Call, name: 'username' | 'org', type?: Account['type']): Account {
  const account = findAccount(call.state, param(call, name));
  if (!account || (type && account.type !== type)) throw notFound();
  return account;
}
