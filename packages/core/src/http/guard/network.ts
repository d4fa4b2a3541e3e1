import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One attempt to connect; `address` has been checked and is the only one that may be used. */
export interface ConnectTarget {
  host: string;
  address: string;
  port: number;
  protocol: 'http:' | 'https:';
}

/** What lies below the guard; tests put a network of their own here. */
export interface Network {
  /** Every address of a name, in the order to try. Rejects with the codes of `node:dns`. */
  resolve(host: string): Promise<readonly string[]>;
  /** A socket that is connecting. */
  connect(target: ConnectTarget): Socket;
  /** Addresses of this machine itself, public ones too: connections to them pass no firewall. */
  own?(): readonly string[];
  /** Certificates (PEM) trusted instead of the system's. */
  ca?: string;
}

/** The system's resolver, hosts file included, and TCP. */
export const systemNetwork: Network = {
  async resolve(host) {
    const { lookup } = await import('node:dns/promises');
    const records = await lookup(host, { all: true });
    return records.map(({ address }) => address);
  },
  // The address is a literal: nothing is looked up again.
  connect: ({ address, port }) => connect({ host: address, port, noDelay: true, keepAlive: true }),
  own: () => Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address)),
};
