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

/** What the credential lacks, in words, when GitHub's headers say it. */
export function missingPermission(headers: Headers): string | undefined {
  const permissions = headers.get('x-accepted-github-permissions');
  if (permissions) {
    const sets = permissions.split(';').map((set) => listOf(set.replaceAll('=', ': ')).join(' and '));
    return `the permission ${sets.filter(Boolean).join(', or ')}`;
  }
  const have = headers.get('x-oauth-scopes');
  const accepted = listOf(headers.get('x-accepted-oauth-scopes') ?? '');
  if (have === null || accepted.length === 0) return undefined;
  const scopes = listOf(have);
  if (accepted.some((scope) => covers(scopes, scope))) return undefined;
  return `the scope ${accepted.join(' or ')} (the token has ${scopes.join(', ') || 'none'})`;
}
