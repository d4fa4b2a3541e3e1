import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ValidationError } from '../../errors.ts';
import { type AddressVerdict, classifyAddress } from './address.ts';
import { isWithin, type SpecialRange } from './special-ranges.ts';

export interface GuardSettings {
  /** Ports that a URL may name; 80 and 443 by default. */
  ports?: readonly number[];
  /** Domains with their subdomains; the only ones when there are any. */
  allowDomains?: readonly string[];
  /** Domains with their subdomains; they win over allowed ones. */
  denyDomains?: readonly string[];
  /**
   * Blocks of an intranet, `10.1.0.0/16`, or on one port only, `192.168.1.5/32:8080` and `fd00::5/128:8080`. Without a port a
   * block is open on `ports`. A block of IPv4 covers the IPv4-mapped form, which is the same socket; other forms that carry an
   * IPv4 address (NAT64, 6to4, Teredo, ISATAP) take another way and are open only when their own IPv6 block is named.
   */
  allowPrivate?: readonly string[];
  /** Configured upstreams, `http://searx.lan:8080`: reachable wherever they are, only through `fetchExempt`. */
  exemptOrigins?: readonly string[];
  /** Characters of the longest URL; 4096 by default. */
  maxUrlLength?: number;
  /** Beginning of the names of settings in hints; WEB by default. */
  settingPrefix?: string;
}

interface Opening {
  block: SpecialRange['block'];
  port: number | undefined;
}

export interface GuardPolicy {
  readonly ports: ReadonlySet<number>;
  readonly allowDomains: readonly string[];
  readonly denyDomains: readonly string[];
  readonly openings: readonly Opening[];
  readonly exemptOrigins: ReadonlySet<string>;
  readonly maxUrlLength: number;
  /** Name of a setting, as hints give it. */
  setting(name: string): string;
}

/** Checks and compiles the settings. Throws ValidationError for one that cannot be read. */
export function createGuardPolicy(settings: GuardSettings = {}): GuardPolicy {
  const prefix = settings.settingPrefix ?? 'WEB';
  const setting = (name: string) => `${prefix}_${name}`;
  return {
    ports: new Set(settings.ports ?? [80, 443]),
    allowDomains: (settings.allowDomains ?? []).map((text) => toDomain(text, setting('ALLOW_DOMAINS'))),
    denyDomains: (settings.denyDomains ?? []).map((text) => toDomain(text, setting('DENY_DOMAINS'))),
    openings: (settings.allowPrivate ?? []).map((text) => toOpening(text, setting('ALLOW_PRIVATE'))),
    exemptOrigins: new Set((settings.exemptOrigins ?? []).map(toOrigin)),
    maxUrlLength: settings.maxUrlLength ?? 4096,
    setting,
  };
}

export interface CheckTarget {
  /** The name or literal that led to the address. */
  host: string;
  port: number;
  /** Addresses of this machine. */
  own?: readonly string[];
}

/**
 * The address to connect to. Throws ValidationError when it is neither public nor opened for this port. Of several addresses of a name only the refused one is told.
 */
export function checkAddress(ip: string, target: CheckTarget, policy: GuardPolicy): string {
  const { host, port, own = [] } = target;
  const verdict = classifyOwn(classifyAddress(ip), own);
  const opening = isOpened(verdict.address, port, policy);
  if (!verdict.allowed && !opening) {
    const subject = host === ip || host === verdict.address ? host : `${host} leads to ${verdict.address}, which`;
    const suffix = verdict.address.includes(':') ? '128' : '32';
    throw new ValidationError(`Address refused: ${subject} is ${verdict.reason}.`, {
      hint: `Only public addresses are fetched. Whoever runs the server can open this one with ${policy.setting('ALLOW_PRIVATE')}=${verdict.address}/${suffix}.`,
      details: { refused: verdict.address },
    });
  }
  if (!policy.ports.has(port) && !opening) throw portRefusal(port, policy);
  return verdict.address;
}

function classifyOwn(verdict: AddressVerdict, own: readonly string[]): AddressVerdict {
  const { allowed, address } = verdict;
  if (!allowed || !own.some((ip) => classifyAddress(ip).address === address)) return verdict;
  return { allowed: false, address, reason: 'a public address of this machine itself, reached behind its firewall' };
}

/** A port named with a block is open on that block only; which address a name has is known at connect time. */
export function checkPort(port: number, policy: GuardPolicy): void {
  if (policy.ports.has(port) || policy.openings.some((opening) => opening.port === port)) return;
  throw portRefusal(port, policy);
}

function portRefusal(port: number, policy: GuardPolicy): ValidationError {
  return new ValidationError(`Port ${port} is refused: allowed are ${[...policy.ports].join(', ')}.`, {
    hint: `Whoever runs the server can allow more ports with ${policy.setting('PORTS')}.`,
  });
}

function isOpened(address: string, port: number, { openings, ports }: GuardPolicy): boolean {
  // ipaddr.js also reads zone ids and octal numbers, which no block names.
  if (openings.length === 0 || isIP(address) === 0 || address.includes('%')) return false;
  const ip = ipaddr.parse(address);
  return openings.some(
    (opening) => (opening.port === undefined ? ports.has(port) : opening.port === port) && isWithin(ip, opening.block),
  );
}

function toOpening(text: string, setting: string): Opening {
  const [, cidr = '', port] = /^(.+?\/\d+)(?::(\d+))?$/.exec(text.trim()) ?? [];
  const number = port === undefined ? undefined : Number(port);
  const [base = ''] = cidr.split('/');
  if (
    isIP(base) === 0 ||
    base.includes('%') ||
    !ipaddr.isValidCIDR(cidr) ||
    (number !== undefined && (number < 1 || number > 65_535))
  ) {
    throw new ValidationError(
      `${setting} holds "${text}", which is no block of addresses like 10.1.0.0/16, 192.168.1.5/32:8080 or fd00::/8.`,
    );
  }
  const block = ipaddr.parseCIDR(cidr);
  if (isWithin(block[0], ipaddr.parseCIDR('::ffff:0:0/96'))) {
    throw new ValidationError(`${setting} holds "${text}": write the IPv4 block itself, it covers the mapped form.`);
  }
  const kind = block[0] instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = kind.networkAddressFromCIDR(cidr).toString();
  if (first !== block[0].toString()) {
    throw new ValidationError(
      `${setting} holds "${text}", which is not the beginning of its block: write ${first}/${block[1]}.`,
    );
  }
  return { block, port: number };
}

function toDomain(text: string, setting: string): string {
  const name = text.trim().replace(/^\*?\./, '');
  const url = URL.parse(`http://${name}/`);
  if (url === null || url.href !== `http://${url.hostname}/` || /[/?#@\\]/.test(name)) {
    throw new ValidationError(`${setting} holds "${text}", which is no domain like example.com.`);
  }
  return url.hostname.replace(/\.$/, '');
}

function toOrigin(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ValidationError(`"${text}" is no origin of a configured upstream like http://searx.lan:8080.`);
  }
  return url.origin;
}
