import { createHmac, randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { type AppError, AuthError, RateLimitError, ValidationError } from '../errors.ts';
import type { Log } from '../log.ts';
import { runAttempt } from '../resilience/attempt.ts';
import { type Clock, systemClock } from '../resilience/clock.ts';
import { policyCheck } from '../resilience/events.ts';
import type { Policy, PolicyState } from '../resilience/policy.ts';
import type { HttpCache } from './cache.ts';
import {
  type CallClass,
  type Classify,
  type HttpCall,
  readCall,
  type UpstreamInit,
  type UpstreamRequest,
} from './call.ts';
import { isCacheable, openConditional, urlKey } from './conditional.ts';
import { type Authorize, type Authorized, applyCredentials, createCredentialKeys } from './credentials.ts';
import { type Answer, type ExchangeOptions, exchange } from './exchange.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { type JsonCall, parseAnswer, toRequest } from './json.ts';
import { createOrigins, notAnAddressOf } from './origins.ts';
import { createRedactor, oneLine } from './redact.ts';
import { retryAfterOf } from './retry-after.ts';
import type { Failure } from './status-error.ts';

export interface UpstreamOptions {
  /** As people know it: messages, log and metrics have it. */
  readonly name: string;
  /** What the paths of `json` are appended to and relative URLs resolved against: `https://api.example.com/v3`. */
  readonly baseUrl: string;
  /** Further origins that may be called, with the credential. */
  readonly origins?: readonly string[];
  /** Origins only reached by a redirect, without the credential; `https://*.example.com` for every name below. */
  readonly redirectOrigins?: readonly string[];
  readonly policy: Policy;
  readonly limiter?: { take(limit: CallClass, who: string): Promise<void> };
  /** Who the limits count for, when that is not the credential. */
  readonly principal?: string;
  readonly cache?: HttpCache;
  /** Sent with every request that does not set them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorize?: Authorize;
  /** Further values that must not be shown, beside what `authorize` adds. */
  readonly secrets?: readonly string[];
  /** Throws to refuse. Called for every request before it is sent, those of redirects too. */
  readonly allow?: (request: UpstreamRequest) => void | Promise<void>;
  readonly classify?: Classify;
  /** Refuses whatever is not class `read` or `search`, and every PUT, PATCH and DELETE. */
  readonly readOnly?: boolean;
  /** A better error than the one of the status, or undefined to keep that. */
  readonly toError?: (failure: Failure, error: AppError) => AppError | undefined;
  /** Seconds to wait that an answer asks for; `retryAfterOf` unless given. */
  readonly retryAfter?: (headers: Headers, status: number) => number | undefined;
  /** Of a body after decompression: 10 MB. */
  readonly maxBytes?: number;
  /** Of a call with its retries and waits: 60,000. The policy has the timeout of one attempt. */
  readonly totalMs?: number;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  readonly log: Log;
  readonly metrics?: HttpMetrics;
}

export interface UpstreamState {
  readonly policy: PolicyState;
  readonly cache?: ReturnType<HttpCache['state']>;
}

export interface Upstream {
  readonly name: string;
  /**
   * `fetch` with everything in it: only declared origins, limits, retries, breaker, timeouts, cache. The body is read whole before it
   * returns. Throws an AppError for a status of 400 and more too, unless `expect` has it.
   */
  readonly fetch: (input: string | URL | Request, init?: UpstreamInit) => Promise<Response>;
  /** Sends and reads JSON. Throws NetworkError when the answer is no JSON, or not of this schema. */
  json<T>(schema: z.ZodType<T>, call: JsonCall): Promise<T>;
  /** For the checks of `createHealth`. */
  readonly health: ReturnType<typeof policyCheck>;
  state(): UpstreamState;
}

const defaults = { maxBytes: 10_000_000, totalMs: 60_000 };

/** One outside system. Nothing is contacted before the first call. Throws ValidationError when `baseUrl` cannot be one. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, policy, clock = systemClock, cache, allow, limiter, metrics, totalMs = defaults.totalMs } = options;
  const base = readBase(options.baseUrl, name);
  const origins = createOrigins([base.origin, ...(options.origins ?? [])], options.redirectOrigins ?? []);
  const reading = { base, headers: { ...options.headers }, classify: options.classify };
  const keys = createCredentialKeys(`mcp-servers http ${name}`);
  let ownKey: Buffer | undefined;
  const sending: ExchangeOptions = {
    ...{ name, origins, clock, log: options.log, metrics, allow, toError: options.toError },
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    maxBytes: options.maxBytes ?? defaults.maxBytes,
    retryAfter: options.retryAfter ?? retryAfterOf,
  };

  async function admit(call: HttpCall): Promise<void> {
    if (!origins.has(call.url)) throw notAnAddressOf(name, call.url);
    if (options.readOnly && !readsOnly(call)) {
      throw new AuthError(
        `${name} is configured read-only, so ${call.method} ${oneLine(call.url.pathname, 200)} was not sent.`,
        {
          hint: 'Whoever runs this server can allow writing in its settings.',
        },
      );
    }
    await allow?.(call);
  }

  async function limit(call: HttpCall, { identity }: Authorized): Promise<void> {
    if (limiter === undefined) return;
    const who = options.principal ?? fingerprint(await keys.of(identity));
    try {
      await limiter.take(call.class, `${name}:${who}`);
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      const { hint, retryAfterSeconds } = error;
      throw new RateLimitError(`The limit set here for ${call.class} calls to ${name} is reached: ${error.message}`, {
        ...{ cause: error, ...(hint && { hint }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
      });
    }
  }

  async function perform(call: HttpCall, signal: AbortSignal): Promise<Answer> {
    await admit(call);
    const credentials = await applyCredentials(options.authorize, call, name);
    await limit(call, credentials);
    const { identity, secrets } = credentials;
    // Not sooner: node:crypto is not loaded when a server starts.
    ownKey ??= randomBytes(32);
    const key = cache && { key: cache.shared ? await keys.of(identity) : ownKey, identity };
    const conditional = cache && key && isCacheable(call) ? await openConditional(cache, call, key) : undefined;
    const given = {
      ...{ call, credentials, conditions: conditional?.headers ?? {} },
      redact: (text: string) => createRedactor([...(options.secrets ?? []), ...secrets])(text),
    };
    try {
      const { timeoutMs, idempotent } = call;
      const answer = await policy.execute((attempt) => exchange(given, sending, attempt), {
        ...{ signal, idempotent, ...(timeoutMs !== undefined && { timeoutMs }) },
      });
      if (conditional === undefined) return answer;
      const settled = await conditional.settle(answer);
      metrics?.cache(name, settled.result);
      return settled.answer;
    } finally {
      if (cache && key && call.class === 'write') await cache.drop(urlKey(call.url, key));
    }
  }

  async function call(input: string | URL | Request, init: UpstreamInit): Promise<Answer> {
    const read = await readCall(input, init, reading);
    const { signal, idempotent } = read;
    const timeoutMs = Math.max(totalMs, read.timeoutMs ?? 0);
    return runAttempt((stop) => perform(read, stop), { name, clock, timeoutMs, idempotent, signal });
  }

  return {
    name,
    fetch: async (input, init = {}) => toResponse(await call(input, init)),
    async json(schema, request) {
      const { url, init } = toRequest(base, request);
      return parseAnswer(schema, await call(url, init), name);
    },
    health: policyCheck(policy),
    state: () => ({ policy: policy.state(), ...(cache && { cache: cache.state() }) }),
  };
}

function readBase(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search) {
    throw new ValidationError(`The address of ${name} must be an http or https URL without credentials and query.`, {
      hint: 'Correct the setting; the credential has a setting of its own.',
    });
  }
  url.pathname = url.pathname.replace(/\/*$/, '/');
  url.hash = '';
  return url;
}

/** A tool may call a POST a read, but not a PUT, PATCH or DELETE. */
const readsOnly = ({ method, class: kind }: HttpCall): boolean =>
  kind !== 'write' && ['GET', 'HEAD', 'OPTIONS', 'QUERY', 'POST'].includes(method);

const fingerprint = (key: Buffer): string => createHmac('sha256', key).update('who').digest('hex').slice(0, 16);

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** The body is decompressed already, so the headers that tell otherwise go. */
function toResponse({ status, statusText, headers: given, bytes, url, redirected }: Answer): Response {
  const headers = new Headers(given);
  if (headers.has('content-encoding')) {
    headers.delete('content-encoding');
    headers.delete('content-length');
  }
  const response = new Response(withoutBody.has(status) ? null : bytes, { status, statusText, headers });
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}
