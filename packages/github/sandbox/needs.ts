import { type Access, hasPermission, hasScope, type Token } from './model/tokens.ts';
import { classicOnly, permissionTable } from './permission-table.ts';

interface Grant {
  readonly name: string;
  readonly access: Access;
}

/** What GitHub accepts for a route. */
export interface Need {
  /** Any of these of a classic token; undefined where any such token will do. */
  readonly scopes: readonly string[] | undefined;
  /** Any of these sets of a fine-grained token; none where any such token will do, undefined where no such token will. */
  readonly permissions: readonly (readonly Grant[])[] | undefined;
}

const repo = '/repos/{owner}/{repo}';
const accepted: ReadonlyMap<string, string> = new Map(
  Object.entries(permissionTable).flatMap(([permissions, paths]) =>
    [...paths.matchAll(/(?:([A-Z]+) )?(\S+)/g)].map(
      ([, method, path = '']) => [`${method ?? '*'} ${path.replace('~', repo)}`, permissions] as const,
    ),
  ),
);

function permissionsOf(route: string): Need['permissions'] {
  if (classicOnly.test(route)) return undefined;
  const [method = '', path = ''] = route.split(' ');
  const usual: Access = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  const sets = accepted.get(route) ?? accepted.get(`* ${path}`);
  return (sets?.split('; ') ?? []).map((set) =>
    set.split(',').map((grant) => {
      const [name = '', access = usual] = grant.split('=');
      return { name, access: access as Access };
    }),
  );
}

interface Rule {
  readonly path: RegExp;
  readonly methods?: RegExp;
  readonly scopes: readonly string[];
}

const inRepo = (rest: string) => new RegExp(`^/repos/\\{owner\\}/\\{repo\\}${rest}`);

/** First match wins. Source: GitHub's "Scopes for OAuth apps". */
const scopeRules: readonly Rule[] = [
  { path: inRepo('$'), methods: /^DELETE$/, scopes: ['delete_repo'] },
  { path: inRepo('/(statuses|commits/\\{ref\\}/status)'), scopes: ['repo:status', 'repo'] },
  { path: inRepo('/(code-scanning|secret-scanning|dependabot)'), scopes: ['security_events', 'repo'] },
  { path: inRepo('/(notifications|subscription)'), scopes: ['notifications', 'repo'] },
  { path: inRepo(''), scopes: ['repo'] },
  { path: /^\/notifications/, scopes: ['notifications', 'repo'] },
  { path: /^\/gists/, scopes: ['gist'] },
  { path: /^\/user\/starred/, scopes: ['public_repo', 'repo'] },
  { path: /^\/user\/(following|followers)/, scopes: ['user:follow'] },
  { path: /^\/user\/emails/, scopes: ['user:email', 'user'] },
  { path: /^\/(user|orgs\/\{org\})\/repos$/, methods: /^POST$/, scopes: ['public_repo', 'repo'] },
  { path: /^\/user\/(memberships|orgs|teams)/, scopes: ['read:org', 'admin:org', 'user'] },
  { path: /^\/orgs\/\{org\}\/(members|teams|memberships)/, scopes: ['read:org', 'admin:org'] },
  { path: /^\/user$/, methods: /^PATCH$/, scopes: ['user'] },
  { path: /^\/graphql$/, scopes: ['repo'] },
];

/** The need of a route as the description spells it: 'GET /repos/{owner}/{repo}'. */
export function needOf(route: string): Need {
  const [method = 'GET', path = ''] = route.split(' ');
  const rule = scopeRules.find((candidate) => candidate.path.test(path) && (candidate.methods?.test(method) ?? true));
  return { scopes: rule?.scopes, permissions: permissionsOf(route) };
}

/** Whether a fine-grained token has what the route takes, or a classic one a scope of it. */
export const suffices = (token: Token, { scopes, permissions }: Need): boolean =>
  token.kind === 'classic'
    ? !scopes || scopes.some((scope) => hasScope(token, scope))
    : permissions !== undefined &&
      (permissions.length === 0 ||
        permissions.some((set) => set.every(({ name, access }) => hasPermission(token, name, access))));

/** The headers by which GitHub names what it would have accepted, what the token has, and when it ends. */
export function needHeaders(route: string, token: Token | undefined): Record<string, string> {
  if (!token) return {};
  const { scopes, permissions } = needOf(route);
  const { expiresAt } = token;
  const end = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString().replace('T', ' ');
  const expiry = end ? { 'github-authentication-token-expiration': `${end.slice(0, 19)} UTC` } : {};
  if (token.kind === 'classic') {
    return {
      ...expiry,
      'x-oauth-scopes': token.scopes.join(', '),
      'x-accepted-oauth-scopes': scopes?.join(', ') ?? '',
    };
  }
  if (!permissions) return expiry;
  const sets = permissions.map((set) => set.map(({ name, access }) => `${name}=${access}`).join(','));
  return { ...expiry, 'x-accepted-github-permissions': sets.join('; ') || 'allows_permissionless_access=true' };
}
