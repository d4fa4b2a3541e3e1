import { NetworkError, RateLimitError, UnavailableError } from '@mcp-servers/core';
import { type GuardedFetch, retryAfterOf } from '@mcp-servers/core/http';
import type { RateLimiter } from '@mcp-servers/core/rate-limit';
import type { Copies, Copy } from './copies.ts';
import type { Fetched, FetchPage, FetchRequest } from './fetched.ts';
import type { Hosts } from './hosts.ts';

/** What browsers send, so that sites answer with a page for people. */
const acceptPage = 'text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.8';

/** Which policy counts as a failure of the host although there is an answer, and may be worth a second attempt. */
const failing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** A fresh copy, a copy that the site said has not changed, or the network. */
export type PageSource = 'copy' | 'unchanged' | 'network';

/** The way to every page: a kept copy, or the network under the host's policy, asking only for what has changed. */
export function createPages({
  guarded,
  hosts,
  copies,
  limiter,
  onPage,
}: {
  guarded: Pick<GuardedFetch, 'fetch'>;
  hosts: Hosts;
  copies: Copies;
  /** Counts requests by host. */
  limiter: Pick<RateLimiter<'page'>, 'take'>;
  /** Told of every answer, and where it came from. */
  onPage?: (source: PageSource) => void;
}): FetchPage {
  const ask = async (request: FetchRequest, known: Copy | undefined, signal: AbortSignal): Promise<Fetched> => {
    const { url, accept = acceptPage, maxBytes } = request;
    const headers = { accept, ...(known && conditionsOf(known)) };
    const answer = await guarded.fetch({ url, signal, headers, ...(maxBytes !== undefined && { maxBytes }) });
    if (answer.status === 304 && known) {
      onPage?.('unchanged');
      return { ...known.fetched, fetchedAt: answer.fetchedAt };
    }
    onPage?.('network');
    if (failing.has(answer.status)) throw failureOf(answer);
    return answer;
  };

  return async (request) => {
    const { accept = acceptPage, fresh = false, signal, maxBytes = Number.POSITIVE_INFINITY } = request;
    const url = URL.parse(request.url);
    const key = `${url?.href ?? request.url} ${accept}`;
    const found = copies.get(key);
    const known = found && found.fetched.body.byteLength <= maxBytes ? found : undefined;
    const isFresh = found !== undefined && !fresh && Date.now() < found.freshUntil;
    if (isFresh && !known)
      throw new NetworkError(`The kept copy of ${url?.host} is too large.`, {
        details: { max_bytes: maxBytes },
        retryable: false,
      });
    if (known && isFresh) {
      onPage?.('copy');
      return { ...known.fetched, requested: request.url, ageSeconds: secondsSince(known.fetched.fetchedAt) };
    }
    // What is no URL has no host; the guard says what is wrong with it.
    if (!url?.host) return ask(request, undefined, signal);
    await limiter.take('page', url.host);
    try {
      const work = (attempt: AbortSignal) => ask(request, known, attempt);
      const fetched = await hosts.policyOf(url).execute(work, { signal, idempotent: true });
      copies.keep(key, fetched);
      return { ...fetched, requested: request.url };
    } catch (error) {
      const failed = answerOf(error);
      if (failed === undefined) throw error;
      return failed;
    }
  };
}

const secondsSince = (date: Date): number => Math.max(0, Math.round((Date.now() - +date) / 1000));

function conditionsOf({ fetched: { headers } }: Copy): Record<string, string> {
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  return { ...(etag && { 'if-none-match': etag }), ...(modified && { 'if-modified-since': modified }) };
}

/** An answer that the policy has to see as a failure; when the attempts are over it is an answer again. */
function failureOf(answer: Fetched): RateLimitError | UnavailableError {
  const retryAfterSeconds = retryAfterOf(answer.headers);
  const details = { answer };
  const options = { details, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  const { host } = new URL(answer.url);
  if (answer.status === 429) return new RateLimitError(`${host} asks for fewer requests (HTTP 429).`, options);
  return new UnavailableError(`${host} answered with HTTP ${answer.status}.`, options);
}

function answerOf(error: unknown): Fetched | undefined {
  if (!(error instanceof RateLimitError || error instanceof UnavailableError)) return undefined;
  return error.details?.answer as Fetched | undefined;
}
