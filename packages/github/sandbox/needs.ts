import type { Access, Token } from './model/tokens.ts';

/** What GitHub accepts for a route: any of the classic scopes, or the fine-grained permission. */
export interface Need {
  readonly scopes: readonly string[];
  /** Undefined: fine-grained tokens cannot do it at all. */
  readonly permission: string | undefined;
  readonly access: Access;
}

interface Rule {
  readonly path: RegExp;
  readonly methods?: RegExp;
  readonly scopes?: readonly string[];
  readonly permission?: string | undefined;
  readonly access?: Access;
}

const repo = '^/repos/\\{owner\\}/\\{repo\\}';
const inRepo = (rest: string) => new RegExp(`${repo}${rest}`);
const changes = /^(POST|PUT|PATCH|DELETE)$/;

/** First match wins. Source: GitHub's "Permissions required for fine-grained personal access tokens" and "Scopes for OAuth apps". */
const rules: readonly Rule[] = [
  { path: inRepo('$'), methods: /^DELETE$/, scopes: ['delete_repo'], permission: 'administration' },
  { path: inRepo('$'), methods: changes, permission: 'administration' },
  { path: inRepo('/(issues|labels|milestones|assignees)'), permission: 'issues' },
  { path: inRepo('/pulls/\\{pull_number\\}/merge'), permission: 'contents' },
  { path: inRepo('/pulls'), permission: 'pull_requests' },
  { path: inRepo('/actions/(secrets|variables)'), permission: 'secrets' },
  { path: inRepo('/actions'), permission: 'actions' },
  { path: inRepo('/(check-runs|check-suites|commits/\\{ref\\}/check)'), permission: 'checks' },
  { path: inRepo('/(statuses|commits/\\{ref\\}/status)'), permission: 'statuses', scopes: ['repo:status', 'repo'] },
  { path: inRepo('/code-scanning'), permission: 'security_events', scopes: ['security_events', 'repo'] },
  { path: inRepo('/secret-scanning'), permission: 'secret_scanning_alerts', scopes: ['security_events', 'repo'] },
  { path: inRepo('/dependabot'), permission: 'vulnerability_alerts', scopes: ['security_events', 'repo'] },
  { path: inRepo('/security-advisories'), permission: 'repository_advisories' },
  { path: inRepo('/(deployments|environments)'), permission: 'deployments' },
  { path: inRepo('/discussions'), permission: 'discussions' },
  { path: inRepo('/pages'), permission: 'pages' },
  { path: inRepo('/hooks'), permission: 'repository_hooks', scopes: ['admin:repo_hook'] },
  { path: inRepo('/notifications'), permission: undefined, scopes: ['notifications', 'repo'] },
  { path: inRepo('/branches/\\{branch\\}/(protection|rename)'), permission: 'administration' },
  { path: inRepo('/(rulesets|topics|transfer|collaborators|keys)'), methods: changes, permission: 'administration' },
  { path: inRepo('/(collaborators|keys|invitations)'), permission: 'administration' },
  {
    path: inRepo(
      '/(contents|git/|branches|commits|compare|merges|merge-upstream|readme|tarball|zipball|releases|comments|forks$)',
    ),
    permission: 'contents',
  },
  { path: inRepo(''), permission: 'metadata' },
  { path: /^\/(notifications)/, permission: undefined, scopes: ['notifications', 'repo'] },
  { path: /^\/gists/, permission: 'gists', scopes: ['gist'] },
  { path: /^\/user\/starred/, permission: 'starring', scopes: ['public_repo', 'repo'] },
  { path: /^\/user\/(following|followers)/, permission: 'followers', scopes: ['user:follow'] },
  { path: /^\/user\/emails/, permission: 'email_addresses', scopes: ['user:email', 'user'] },
  { path: /^\/user\/repos$/, methods: /^POST$/, permission: 'administration', scopes: ['public_repo', 'repo'] },
  {
    path: /^\/orgs\/\{org\}\/repos$/,
    methods: /^POST$/,
    permission: 'administration',
    scopes: ['public_repo', 'repo'],
  },
  { path: /^\/user\/(memberships|orgs|teams)/, permission: 'members', scopes: ['read:org', 'admin:org', 'user'] },
  { path: /projectsV2/, permission: 'organization_projects', scopes: ['read:project', 'project'] },
  {
    path: /^\/orgs\/\{org\}\/(members|teams|memberships|invitations)/,
    permission: 'members',
    scopes: ['read:org', 'admin:org'],
  },
  {
    path: /^\/orgs\/\{org\}\/(rulesets|hooks|actions)/,
    permission: 'organization_administration',
    scopes: ['admin:org'],
  },
  { path: /^\/user$/, methods: changes, permission: 'profile', scopes: ['user'] },
  { path: /^\/graphql$/, permission: 'metadata', scopes: ['repo'] },
];

/** The need of a route ('GET /repos/{owner}/{repo}'); undefined where any token will do. */
export function needOf(route: string): Need | undefined {
  const [method = 'GET', path = ''] = route.split(' ');
  const rule = rules.find((candidate) => candidate.path.test(path) && (candidate.methods?.test(method) ?? true));
  if (!rule) return undefined;
  const access = rule.access ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
  return { scopes: rule.scopes ?? ['repo'], permission: rule.permission, access };
}

/** The headers by which GitHub names what it would have accepted, what the token has, and when it ends. */
export function needHeaders(route: string, token: Token | undefined): Record<string, string> {
  if (!token) return {};
  const need = needOf(route);
  const { expiresAt } = token;
  const end = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString().replace('T', ' ');
  const expiry = end ? { 'github-authentication-token-expiration': `${end.slice(0, 19)} UTC` } : {};
  if (token.kind === 'classic') {
    const accepted = need?.scopes.join(', ') ?? '';
    return { ...expiry, 'x-oauth-scopes': token.scopes.join(', '), 'x-accepted-oauth-scopes': accepted };
  }
  if (!need?.permission) return expiry;
  // Comments on issues count for both.
  const alternatives = need.permission === 'issues' ? [need.permission, 'pull_requests'] : [need.permission];
  const accepted = alternatives.map((name) => `${name}=${need.access}`).join('; ');
  return { ...expiry, 'x-accepted-github-permissions': accepted };
}
