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
 * The parameters of a search, limited to the allowlist, so that a page is not filled with rows that are left out afterwards. As they were
 * where the search has a place of its own, or where the patterns cannot be said in a search. Several places widen a search, but one for
 * issues: there github.com wants OR between them, in its advanced search, and older Enterprise Servers know no OR.
 */
export function searchParameters<P extends Readonly<Record<string, unknown>>>(
  parameters: P,
  { allowlist, issues, server }: { allowlist: Allowlist; issues: boolean; server: boolean },
): P {
  const { q } = parameters;
  if (typeof q !== 'string') return parameters;
  const places = placesFor(q, allowlist);
  if (!issues) return { ...parameters, q: fitting(q, [q, ...places].join(' ')) };
  if (server) return { ...parameters, q: fitting(q, places.length === 1 ? `${q} ${places[0]}` : q) };
  const grouped = places.length > 1 ? `(${places.join(' OR ')})` : places.join('');
  const narrowed = grouped === '' ? q : `${isGrouped(q) ? q : `(${q})`} ${grouped}`;
  return { ...parameters, q: fitting(q, narrowed), advanced_search: 'true' };
}

const fitting = (search: string, narrowed: string): string => (narrowed.length > longestSearch ? search : narrowed);

/** Nothing in it would take what is put behind it for one of two alternatives. */
const isGrouped = (search: string): boolean => !/(^|\s)OR(\s|$)/.test(search);

function placesFor(search: string, { open, patterns }: Allowlist): string[] {
  const { repositories, owners } = scopeOf(search);
  if (open || repositories.length > 0 || owners.length > 0) return [];
  const places = patterns.filter((pattern) => !pattern.startsWith('!')).map(toQualifier);
  return places.every((place) => place !== undefined) ? places : [];
}

function toQualifier(pattern: string): string | undefined {
  const [owner = '', name = ''] = pattern.split('/');
  if (owner.includes('*')) return undefined;
  if (name === '*') return `user:${owner}`;
  return name.includes('*') ? undefined : `repo:${owner}/${name}`;
}
