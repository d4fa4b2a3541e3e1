import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { NetworkError } from '../../errors.ts';
import { dial } from './dial.ts';
import { toFetchError } from './failures.ts';
import type { ConnectTarget, Network } from './network.ts';
import type { CheckTarget } from './policy.ts';

export interface ConnectorSettings {
  network: Network;
  /** The address to use for this one, or a ValidationError. */
  check(address: string, target: CheckTarget): string;
  /** Milliseconds for the look-up, the connection and the TLS handshake together. */
  timeoutMs: number;
  /** The signal of the call for which a connection is opened. */
  signal(): AbortSignal | undefined;
}

type Site = Omit<ConnectTarget, 'address'>;

/**
 * What undici's agents call for each new connection. Every address of the name is checked, one that is refused refuses all, and
 * the socket goes to a checked address, so a second answer of the resolver has nobody to mislead. Literals take the same way.
 */
export function createConnector(settings: ConnectorSettings): buildConnector.connector {
  return ({ hostname, port, protocol }, callback) => {
    const secure = protocol === 'https:';
    const site: Site = {
      host: hostname.replace(/\.$/, ''),
      port: Number(port) || (secure ? 443 : 80),
      protocol: secure ? 'https:' : 'http:',
    };
    open(site, settings).then(
      (socket) => callback(null, socket),
      (error) => callback(toFetchError(error, { host: site.host }), null),
    );
  };
}

async function open(site: Site, settings: ConnectorSettings): Promise<Socket> {
  const { network, check, timeoutMs } = settings;
  const caller = settings.signal();
  const stop = new AbortController();
  const cancel = () => stop.abort(caller?.reason);
  if (caller?.aborted) cancel();
  else caller?.addEventListener('abort', cancel, { once: true });
  let doing = 'resolving its name';
  const timer = setTimeout(() => {
    const seconds = Number((timeoutMs / 1000).toFixed(1));
    stop.abort(new NetworkError(`${site.host} could not be connected to within ${seconds} s (${doing}).`));
  }, timeoutMs);
  try {
    const found = isIP(site.host) === 0 ? await resolve(site.host, network, stop.signal) : [site.host];
    const target = { host: site.host, port: site.port, own: network.own?.() ?? [] };
    const addresses = [...new Set(found.map((address) => check(address, target)))];
    doing = 'opening a connection';
    const socket = await dial(addresses, {
      connect: (address) => network.connect({ ...site, address }),
      signal: stop.signal,
    });
    if (site.protocol === 'http:') return socket;
    doing = 'agreeing on TLS';
    return await secure(socket, { host: site.host, ca: network.ca, signal: stop.signal });
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', cancel);
  }
}

/** The resolver cannot be stopped; its late answer goes nowhere. */
async function resolve(host: string, network: Network, signal: AbortSignal): Promise<readonly string[]> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    const addresses = await Promise.race([network.resolve(host), aborted.promise]);
    if (addresses.length === 0) throw new NetworkError(`${host} has no address.`, { retryable: false });
    return addresses;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** TLS over the connection; the certificate must be valid for the host, also when that is an address. */
async function secure(
  socket: Socket,
  { host, ca, signal }: { host: string; ca: string | undefined; signal: AbortSignal },
): Promise<Socket> {
  const wrapped = connectTls({
    socket,
    host,
    // Server names are names only (RFC 6066).
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ALPNProtocols: ['http/1.1'],
  });
  wrapped.on('error', () => {});
  try {
    await once(wrapped, 'secureConnect', { signal });
    return wrapped;
  } catch (error) {
    wrapped.destroy();
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  }
}
