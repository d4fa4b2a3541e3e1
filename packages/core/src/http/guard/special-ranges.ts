import ipaddr from 'ipaddr.js';

/** A block of addresses on which no public web page lives, and what it is in words. */
export interface SpecialRange {
  block: [base: ipaddr.IPv4 | ipaddr.IPv6, bits: number];
  is: string;
}

const range = ([cidr, is]: readonly [string, string]): SpecialRange => ({ block: ipaddr.parseCIDR(cidr), is });

/**
 * The IANA special-purpose registry of IPv4, with multicast, and the metadata addresses of clouds; the first that matches
 * names it. Blocks that the registry calls globally reachable (AS112, AMT) are in it too: they are anycast, often to this
 * very network, and serve no pages.
 */
export const specialIPv4: readonly SpecialRange[] = (
  [
    ['169.254.169.254/32', 'the metadata service of cloud machines (link-local)'],
    ['169.254.170.2/32', 'the credentials service of containers on AWS (link-local)'],
    ['168.63.129.16/32', 'the metadata service of Azure machines'],
    ['100.100.100.200/32', 'the metadata service of Alibaba Cloud machines (shared address space)'],
    ['192.0.0.192/32', 'the metadata service of Oracle Cloud machines (protocol assignments)'],
    ['0.0.0.0/32', 'the unspecified address, which means this machine'],
    ['0.0.0.0/8', 'an address of "this network" (RFC 791)'],
    ['10.0.0.0/8', 'a private address (RFC 1918)'],
    ['100.64.0.0/10', 'shared address space behind a carrier-grade NAT (RFC 6598)'],
    ['127.0.0.0/8', 'a loopback address, which means this machine'],
    ['169.254.0.0/16', 'a link-local address (RFC 3927)'],
    ['172.16.0.0/12', 'a private address (RFC 1918)'],
    ['192.0.0.0/24', 'reserved for protocol assignments (RFC 6890)'],
    ['192.0.2.0/24', 'reserved for documentation (RFC 5737)'],
    ['192.31.196.0/24', 'the AS112 service (RFC 7535)'],
    ['192.52.193.0/24', 'the multicast tunnelling service (RFC 7450)'],
    ['192.88.99.0/24', 'a former 6to4 relay (RFC 7526)'],
    ['192.168.0.0/16', 'a private address (RFC 1918)'],
    ['192.175.48.0/24', 'the AS112 service (RFC 7534)'],
    ['198.18.0.0/15', 'reserved for benchmarks (RFC 2544)'],
    ['198.51.100.0/24', 'reserved for documentation (RFC 5737)'],
    ['203.0.113.0/24', 'reserved for documentation (RFC 5737)'],
    ['224.0.0.0/4', 'a multicast address'],
    ['255.255.255.255/32', 'the broadcast address'],
    ['240.0.0.0/4', 'reserved for future use (RFC 1112)'],
  ] as const
).map(range);

/**
 * The same for IPv6, without the forms that carry an IPv4 address and may be public (`address.ts` decodes them first). What is
 * outside 2000::/3 is refused even when it is not listed.
 */
export const specialIPv6: readonly SpecialRange[] = (
  [
    ['fd00:ec2::254/128', 'the metadata service of AWS machines (unique local)'],
    ['fd20:ce::254/128', 'the metadata service of Google Cloud machines (unique local)'],
    ['::/128', 'the unspecified address, which means this machine'],
    ['::1/128', 'the loopback address, which means this machine'],
    ['::/96', 'an IPv4-compatible address, a form withdrawn by RFC 4291'],
    ['::ffff:0:0:0/96', 'an IPv4-translated address (RFC 2765)'],
    ['64:ff9b:1::/48', 'a NAT64 address of a local network (RFC 8215)'],
    ['100::/64', 'a discard address (RFC 6666)'],
    ['100:0:0:1::/64', 'a dummy prefix (RFC 9780)'],
    ['2001:2::/48', 'reserved for benchmarks (RFC 5180)'],
    ['2001:3::/32', 'the multicast tunnelling service (RFC 7450)'],
    ['2001:4:112::/48', 'the AS112 service (RFC 7535)'],
    ['2001:10::/28', 'an ORCHID, which is no place on the network (RFC 4843)'],
    ['2001:20::/28', 'an ORCHID, which is no place on the network (RFC 7343)'],
    ['2001:30::/28', 'an identity of a drone (RFC 9374)'],
    ['2001::/23', 'reserved for protocol assignments (RFC 2928)'],
    ['2001:db8::/32', 'reserved for documentation (RFC 3849)'],
    ['2620:4f:8000::/48', 'the AS112 service (RFC 7534)'],
    ['3fff::/20', 'reserved for documentation (RFC 9637)'],
    ['5f00::/16', 'a segment routing identifier (RFC 9602)'],
    ['fc00::/7', 'a unique local address (RFC 4193)'],
    ['fe80::/10', 'a link-local address (RFC 4291)'],
    ['fec0::/10', 'a site-local address (RFC 3879)'],
    ['ff00::/8', 'a multicast address'],
  ] as const
).map(range);

/** True when the address lies in the block; never for two different families. */
export function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: SpecialRange['block']): boolean {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits);
  return base instanceof ipaddr.IPv6 && address.match(base, bits);
}
