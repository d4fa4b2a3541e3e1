import type { SearchQuery } from './types.ts';

type Operator = 'sites' | 'exclude_sites' | 'file_type';

/** The words with `site:`, `-site:` and `filetype:` for a provider whose query language has them. */
export function withOperators(query: SearchQuery, operators: readonly Operator[]): string {
  const { text, sites, excludeSites, fileType } = query;
  const parts = [text];
  if (operators.includes('sites') && sites.length > 0) {
    const alternatives = sites.map((site) => `site:${site}`).join(' OR ');
    parts.push(sites.length > 1 ? `(${alternatives})` : alternatives);
  }
  if (operators.includes('exclude_sites')) parts.push(...excludeSites.map((site) => `-site:${site}`));
  if (operators.includes('file_type') && fileType !== undefined) parts.push(`filetype:${fileType}`);
  return parts.join(' ');
}
