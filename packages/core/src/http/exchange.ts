import { type AppError, NetworkError, ValidationError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../resilience/clock.ts';
import { readBody } from './body.ts';
import type { HttpCall, UpstreamRequest } from './call.ts';
import type { Authorized } from './credentials.ts';
import type { HttpMetrics, RequestStatus } from './http-metrics.ts';
import { networkError, truncated } from './network-error.ts';
import type { Origins } from './origins.ts';
import { oneLine, type Redact } from './redact.ts';
import { type Hop, isRedirect, mostRedirects, nextHop, tooManyRedirects } from './redirect.ts';
import { type Failure, statusError } from './status-error.ts';
import { parseJson, vendorMessage } from './vendor-message.ts';

/** An answer whose body was read whole. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** After decompression. Not to be changed: the cache may hold the same. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly url: string;
  readonly redirected: boolean;
}

export interface ExchangeOptions {
  readonly name: string;
  readonly origins: Origins;
  readonly fetch: typeof fetch;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: HttpMetrics | undefined;
  readonly allow: ((request: UpstreamRequest) => void | Promise<void>) | undefined;
  readonly retryAfter: (headers: Headers, status: number) => number | undefined;
  readonly toError: ((failure: Failure, error: AppError) => AppError | undefined) | undefined;
}

export interface Authorised {
  readonly call: HttpCall;
  readonly credentials: Authorized;
  /** Conditions of a cached answer. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly redact: Redact;
}

/** Read of an answer that is only looked at for its message, or not at all. */
const shortBody = 64 * 1024;
const pathChars = 200;

/** One attempt: the request, and those its redirects ask for. Throws the AppError of a bad status or a failed connection. */
export async function exchange(given: Authorised, options: ExchangeOptions, signal: AbortSignal): Promise<Answer> {
  const { call, credentials, conditions } = given;
  const headers = new Headers(credentials.headers);
  for (const [name, value] of Object.entries(conditions)) headers.set(name, value);
  let hop: Hop = { method: call.method, url: call.url, headers, content: call.content, trusted: true };
  for (let redirects = 0; ; redirects += 1) {
    const { response, answer } = await request(hop, { ...given, ...options, redirects }, signal);
    if (!isRedirect(response.status) || call.redirect === 'manual') {
      if (response.status < 400 || call.expect.includes(response.status)) return answer;
      throw toStatusError(hop, answer, { ...given, ...options });
    }
    if (call.redirect === 'error') throw redirectUnwanted(options.name);
    if (redirects === mostRedirects) throw tooManyRedirects(options.name);
    hop = nextHop(hop, response, { ...options, replayable: call.replayable });
    await options.allow?.({ ...call, method: hop.method, url: hop.url, headers: call.headers });
  }
}

type Context = Authorised & ExchangeOptions & { redirects: number };

async function request(
  hop: Hop,
  context: Context,
  signal: AbortSignal,
): Promise<{ response: Response; answer: Answer }> {
  const { call, clock, metrics, name } = context;
  const started = clock.now();
  let status: RequestStatus = 'error';
  let code: number | undefined;
  try {
    const response = await send(hop, context, signal);
    code = response.status;
    const bytes = await readAnswer(hop, response, context);
    status = `${Math.floor(response.status / 100)}xx` as RequestStatus;
    const { statusText, headers } = response;
    const answer = { status: code, statusText, headers, bytes, url: hop.url.href, redirected: context.redirects > 0 };
    return { response, answer };
  } catch (error) {
    if (signal.aborted) status = 'cancelled';
    throw networkError(error, { name, url: hop.url, idempotent: call.idempotent });
  } finally {
    const seconds = (clock.now() - started) / 1000;
    metrics?.request({ upstream: name, class: call.class, status }, seconds);
    logRequest(hop, context, { status: code ?? status, seconds });
  }
}

function send(hop: Hop, { call, credentials, fetch }: Context, signal: AbortSignal): Promise<Response> {
  const url = new URL(hop.url);
  if (hop.trusted) for (const [name, value] of credentials.query) url.searchParams.set(name, value);
  return fetch(url.href, {
    method: hop.method,
    headers: hop.headers,
    redirect: 'manual',
    signal,
    ...(hop.content !== undefined && { body: hop.content }),
    ...(!call.replayable && { duplex: 'half' }),
  });
}

async function readAnswer(hop: Hop, response: Response, context: Context): Promise<Uint8Array<ArrayBuffer>> {
  const { call, name } = context;
  if (call.onBody && response.ok) {
    await handOver(response, call.onBody);
    return new Uint8Array();
  }
  const whole = response.status < 300 || call.expect.includes(response.status);
  const maxBytes = whole ? (call.maxBytes ?? context.maxBytes) : shortBody;
  const { bytes, complete } = await readBody(response, maxBytes);
  if (!complete && whole) {
    throw new ValidationError(
      `The answer of ${name} to ${describe(hop, context)} is larger than ${megabytes(maxBytes)}.`,
      {
        hint: 'Ask for less: fewer rows, or a part of it.',
      },
    );
  }
  const announced = response.headers.get('content-length');
  const plain = response.body !== null && !response.headers.has('content-encoding');
  if (complete && plain && announced !== null && Number(announced) !== bytes.length) throw truncated();
  return bytes;
}

async function handOver(response: Response, take: NonNullable<HttpCall['onBody']>): Promise<void> {
  const body = response.body ?? new Blob([]).stream();
  try {
    await take(body);
  } finally {
    // Who took it cancels it; one that nobody took would hold its connection. It may have failed already.
    if (!body.locked) await body.cancel().catch(() => {});
  }
}

function toStatusError(hop: Hop, answer: Answer, context: Authorised & ExchangeOptions): AppError {
  const { call, name, redact, retryAfter, toError } = context;
  const text = redact(new TextDecoder().decode(answer.bytes));
  const json = parseJson(text);
  const failure: Failure = {
    ...{
      upstream: name,
      method: hop.method,
      path: pathOf(hop, redact),
      status: answer.status,
      headers: answer.headers,
    },
    ...{ text, json, message: vendorMessage(text, json), idempotent: call.idempotent },
    retryAfterSeconds: retryAfter(answer.headers, answer.status),
  };
  const error = statusError(failure);
  return toError?.(failure, error) ?? error;
}

function logRequest(
  hop: Hop,
  { log, name, call, redact }: Context,
  { status, seconds }: { status: number | RequestStatus; seconds: number },
): void {
  if (!log.isLevelEnabled('debug')) return;
  const ended = { status, duration_ms: Math.round(seconds * 10_000) / 10 };
  log.debug(
    { upstream: name, class: call.class, method: hop.method, path: pathOf(hop, redact), ...ended },
    'http_request',
  );
}

const pathOf = ({ url }: Hop, redact: Redact): string => oneLine(redact(url.pathname), pathChars);

const describe = (hop: Hop, { redact }: Context): string => `${hop.method} ${pathOf(hop, redact)}`;

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${Math.round(bytes / 100_000) / 10} MB`;

function redirectUnwanted(name: string): NetworkError {
  return new NetworkError(`${name} redirected a request that was not to be redirected.`, { retryable: false });
}
