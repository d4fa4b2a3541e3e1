import { AuthError, ValidationError } from '../errors.ts';

/** Which limit a call counts against, and whether read-only lets it through. */
export type CallClass = 'read' | 'write' | 'search';

/** A request as hooks see it, before credentials are added. Not to be changed. */
export interface UpstreamRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body when it is text. */
  readonly body: string | undefined;
  readonly class: CallClass;
}

/** What a call may say beyond what `fetch` knows. */
export interface CallOptions {
  /** `read` for GET, HEAD and OPTIONS, `write` otherwise, unless the upstream's `classify` says more. */
  class?: CallClass | undefined;
  /** Doing it twice changes nothing more, so it may be retried. True for GET and HEAD. */
  idempotent?: boolean | undefined;
  /** Statuses of 400 and more that are answers for this call, not errors. */
  expect?: readonly number[] | undefined;
  /** Of one attempt. */
  timeoutMs?: number | undefined;
  /** Of the body after decompression. */
  maxBytes?: number | undefined;
  /**
   * Takes the body of a 2xx answer as it arrives, decompressed; nothing of it is kept or counted, and the Response has none. Called anew
   * for each attempt. It reads the stream to its end or cancels it; what it throws ends the attempt.
   */
  onBody?: ((body: ReadableStream<Uint8Array>) => Promise<void>) | undefined;
}

export interface UpstreamInit extends RequestInit, CallOptions {}

/** `class` and `idempotent` of a request that its method does not tell, such as a GraphQL query. */
export type Classify = (request: UpstreamRequest) => Pick<CallOptions, 'class' | 'idempotent'> | undefined;

type RequestBody = NonNullable<RequestInit['body']>;

/** A request read once, so that it can be sent several times. */
export interface HttpCall extends UpstreamRequest {
  readonly content: RequestBody | undefined;
  readonly idempotent: boolean;
  /** False for streams: what was read from them is gone. */
  readonly replayable: boolean;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly cache: 'use' | 'renew' | 'none';
  readonly signal: AbortSignal | undefined;
  readonly expect: readonly number[];
  readonly timeoutMs: number | undefined;
  readonly maxBytes: number | undefined;
  readonly onBody: CallOptions['onBody'];
}

/** The parameters of `fetch` as a call. Throws ValidationError for a URL that cannot be meant. */
export async function readCall(
  input: string | URL | Request,
  init: UpstreamInit,
  { base, headers: defaults, classify }: { base: URL; headers: Record<string, string>; classify: Classify | undefined },
): Promise<HttpCall> {
  const given = typeof input === 'string' || input instanceof URL ? undefined : input;
  const url = readUrl(given?.url ?? String(input), base);
  const method = (init.method ?? given?.method ?? 'GET').toUpperCase();
  const headers = readHeaders(init.headers ?? given?.headers);
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  const content = init.body ?? (given?.body ? await given.arrayBuffer() : undefined);
  const body = typeof content === 'string' ? content : undefined;
  const request = { method, url, headers, body, class: isSafe(method) ? 'read' : 'write' } as const;
  const known = classify?.(request);
  const replayable = !isStream(content);
  return {
    ...request,
    class: init.class ?? known?.class ?? request.class,
    content,
    idempotent: (init.idempotent ?? known?.idempotent ?? (method === 'GET' || method === 'HEAD')) && replayable,
    replayable,
    redirect: init.redirect ?? given?.redirect ?? 'follow',
    cache: cacheMode(init.cache ?? given?.cache),
    signal: init.signal ?? given?.signal,
    expect: init.expect ?? [],
    timeoutMs: init.timeoutMs,
    maxBytes: init.maxBytes,
    onBody: init.onBody,
  };
}

function readHeaders(given: RequestInit['headers']): Headers {
  try {
    return new Headers(given);
  } catch {
    // The reason is not kept: it quotes the value, which may be a credential.
    throw new AuthError('A header of the request cannot be sent, maybe the one with the credential.', {
      hint: 'Check the configured credential: one line of printable ASCII characters.',
    });
  }
}

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** Taken for "here" and "one up" by URL parsers, also percent-encoded, and by servers that decode before they split. */
const dotSegment = /(^|[/\\]|%2f|%5c)(\.|%2e){1,2}([/\\]|%2f|%5c|$)/i;

function readUrl(text: string, base: URL): URL {
  const [path = ''] = text.split(/[?#]/, 1);
  if (dotSegment.test(path)) {
    throw new ValidationError('A part of the address is "." or "..", which would lead to another address.', {
      hint: 'Give the plain name.',
    });
  }
  if (!URL.canParse(text, base.href)) throw new ValidationError('The address of the request is not a URL.');
  const url = new URL(text, base);
  if (url.username || url.password) throw new ValidationError('An address must not contain credentials.');
  url.hash = '';
  return url;
}

function isStream(content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  return content instanceof ReadableStream || (Symbol.asyncIterator in content && !(content instanceof Blob));
}

function cacheMode(mode: string | undefined): HttpCall['cache'] {
  if (mode === 'no-store') return 'none';
  return mode === 'reload' ? 'renew' : 'use';
}
