/** Value of the first of these parameters that is there. */
const parameter =
  (...names: readonly string[]) =>
  ({ searchParams }: URL): string | undefined =>
    names.map((name) => searchParams.get(name)).find((value) => value !== null) ?? undefined;

interface Redirect {
  host: RegExp;
  path: RegExp;
  target(url: URL): string | undefined;
}

/** Links that search engines and large sites put around an address. */
const redirects: readonly Redirect[] = [
  { host: /^(?:[a-z-]+\.)?duckduckgo\.com$/, path: /^\/l\/?$/, target: parameter('uddg') },
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/url$/, target: parameter('q', 'url') },
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/amp\//, target: ampViewer },
  { host: /^(?:www\.|cn\.)?bing\.com$/, path: /^\/ck\/a$/, target: bingTarget },
  { host: /^(?:www\.)?bing\.com$/, path: /^\/amp\//, target: ampViewer },
  { host: /^r\.search\.yahoo\.com$/, path: /\/RU=/, target: yahooTarget },
  { host: /^lm?\.facebook\.com$/, path: /^\/l\.php$/, target: parameter('u') },
  { host: /^(?:www\.)?youtube\.com$/, path: /^\/redirect$/, target: parameter('q') },
  { host: /\.cdn\.ampproject\.org$/, path: /^\/[a-z]\//, target: ampCache },
];

/** A redirect around a redirect is followed; further ones are left as they are. */
const deepest = 3;

/** The address a redirect link leads to; any other address as it is. */
export function unwrapRedirect(url: URL): URL {
  let current = url;
  for (let n = 0; n < deepest; n += 1) {
    const found = redirects.find(({ host, path }) => host.test(current.hostname) && path.test(current.pathname));
    const target = found?.target(current);
    if (target === undefined || !/^https?:\/\//i.test(target) || !URL.canParse(target)) return current;
    current = new URL(target);
  }
  return current;
}

/** `/amp/s/host/path`; without the `s` it is http. */
function ampViewer({ pathname, search }: URL): string | undefined {
  const [, secure, rest] = /^\/amp\/(s\/)?(.+)$/.exec(pathname) ?? [];
  return rest?.includes('.') ? `${secure ? 'https' : 'http'}://${rest}${search}` : undefined;
}

/** `/c/s/host/path`, with `v`, `i` and others in the place of `c`. */
function ampCache({ pathname, search }: URL): string | undefined {
  const [, secure, rest] = /^\/[a-z]\/(s\/)?(.+)$/.exec(pathname) ?? [];
  return rest?.includes('.') ? `${secure ? 'https' : 'http'}://${rest}${search}` : undefined;
}

/** `u` is `a1` and the address in base64url. */
function bingTarget({ searchParams }: URL): string | undefined {
  const coded = searchParams.get('u');
  return coded?.startsWith('a1') ? Buffer.from(coded.slice(2), 'base64url').toString('utf8') : undefined;
}

function yahooTarget({ pathname }: URL): string | undefined {
  const [, coded] = /\/RU=([^/]+)/.exec(pathname) ?? [];
  if (coded === undefined) return undefined;
  try {
    return decodeURIComponent(coded);
  } catch {
    return undefined; // Not percent-encoded: no address.
  }
}
