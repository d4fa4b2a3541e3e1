import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Not for the public: IANA's special-purpose registry in brief. The fetcher has its own and stricter check at connect time. */
const privateNetworks = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3'],
];
const networks = new BlockList();
for (const network of privateNetworks) {
  const [address = '', prefix] = network.split('/');
  networks.addSubnet(address, Number(prefix));
}

const privateNames = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa|test|invalid|onion)$/;

/** Whether a link with this host can lead to the public web: no private address and no name of a local network. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (isIPv4(host)) return !networks.check(host);
  // Only global unicast, and no form with an IPv4 address in it.
  if (isIPv6(host)) return /^[23]/.test(host) && !/^(?:2002:|2001:0?:|2001:db8:)/.test(host);
  return host.includes('.') && !privateNames.test(host);
}
