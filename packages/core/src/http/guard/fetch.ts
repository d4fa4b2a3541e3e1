import { ValidationError } from '../../errors.ts';
import { runAttempt } from '../../resilience/attempt.ts';
import { systemClock } from '../../resilience/clock.ts';
import { readBody } from './body.ts';
import { createDispatchers, type FetchResponse, type Side } from './dispatchers.ts';
import { toFetchError } from './failures.ts';
import { type Network, systemNetwork } from './network.ts';
import { createGuardPolicy, type GuardPolicy } from './policy.ts';
import { type ProxyEnvironment, proxyRefusal, readProxy } from './proxy.ts';
import { createTrail, locationOf, refusedHop, toTarget } from './redirect.ts';
import { checkUrl, shorten } from './url.ts';

/** An answer of the web, whole and within its caps; the body is decompressed. */
export interface GuardedAnswer {
  /** As it was asked for. */
  requested: string;
  /** After redirects. */
  url: string;
  /** Addresses it was sent on to, in order, the last one being `url`; empty without redirects. */
  redirects: readonly string[];
  /** True when a redirect led from https to http, where anybody on the way can read and change the answer. */
  downgraded: boolean;
  status: number;
  /** Without cookies. */
  headers: Headers;
  body: Uint8Array;
  fetchedAt: Date;
}

export interface GuardedRequest {
  url: string;
  signal: AbortSignal;
  /** Only those of `sendable`: no credentials, no cookies. */
  headers?: Readonly<Record<string, string>>;
  /** Of the decompressed body; at most and by default the cap of all requests. */
  maxBytes?: number;
}

export interface ExemptRequest extends GuardedRequest {
  /** GET by default. */
  method?: 'GET' | 'POST';
  body?: string;
}

export interface GuardedFetchSettings {
  policy?: GuardPolicy;
  userAgent: string;
  network?: Network;
  /** Where proxies are named; pass `process.env`. */
  env?: ProxyEnvironment;
  /** Goes through the proxy although it resolves names itself. */
  trustProxy?: boolean;
  /** Look-up, connection and TLS of one hop; 10 s by default. */
  connectTimeoutMs?: number;
  /** Without a byte; 15 s by default, kept to about a second. */
  stallTimeoutMs?: number;
  /** One fetch with all its hops; 30 s by default. */
  totalTimeoutMs?: number;
  /** Of a decompressed body; 10,000,000 by default. */
  maxBytes?: number;
  /** 5 by default. */
  maxRedirects?: number;
}

export interface GuardState {
  /** `refused` while a proxy is set and not trusted. */
  route: 'direct' | 'trusted_proxy' | 'refused';
  /** False behind a proxy, which resolves names itself: then only the text of a URL is checked. */
  addressesChecked: boolean;
  note: string;
  ports: readonly number[];
  allowDomains: readonly string[];
  denyDomains: readonly string[];
  privateOpenings: number;
}

export interface GuardedFetch {
  /**
   * Fetches a URL of the model by GET. An HTTP status is an answer, not an error. Throws ValidationError for what the policy
   * refuses, NetworkError and CancelledError.
   */
  fetch(request: GuardedRequest): Promise<GuardedAnswer>;
  /**
   * Fetches from a configured origin, wherever it is and with any headers; for upstreams only, never with a URL of the model.
   * Goes through a proxy whether it is trusted or not, as there is nothing to check. Throws ValidationError for another origin and for a redirect to one.
   */
  fetchExempt(request: ExemptRequest): Promise<GuardedAnswer>;
  state(): GuardState;
  /** Closes every connection. */
  close(): Promise<void>;
}

const sendable = new Set(['accept', 'accept-language', 'if-none-match', 'if-modified-since', 'range']);

/** A fetch that reaches public addresses only, and what the policy opens. Costs nothing until the first call, which loads undici. */
export function createGuardedFetch(settings: GuardedFetchSettings): GuardedFetch {
  const policy = settings.policy ?? createGuardPolicy();
  const { maxBytes = 10_000_000, maxRedirects = 5, totalTimeoutMs = 30_000 } = settings;
  const proxy = readProxy(settings.env ?? {});
  const refused = proxy !== undefined && settings.trustProxy !== true;
  const dispatchers = createDispatchers({
    policy,
    network: settings.network ?? systemNetwork,
    proxy,
    connectTimeoutMs: settings.connectTimeoutMs ?? 10_000,
    stallTimeoutMs: settings.stallTimeoutMs ?? 15_000,
    // Compression may also make an answer larger, but not by much.
    maxWireBytes: maxBytes + 1_000_000,
  });

  const attempt = (side: Side, request: ExemptRequest, check: (url: string) => URL): Promise<GuardedAnswer> => {
    const url = check(request.url);
    const options = { name: shorten(url.href), clock: systemClock, timeoutMs: totalTimeoutMs };
    return runAttempt((signal) => follow(side, { ...request, signal }, { url, check }), {
      ...options,
      idempotent: request.method !== 'POST',
      signal: request.signal,
    });
  };

  const follow = async (
    side: Side,
    first: ExemptRequest,
    start: { url: URL; check(url: string): URL },
  ): Promise<GuardedAnswer> => {
    const trail = createTrail(start.url, maxRedirects);
    let { url } = start;
    let request = first;
    let downgraded = false;
    for (;;) {
      const response = await ask(side, url, request);
      const location = locationOf(response);
      if (location === undefined) {
        const body = await read(response, url, request);
        const headers = new Headers([...response.headers].filter(([name]) => name !== 'set-cookie'));
        const { redirects } = trail;
        const { url: requested } = request;
        return {
          requested,
          url: url.href,
          redirects,
          downgraded,
          status: response.status,
          headers,
          body,
          fetchedAt: new Date(),
        };
      }
      await response.body?.cancel();
      // What browsers do: only 307 and 308 send a body again.
      if (response.status < 307) request = withoutBody(request);
      const next = checkHop(toTarget(location, url), url, start.check);
      trail.add(next.href);
      downgraded ||= url.protocol === 'https:' && next.protocol === 'http:';
      url = next;
    }
  };

  const ask = async (side: Side, url: URL, request: ExemptRequest): Promise<FetchResponse> => {
    const { signal, method = 'GET', body } = request;
    const headers = { 'accept-encoding': 'gzip, deflate, br', ...request.headers, 'user-agent': settings.userAgent };
    try {
      return await dispatchers.fetch(side, url, { signal, method, headers, ...(body !== undefined && { body }) });
    } catch (error) {
      throw toFetchError(error, { host: url.hostname, proxied: proxy !== undefined });
    }
  };

  const read = async (response: FetchResponse, url: URL, request: GuardedRequest): Promise<Uint8Array> => {
    const host = url.hostname;
    const limit = {
      host,
      maxBytes: Math.min(request.maxBytes ?? maxBytes, maxBytes),
      setting: policy.setting('MAX_BYTES'),
    };
    try {
      return await readBody(response, limit);
    } catch (error) {
      throw toFetchError(error, { host });
    }
  };

  return {
    async fetch({ url, signal, headers = {}, maxBytes: cap }) {
      if (refused) throw proxyRefusal(proxy, policy.setting('TRUST_PROXY'));
      const unsendable = Object.keys(headers).find((name) => !sendable.has(name.toLowerCase()));
      if (unsendable !== undefined) throw new ValidationError(`The header ${unsendable} is not sent to web pages.`);
      const request = { url, signal, headers, ...(cap !== undefined && { maxBytes: cap }) };
      return attempt('guarded', request, (text) => checkUrl(text, policy));
    },
    fetchExempt: async (request) => attempt('exempt', request, (text) => checkOrigin(text, policy)),
    state: () => ({
      route: proxy === undefined ? 'direct' : refused ? 'refused' : 'trusted_proxy',
      addressesChecked: proxy === undefined,
      note: noteOn(proxy?.variables.join(' and '), refused),
      ports: [...policy.ports],
      allowDomains: policy.allowDomains,
      denyDomains: policy.denyDomains,
      privateOpenings: policy.openings.length,
    }),
    close: () => dispatchers.close(),
  };
}

function withoutBody({ method: _method, body: _body, ...request }: ExemptRequest): ExemptRequest {
  return request;
}

function checkHop(target: string, from: URL, check: (url: string) => URL): URL {
  try {
    return check(target);
  } catch (error) {
    throw refusedHop(error, from);
  }
}

function checkOrigin(text: string, policy: GuardPolicy): URL {
  const url = URL.parse(text);
  if (url !== null && policy.exemptOrigins.has(url.origin) && url.username === '' && url.password === '') return url;
  throw new ValidationError(`${shorten(url?.origin ?? text)} is not the origin of a configured upstream.`, {
    hint: 'Configure the upstream with the address that answers itself: scheme, host and port have to be the same.',
  });
}

function noteOn(variables: string | undefined, refused: boolean): string {
  if (variables === undefined) return 'Every address is checked when a connection is opened.';
  if (refused) return `Nothing is fetched: ${variables} names a proxy that is not trusted.`;
  return `Names are resolved by the proxy of ${variables}, so only literal addresses and the text of URLs are checked.`;
}
