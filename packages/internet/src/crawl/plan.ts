import { ValidationError } from '@mcp-servers/core';
import { matchesGlob } from '../documents/sitemap/index.ts';
import { canonicalUrl } from '../search/index.ts';

export interface CrawlRules {
  /** Host of the first address; `www.` does not count. */
  host: string;
  include: readonly string[];
  exclude: readonly string[];
  maxDepth: number;
}

/** Files that hold no text, told by their names, so that they are not even asked for. */
const notText =
  /\.(?:7z|apk|avi|avif|bmp|bz2|css|dmg|docx?|eot|epub|exe|gif|gz|ico|iso|jar|jpe?g|js|mjs|m4[av]|mov|mp[34]|mpe?g|msi|ogg|otf|png|pptx?|rar|rpm|svg|tar|tgz|tiff?|ttf|wasm|wav|webm|webp|wmv|woff2?|xlsx?|xz|zip)$/i;

export type SkipReason = 'other_site' | 'too_deep' | 'filtered' | 'not_text' | 'nofollow';

/** Why a link is not followed; undefined when it is. */
export function skipReason(url: URL, depth: number, rules: CrawlRules): SkipReason | undefined {
  if (siteOf(url) !== rules.host) return 'other_site';
  if (depth > rules.maxDepth) return 'too_deep';
  if (notText.test(url.pathname)) return 'not_text';
  const path = (url.pathname + url.search).toLowerCase();
  const matches = (globs: readonly string[]) => globs.some((glob) => matchesGlob(glob.toLowerCase(), path));
  if (rules.exclude.length > 0 && matches(rules.exclude)) return 'filtered';
  return rules.include.length > 0 && !matches(rules.include) ? 'filtered' : undefined;
}

export const siteOf = ({ host }: URL): string => host.replace(/^www\./, '');

/** The same text for addresses of the same page. */
export const pageKey = (url: string): string => canonicalUrl(url) ?? url;

export function firstUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ValidationError(`"${text.slice(0, 200)}" is no address to begin with.`, {
    hint: 'Give a whole one: https://example.com/docs/.',
  });
}
