import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isWithin, specialIPv4, specialIPv6 } from './special-ranges.ts';

/** What an address is. `address` is its canonical text; an IPv4-mapped one is the IPv4 address that a socket would reach. */
export type AddressVerdict = { allowed: true; address: string } | { allowed: false; address: string; reason: string };

interface Embedding {
  /** How the form is called. */
  form: string;
  addresses: readonly ipaddr.IPv4[];
}

const mapped = ipaddr.parseCIDR('::ffff:0:0/96');
const globalUnicast = ipaddr.parseCIDR('2000::/3');
const nat64 = ipaddr.parseCIDR('64:ff9b::/96');
const sixToFour = ipaddr.parseCIDR('2002::/16');
const teredo = ipaddr.parseCIDR('2001::/32');

/**
 * Only global unicast is allowed. `ip` is one address as a resolver or a URL gives it, without brackets. IPv6 forms that carry
 * an IPv4 address (NAT64, 6to4, Teredo, ISATAP) are allowed only when that one is. `reason` reads after "is".
 */
export function classifyAddress(ip: string): AddressVerdict {
  if (ip.includes('%')) {
    return { allowed: false, address: ip, reason: 'bound to an interface of this machine by a zone id' };
  }
  const family = isIP(ip);
  if (family === 0) return { allowed: false, address: ip, reason: 'not an IP address' };
  if (family === 4) return classifyIPv4(ipaddr.IPv4.parse(ip));
  // In hexadecimal only: ipaddr.js reads `::8.8.8.8` as the IPv4-mapped form.
  const address = ipaddr.IPv6.parse(new URL(`http://[${ip}]/`).hostname.slice(1, -1));
  return isWithin(address, mapped) ? classifyIPv4(lastIPv4(address)) : classifyIPv6(address);
}

function classifyIPv4(ip: ipaddr.IPv4): AddressVerdict {
  const special = specialIPv4.find(({ block }) => isWithin(ip, block));
  const address = ip.toString();
  return special === undefined ? { allowed: true, address } : { allowed: false, address, reason: special.is };
}

function classifyIPv6(ip: ipaddr.IPv6): AddressVerdict {
  const address = ip.toString();
  const embeddings = embeddedIn(ip);
  for (const { form, addresses } of embeddings) {
    const refused = addresses.map(classifyIPv4).find(({ allowed }) => !allowed);
    if (refused !== undefined && !refused.allowed) {
      return { allowed: false, address, reason: `${form} for ${refused.address}, ${refused.reason}` };
    }
  }
  // Teredo lies within the block of protocol assignments and NAT64 outside global unicast.
  if (isWithin(ip, teredo) || isWithin(ip, nat64)) return { allowed: true, address };
  const special = specialIPv6.find(({ block }) => isWithin(ip, block));
  if (special !== undefined) return { allowed: false, address, reason: special.is };
  if (isWithin(ip, globalUnicast)) return { allowed: true, address };
  return { allowed: false, address, reason: 'outside the addresses of the public internet (2000::/3)' };
}

/** The IPv4 addresses to which a packet for this one may go in the end. */
function embeddedIn(ip: ipaddr.IPv6): Embedding[] {
  const [, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = ip.parts;
  const found: Embedding[] = [];
  if (isWithin(ip, nat64)) found.push({ form: 'the NAT64 form', addresses: [toIPv4(g, h)] });
  if (isWithin(ip, sixToFour)) found.push({ form: 'the 6to4 form', addresses: [toIPv4(b, c)] });
  // The server, and the client with its bits inverted (RFC 4380).
  if (isWithin(ip, teredo)) {
    found.push({ form: 'the Teredo form', addresses: [toIPv4(c, d), toIPv4(g ^ 0xffff, h ^ 0xffff)] });
  }
  // An interface id of 0:5efe:a.b.c.d, with or without the bits for universal and group (RFC 5214).
  if ((e & 0xfcff) === 0 && f === 0x5efe) found.push({ form: 'the ISATAP form', addresses: [toIPv4(g, h)] });
  return found;
}

const toIPv4 = (high: number, low: number): ipaddr.IPv4 =>
  new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);

const lastIPv4 = (ip: ipaddr.IPv6): ipaddr.IPv4 => toIPv4(ip.parts[6] ?? 0, ip.parts[7] ?? 0);
