import { expect, test } from 'vitest';
import { acceptedPermissions, missingScope, permissionTitle, ssoAddress } from './scopes.ts';

const accepted = (value?: string) =>
  acceptedPermissions(new Headers(value === undefined ? {} : { 'x-accepted-github-permissions': value }));

test.each([
  ['issues=write', 'the permission Issues: write'],
  ['issues=write; pull_requests=write', 'one of these permissions: Issues: write; Pull requests: write'],
  [
    'contents=write; contents=write,workflows=write',
    'one of these permissions: Contents: write; Contents: write with Workflows: write',
  ],
  ['administration=write,metadata=read', 'the permission Administration: write'],
  ['vulnerability_alerts=read', 'the permission Dependabot alerts: read'],
])('%s is %s', (header, words) => {
  expect(accepted(header)).toBe(words);
});

test.each([
  ['no header', undefined],
  ['an empty one', ''],
  ['what every such token has', 'metadata=read'],
  ['what every such token has, as an alternative', 'metadata=read; issues=read'],
  ['a route that takes no permission', 'allows_permissionless_access=true'],
  ['another form', ' ; = ,;<b>'],
])('%s names no permission', (_, header) => {
  expect(accepted(header)).toBeUndefined();
});

test('a permission has the name of the page where a person grants it', () => {
  const titled = ['pull_requests', 'statuses', 'security_events', 'organization_projects', 'a_new_one'].map(
    permissionTitle,
  );
  expect(titled).toEqual([
    ...['Pull requests', 'Commit statuses', 'Code scanning alerts', 'Projects (of the organisation)', 'A new one'],
  ]);
});

const missing = (have: string | undefined, wanted: string) =>
  missingScope(
    new Headers({ ...(have !== undefined && { 'x-oauth-scopes': have }), 'x-accepted-oauth-scopes': wanted }),
  );

test.each([
  ['gist', 'repo', 'the scope repo (the token has gist)'],
  ['', 'repo, public_repo', 'one of the scopes repo, public_repo (the token has none)'],
  ['repo', 'public_repo', undefined],
  ['admin:org', 'read:org', undefined],
  ['project', 'read:project', undefined],
  ['gist', '', undefined],
  [undefined, 'repo', undefined],
])('a token with %s where %s is accepted', (have, wanted, words) => {
  expect(missing(have, wanted)).toBe(words);
});

const sso = (value: string) => ssoAddress(new Headers({ 'x-github-sso': value }));

test('the address of single sign-on is that of a refusal alone', () => {
  const url = 'https://github.com/orgs/acme/sso?authorization_request=AZ';
  expect(sso(`required; url=${url}`)).toBe(url);
  expect(sso(`required;url=${url}`)).toBe(url);
  expect(sso('partial-results; organizations=21955855,20582480')).toBeUndefined();
  expect(sso('required; url=javascript:alert(1)')).toBeUndefined();
  expect(ssoAddress(new Headers())).toBeUndefined();
});
