import { isIP } from 'node:net';
import { ValidationError } from '../../errors.ts';
import { checkAddress, checkPort, type GuardPolicy } from './policy.ts';

/** Names that mean something else, or nothing, on every network (RFC 6761, RFC 6762, RFC 8375 and customs). */
const localNames: Readonly<Record<string, string>> = {
  localhost: 'this machine',
  localdomain: 'this machine',
  local: 'the local link (mDNS)',
  internal: 'a private network; cloud metadata services use it too',
  intranet: 'a private network',
  private: 'a private network',
  corp: 'a private network',
  lan: 'a private network',
  home: 'a home network',
  'home.arpa': 'a home network',
  onion: 'the Tor network',
};

/**
 * The parsed URL, when the policy allows it as far as its text tells: scheme, credentials, length, port, host. The WHATWG parser
 * has normalised the host by then (decimal, hex, octal, short and full-width IPv4, punycode). What a name resolves to is checked
 * when connecting. Throws ValidationError.
 */
export function checkUrl(text: string, policy: GuardPolicy): URL {
  if (text.length > policy.maxUrlLength) {
    throw new ValidationError(`The URL has ${text.length} characters; at most ${policy.maxUrlLength} are allowed.`);
  }
  const url = URL.parse(text);
  if (url === null) {
    throw new ValidationError(`"${shorten(text)}" is not a URL.`, {
      hint: 'Give a whole one: https://example.com/page.',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ValidationError(`${url.protocol} URLs are refused: only http and https are fetched.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ValidationError(`The URL of ${url.hostname} is refused: it carries a user name or a password.`, {
      hint: `Leave out everything before ${url.hostname}.`,
    });
  }
  // `url.href` may be longer than the text: percent-encoding and punycode.
  if (url.href.length > 3 * policy.maxUrlLength) throw new ValidationError('The URL is too long once it is encoded.');
  const port = portOf(url);
  checkPort(port, policy);
  checkHost(url.hostname, port, policy);
  return url;
}

/** The port of the URL, also when it is the scheme's own. */
export const portOf = (url: URL): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);

/** Long ones cut for a message. */
export const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

function checkHost(hostname: string, port: number, policy: GuardPolicy): void {
  const host = hostname.replace(/\.$/, '');
  checkDomain(host, policy);
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) {
    checkAddress(literal, { host: literal, port }, policy);
    return;
  }
  const labels = host.split('.');
  if (host.length > 253 || labels.some((label) => label === '' || label.length > 63)) {
    throw new ValidationError(
      `"${shorten(host)}" is no name of a host: labels have 1 to 63 characters, names at most 253.`,
    );
  }
  // With an opened block an intranet's names are wanted; what they resolve to decides.
  if (policy.openings.length === 0) checkName(host, labels, policy);
}

function checkName(host: string, labels: readonly string[], policy: GuardPolicy): void {
  const hint = `Whoever runs the server can open an intranet with ${policy.setting('ALLOW_PRIVATE')}.`;
  const local = localNames[labels.at(-1) ?? ''] ?? localNames[labels.slice(-2).join('.')];
  if (local !== undefined) throw new ValidationError(`${host} is refused: the name belongs to ${local}.`, { hint });
  if (labels.length === 1) {
    const why = 'a name without a dot belongs to a local network';
    throw new ValidationError(`${host} is refused: ${why}.`, { hint: `Give the full name, like ${host}.com. ${hint}` });
  }
}

function checkDomain(host: string, { allowDomains, denyDomains, setting }: GuardPolicy): void {
  const covers = (domain: string) => host === domain || host.endsWith(`.${domain}`);
  const denied = denyDomains.find(covers);
  if (denied !== undefined) {
    throw new ValidationError(
      `${shorten(host)} is refused: ${denied} is on the deny list (${setting('DENY_DOMAINS')}).`,
    );
  }
  if (allowDomains.length > 0 && !allowDomains.some(covers)) {
    const shown = allowDomains.slice(0, 10).join(', ');
    throw new ValidationError(`${shorten(host)} is refused: it is not on the list of allowed domains.`, {
      hint: `Allowed are ${shown}${allowDomains.length > 10 ? ' and others' : ''} (${setting('ALLOW_DOMAINS')}).`,
    });
  }
}
