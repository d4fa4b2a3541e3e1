import { createAllowlist } from '@mcp-servers/core/outside';
import { expect, test } from 'vitest';
import { searchParameters } from './search.ts';

const two = createAllowlist(['acme/*', 'ada/notes', '!acme/secret']);
const issues = (q: string, patterns = two) =>
  searchParameters({ q }, { allowlist: patterns, issues: true, server: false });

test('several places of a search for issues are alternatives, which github.com wants to be told', () => {
  expect(issues('bug')).toEqual({ q: 'bug (user:acme OR repo:ada/notes)', advanced_search: 'true' });
  expect(issues('a OR b').q).toBe('(a OR b) (user:acme OR repo:ada/notes)');
  expect(issues('bug', createAllowlist(['acme/app'])).q).toBe('bug repo:acme/app');
  expect(issues('bug', createAllowlist(undefined)).q).toBe('bug');
});

test('an Enterprise Server, which may know no OR, is told one place or none', () => {
  const server = (patterns: string[]) =>
    searchParameters({ q: 'bug' }, { allowlist: createAllowlist(patterns), issues: true, server: true });
  expect(server(['acme/app'])).toEqual({ q: 'bug repo:acme/app' });
  expect(server(['acme/app', 'ada/*'])).toEqual({ q: 'bug' });
});

test('several places widen every other search, and a search with a place of its own stays as it is', () => {
  const other = (q: string) => searchParameters({ q }, { allowlist: two, issues: false, server: false });
  expect(other('draw')).toEqual({ q: 'draw user:acme repo:ada/notes' });
  expect(other('draw repo:acme/app')).toEqual({ q: 'draw repo:acme/app' });
  expect(issues('bug user:acme').q).toBe('bug user:acme');
});

test('what would become too long for GitHub, and patterns that no search can say, are left to the filter of the answer', () => {
  const many = createAllowlist(Array.from({ length: 40 }, (_, n) => `acme/application-${n}`));
  expect(issues('bug', many).q).toBe('bug');
  expect(issues('bug', createAllowlist(['acme/app-*', 'ada/notes'])).q).toBe('bug');
});
