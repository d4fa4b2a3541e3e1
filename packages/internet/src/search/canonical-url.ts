import { unwrapRedirect } from './redirect-links.ts';

/** Parameters that say where a visitor came from and never what is shown. `ref` and `source` are not among them: GitHub and others use them. */
const tracking = new RegExp(
  `^(?:${[
    'utm_.+|pk_.+|mtm_.+|piwik_.+|matomo_.+|hsa_.+|_hs.+|vero_.+|oly_.+|at_(?:medium|campaign|custom.*)|__(?:twitter|tn)__?',
    'gclid|gclsrc|dclid|gbraid|wbraid|gad_source|gad_campaignid|srsltid|_ga|_gl|fbclid|msclkid|yclid|twclid|ttclid|li_fat_id',
    'igsh|igshid|mc_cid|mc_eid|mkt_tok|rb_clickid|s_cid|ncid|cmpid|wickedid|spm|ref_src|ref_url|hsctatracking|fb_(?:action|ref|source).*',
  ].join('|')})$`,
  'i',
);
const ampParameters = /^(?:amp|amp_js_v|amp_gsa|amp_r|usqp|_amp)$/i;

/** Longer ones are not pages that somebody meant. */
const longestUrl = 4_096;

/**
 * An address of a page as it can be fetched: redirect links unwrapped, without fragment and tracking parameters. Undefined for what is
 * not an http address, carries credentials or is longer than 4,096 characters.
 */
export function toPageUrl(raw: string): string | undefined {
  return parse(raw)?.href;
}

/**
 * The same string for addresses that show the same page, to compare and never to fetch: https, no `www.` and no mobile or AMP form, no
 * default port, no tracking, no fragment but those of one-page sites, no slash at the end, parameters in order, one percent-encoding.
 */
export function canonicalUrl(raw: string): string | undefined {
  const url = parse(raw);
  if (url === undefined) return undefined;
  const port = url.port === '' ? '' : `:${url.port}`;
  return `https://${canonicalHost(url.hostname)}${port}${canonicalPath(url.pathname)}${canonicalQuery(url)}${url.hash}`;
}

function parse(raw: string): URL | undefined {
  const text = raw.trim();
  if (text.length > longestUrl || !URL.canParse(text)) return undefined;
  const url = unwrapRedirect(new URL(text));
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.href.length > longestUrl) {
    return undefined;
  }
  // `#!` and `#/` are the path of a page that is drawn by a script.
  if (!/^#[!/]/.test(url.hash)) url.hash = '';
  const kept = rawParameters(url).filter(({ name }) => !tracking.test(name));
  url.search = kept.map(({ raw: pair }) => pair).join('&');
  return url;
}

/** As they are written, because decoding and encoding again changes what some sites read. */
function rawParameters({ search }: URL): { name: string; value: string; raw: string }[] {
  return search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((raw) => {
      const [[name = '', value = ''] = []] = new URLSearchParams(raw);
      return { name, value, raw };
    });
}

/** A label of its own, so that `m.com` and `www.com` stay themselves. */
function canonicalHost(host: string): string {
  const labels = host.replace(/\.$/, '').split('.');
  while (labels.length > 2 && /^(?:www|m|mobile|amp)$/.test(labels[0] ?? '')) labels.shift();
  // en.m.wikipedia.org
  return labels.filter((label, at) => label !== 'm' || at === 0 || at >= labels.length - 2).join('.');
}

function canonicalPath(path: string): string {
  const plain = canonicalEncoding(path)
    .replace(/\/index\.html?$/i, '/')
    .replace(/\.amp(\.html?)?$/i, '$1')
    .replace(/(?<=[^/]\/+)amp\/?$/i, '')
    .replace(/\/+$/, '');
  return plain;
}

/** Unreserved characters bare, the others in upper case. RFC 3986, 6.2.2 */
function canonicalEncoding(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (whole, hex) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(character) ? character : whole.toUpperCase();
  });
}

function canonicalQuery(url: URL): string {
  const pairs = rawParameters(url)
    .filter(({ name, value }) => !ampParameters.test(name) && !(name.toLowerCase() === 'outputtype' && value === 'amp'))
    .map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort();
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Host without `www.`, as people name a site; empty for what is no address. */
export const siteOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '');
