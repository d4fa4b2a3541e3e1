import type { SitemapEntry } from './parse.ts';

export interface SitemapFilter {
  /** Beginning of the path, such as "/docs/". */
  prefix?: string;
  /** Of the path with its query: `*` any characters, `?` one, anything else itself; without either, a part of it. Case does not count. */
  pattern?: string;
  /** Only entries that say they changed at this time or later. */
  since?: Date;
}

/** A test for entries; an entry without a date never passes `since`, because nobody knows. */
export function toFilter({ prefix, pattern, since }: SitemapFilter): (entry: SitemapEntry) => boolean {
  const lower = pattern?.toLowerCase();
  const glob = lower === undefined ? undefined : /[*?]/.test(lower) ? lower : `*${lower}*`;
  const from = since?.getTime();
  return ({ url, lastModified }) => {
    const { pathname, search } = new URL(url);
    if (prefix !== undefined && !pathname.startsWith(prefix)) return false;
    if (glob !== undefined && !matchesGlob(glob, safeDecode(pathname + search).toLowerCase())) return false;
    return from === undefined || (lastModified !== undefined && endOf(lastModified) >= from);
  };
}

/** A day without an hour lasts to its end, a month or a year as well. */
function endOf(date: string): number {
  const start = new Date(date);
  const end = new Date(start);
  if (/^\d{4}$/.test(date)) end.setUTCFullYear(start.getUTCFullYear() + 1);
  else if (/^\d{4}-\d\d$/.test(date)) end.setUTCMonth(start.getUTCMonth() + 1);
  else if (/^\d{4}-\d\d-\d\d$/.test(date)) end.setUTCDate(start.getUTCDate() + 1);
  else return start.getTime();
  return end.getTime() - 1;
}

/** Goes back to the last star only, so time is at most the product of both lengths. */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let in_ = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    if (glob[in_] === '*') {
      star = in_;
      in_ += 1;
      retry = at;
    } else if (in_ < glob.length && (glob[in_] === '?' || glob[in_] === text[at])) {
      in_ += 1;
      at += 1;
    } else if (star >= 0) {
      in_ = star + 1;
      retry += 1;
      at = retry;
    } else return false;
  }
  while (glob[in_] === '*') in_ += 1;
  return in_ === glob.length;
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
