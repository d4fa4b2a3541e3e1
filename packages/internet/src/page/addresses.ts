import type { DomDocument } from './dom.ts';

const followed = new Set(['http:', 'https:', 'mailto:', 'tel:', 'ftp:']);

/** An address as the page writes it -> absolute, or undefined for what cannot be followed (`javascript:`, `data:`, broken). */
export type Resolve = (address: string | null | undefined) => string | undefined;

const mostKnown = 10_000;

/** Addresses are relative to `<base href>` if the page has a usable one, else to where it was read. */
export function createResolve(document: DomDocument, pageUrl: string): Resolve {
  const base = absolute(document.querySelector('base[href]')?.getAttribute('href'), pageUrl);
  const from = base?.startsWith('http') ? base : pageUrl;
  // Links are resolved for the text and for their list; taking an address apart is slow.
  const known = new Map<string, string | undefined>();
  return (address) => {
    if (address === null || address === undefined) return undefined;
    if (known.has(address)) return known.get(address);
    const resolved = absolute(address, from);
    if (known.size < mostKnown) known.set(address, resolved);
    return resolved;
  };
}

function absolute(address: string | null | undefined, base: string): string | undefined {
  if (address === null || address === undefined || address.length > 4_000) return undefined;
  const parsed = URL.parse(address.trim(), base);
  return parsed && followed.has(parsed.protocol) ? parsed.href : undefined;
}

/** The same page, but for the fragment. */
export function isSamePage(address: string, pageUrl: string): boolean {
  const hash = address.indexOf('#');
  return hash >= 0 && address.slice(0, hash) === pageUrl.split('#', 1)[0];
}

/** Same host, `www.` aside. */
export function isInternal(address: string, pageUrl: string): boolean {
  const host = (url: string): string => URL.parse(url)?.host.replace(/^www\./, '') ?? '';
  return host(address) !== '' && host(address) === host(pageUrl);
}
