import type { Allowlist } from '@mcp-servers/core/outside';

/** The places a search is limited to, by its qualifiers; both empty when it searches everywhere. */
export interface SearchScope {
  readonly repositories: readonly string[];
  readonly owners: readonly string[];
}

/** A qualifier outside quotes, and not negated. */
const qualifier = /(?:^|[\s(])(repo|org|user|owner):("[^"]*"|[^\s()]+)/gi;

export function scopeOf(search: string): SearchScope {
  const repositories: string[] = [];
  const owners: string[] = [];
  for (const [, name, given = ''] of search.matchAll(qualifier)) {
    const value = given.replaceAll('"', '');
    if (name?.toLowerCase() === 'repo') repositories.push(value);
    else if (value !== '@me') owners.push(value);
  }
  return { repositories, owners };
}

/** GitHub takes no more than this in a search. */
const longestSearch = 256;

/**
 * The search limited to the allowlist, so that a page is not filled with rows that are left out afterwards. As it was where it has a
 * place of its own, or where the patterns cannot be said in a search.
 */
export function narrow(search: string, { open, patterns }: Allowlist): string {
  const { repositories, owners } = scopeOf(search);
  if (open || repositories.length > 0 || owners.length > 0) return search;
  const places = patterns.filter((pattern) => !pattern.startsWith('!')).map(toQualifier);
  if (places.length === 0 || places.includes(undefined)) return search;
  const narrowed = [search, ...places].join(' ');
  return narrowed.length > longestSearch ? search : narrowed;
}

function toQualifier(pattern: string): string | undefined {
  const [owner = '', name = ''] = pattern.split('/');
  if (owner.includes('*')) return undefined;
  if (name === '*') return `user:${owner}`;
  return name.includes('*') ? undefined : `repo:${owner}/${name}`;
}
