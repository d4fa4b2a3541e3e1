import { oneLine } from '@mcp-servers/core/http';
import { listOf } from './state.ts';

/** A classic scope and those that are part of it. https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const parts: Readonly<Record<string, readonly string[]>> = {
  repo: ['public_repo', 'repo:status', 'repo_deployment', 'repo:invite', 'security_events'],
  'admin:org': ['write:org', 'read:org'],
  'write:org': ['read:org'],
  user: ['read:user', 'user:email', 'user:follow'],
  project: ['read:project'],
  'write:discussion': ['read:discussion'],
  'admin:repo_hook': ['write:repo_hook', 'read:repo_hook'],
  'write:repo_hook': ['read:repo_hook'],
  'write:packages': ['read:packages'],
};

const covers = (have: readonly string[], wanted: string): boolean =>
  have.some((scope) => scope === wanted || parts[scope]?.includes(wanted));

/** Permissions whose name where a person grants them is not that of the header with a capital and blanks. */
const titles: Readonly<Record<string, string>> = {
  actions_variables: 'Variables',
  emails: 'Email addresses',
  organization_projects: 'Projects (of the organisation)',
  repository_advisories: 'Repository security advisories',
  repository_hooks: 'Webhooks',
  security_events: 'Code scanning alerts',
  statuses: 'Commit statuses',
  vulnerability_alerts: 'Dependabot alerts',
};

/** `pull_requests` -> `Pull requests`, as GitHub's pages have it. */
export const permissionTitle = (name: string): string =>
  titles[name] ?? `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`.replaceAll('_', ' ');

/**
 * The permissions that GitHub would have accepted of a fine-grained token or app, in words. Its header comes with every answer, so it
 * does not say that one is missing. Undefined where it names none but what every such token has.
 */
export function acceptedPermissions(headers: Headers): string | undefined {
  const sets = (headers.get('x-accepted-github-permissions') ?? '').split(';').flatMap((set) => {
    const grants = listOf(set).filter((grant) => /^\w+=(read|write|admin)$/.test(grant));
    return grants.length > 0 ? [grants.filter((grant) => grant !== 'metadata=read')] : [];
  });
  if (sets.length === 0 || sets.some((grants) => grants.length === 0)) return undefined;
  const words = sets.map((grants) => grants.map(grantInWords).join(' with '));
  return words.length === 1 ? `the permission ${words[0]}` : `one of these permissions: ${words.join('; ')}`;
}

function grantInWords(grant: string): string {
  const [name = '', access = ''] = grant.split('=');
  return `${permissionTitle(name)}: ${access}`;
}

/** What a classic token lacks, in words. Undefined where GitHub's headers do not say it. */
export function missingScope(headers: Headers): string | undefined {
  const have = headers.get('x-oauth-scopes');
  const accepted = listOf(headers.get('x-accepted-oauth-scopes') ?? '');
  if (have === null || accepted.length === 0) return undefined;
  const scopes = listOf(have);
  if (accepted.some((scope) => covers(scopes, scope))) return undefined;
  const wanted = accepted.length === 1 ? `the scope ${accepted[0]}` : `one of the scopes ${accepted.join(', ')}`;
  return `${wanted} (the token has ${scopes.join(', ') || 'none'})`;
}

/** Whether a classic token may write to public repositories, whatever scope the answer names. */
export const canWritePublic = (headers: Headers): boolean =>
  covers(listOf(headers.get('x-oauth-scopes') ?? ''), 'public_repo');

/** Where a person authorises the token for an organisation with single sign-on that refused it. */
export function ssoAddress(headers: Headers): string | undefined {
  const url = /^required; ?url=(https?:\/\/\S+)/i.exec(headers.get('x-github-sso') ?? '')?.[1];
  return url === undefined ? undefined : oneLine(url, 300);
}
