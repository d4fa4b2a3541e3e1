import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import { UnavailableError } from '../../errors.ts';
import type { Network } from './network.ts';
import { checkAddress, type GuardPolicy } from './policy.ts';
import type { ProxySettings } from './proxy.ts';

type Undici = typeof import('undici');
type Connect = typeof import('./connect.ts');

export interface DispatcherSettings {
  policy: GuardPolicy;
  network: Network;
  /** Requests of both sides go through it, except to hosts it leaves out; whether it may be used is the caller's to know. */
  proxy: ProxySettings | undefined;
  connectTimeoutMs: number;
  stallTimeoutMs: number;
  /** Bytes on the wire of one answer; decompressed ones are capped while reading. */
  maxWireBytes: number;
}

/** Whose URL it is: one of the model passes the policy, one of the configuration names an exempt origin. */
export type Side = 'guarded' | 'exempt';

export interface Dispatchers {
  /** undici's fetch on that side; the signal also ends a connection that is only being opened. */
  fetch(side: Side, url: URL, init: FetchInit): Promise<FetchResponse>;
  close(): Promise<void>;
}

export type FetchResponse = Awaited<ReturnType<Undici['fetch']>>;
export type FetchInit = NonNullable<Parameters<Undici['fetch']>[1]> & { signal: AbortSignal };

/**
 * One agent a side, both created on first use, because undici and TLS are large. Two, so that a connection opened for a configured origin
 * is never reused for a URL of the model.
 */
export function createDispatchers(settings: DispatcherSettings): Dispatchers {
  // A connection is opened within the call that needs it, and undici does not say for which one.
  const calls = new AsyncLocalStorage<AbortSignal>();
  let loading: Promise<[Undici, Connect]> | undefined;
  let closed = false;
  const agents = new Map<Side, Dispatcher>();

  const agentFor = (side: Side, undici: Undici, { createConnector }: Connect): Dispatcher => {
    const known = agents.get(side);
    if (known !== undefined) return known;
    const { proxy, policy } = settings;
    const options = {
      connect: createConnector({
        network: settings.network,
        check: side === 'exempt' ? (address) => address : (address, target) => checkAddress(address, target, policy),
        timeoutMs: settings.connectTimeoutMs,
        signal: () => calls.getStore(),
      }),
      headersTimeout: settings.stallTimeoutMs,
      bodyTimeout: settings.stallTimeoutMs,
      maxResponseSize: settings.maxWireBytes,
    };
    const agent =
      proxy === undefined
        ? new undici.Agent(options)
        : new undici.EnvHttpProxyAgent({
            ...options,
            httpProxy: proxy.httpProxy,
            httpsProxy: proxy.httpsProxy,
            noProxy: proxy.noProxy,
            // Proxies often refuse tunnels to port 80.
            proxyTunnel: false,
          });
    agents.set(side, agent);
    return agent;
  };

  return {
    async fetch(side, url, init) {
      loading ??= Promise.all([loadUndici(), import('./connect.ts')]);
      const [undici, connect] = await loading;
      if (closed)
        throw new UnavailableError('Pages are no longer fetched: the server is shutting down.', { retryable: false });
      const dispatcher = agentFor(side, undici, connect);
      return calls.run(init.signal, () => undici.fetch(url, { ...init, redirect: 'manual', dispatcher }));
    },
    async close() {
      closed = true;
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** CommonJS, of which a bundle exports nothing but the whole; its types do not say that the whole has every part. */
const loadUndici = async (): Promise<Undici> => (await import('undici')).default as unknown as Undici;
