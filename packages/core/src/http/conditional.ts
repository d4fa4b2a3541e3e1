import { createHmac } from 'node:crypto';
import type { CachedAnswer, HttpCache } from './cache.ts';
import type { HttpCall } from './call.ts';
import type { Answer } from './exchange.ts';
import type { CacheResult } from './http-metrics.ts';

/** How one call uses the cache. */
export interface Conditional {
  /** `If-None-Match`, `If-Modified-Since`; empty when nothing is kept. */
  readonly headers: Record<string, string>;
  /** Keeps a new answer; turns a 304 into the kept one. */
  settle(answer: Answer): Promise<{ answer: Answer; result: CacheResult }>;
}

export interface CacheKey {
  /** Bytes that belong to this process, or to the credential. */
  readonly key: Buffer;
  readonly identity: string;
}

const asking = ['range', 'if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range'];

export const isCacheable = ({ method, headers, cache, onBody }: HttpCall): boolean =>
  method === 'GET' &&
  onBody === undefined &&
  cache !== 'none' &&
  !asking.some((name) => headers.has(name)) &&
  !hasDirective(headers, 'no-store');

/** What is kept for this call. */
export async function openConditional(
  cache: HttpCache,
  call: HttpCall,
  { key, identity }: CacheKey,
): Promise<Conditional> {
  const url = urlKey(call.url, { key, identity });
  const variant = digest(
    key,
    ['accept', 'accept-language'].map((name) => call.headers.get(name) ?? ''),
  );
  const varyDigest = (names: readonly string[]) =>
    digest(
      key,
      names.map((name) => call.headers.get(name) ?? ''),
    );
  const found = call.cache === 'renew' ? undefined : await cache.get(url, variant);
  const kept = found && found.varyDigest === varyDigest(found.vary) ? found : undefined;

  const keep = async (answer: Answer): Promise<void> => {
    const vary = varyOf(answer.headers);
    if (!isKeepable(answer) || vary.includes('*') || answer.bytes.length > cache.maxEntryBytes) {
      if (kept) await cache.drop(url);
      return;
    }
    const { bytes, headers } = answer;
    const lasting = [...headers].filter(([name]) => name !== 'set-cookie');
    await cache.set(url, variant, { headers: lasting, bytes, vary, varyDigest: varyDigest(vary) });
  };

  return {
    headers: kept ? conditionsOf(kept) : {},
    async settle(answer) {
      if (kept && answer.status === 304 && !answer.redirected) {
        // It stays as it was stored: it is asked for again before each use anyway.
        if (hasDirective(answer.headers, 'no-store')) await cache.drop(url);
        return { answer: revive(kept, answer), result: 'hit' };
      }
      await keep(answer);
      return { answer, result: kept ? 'changed' : 'miss' };
    },
  };
}

export const urlKey = (url: URL, { key, identity }: CacheKey): string => digest(key, [identity, url.href]);

function digest(key: Buffer, parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}

function conditionsOf(kept: CachedAnswer): Record<string, string> {
  const headers = new Map(kept.headers);
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  return { ...(etag && { 'if-none-match': etag }), ...(modified && { 'if-modified-since': modified }) };
}

/** RFC 9111, 4.3.4: the newer headers count, except those about the body. */
function revive(kept: CachedAnswer, answer: Answer): Answer {
  const headers = new Headers(kept.headers.map(([name, value]): [string, string] => [name, value]));
  for (const [name, value] of answer.headers) if (!aboutBody.test(name)) headers.set(name, value);
  return { ...answer, status: 200, statusText: 'OK', headers, bytes: kept.bytes };
}

const aboutBody = /^(content-(length|encoding|type|range)|transfer-encoding|connection|set-cookie)$/;

const isKeepable = ({ status, headers, redirected }: Answer): boolean =>
  status === 200 &&
  !redirected &&
  (headers.has('etag') || headers.has('last-modified')) &&
  !hasDirective(headers, 'no-store');

function hasDirective(headers: Headers, directive: string): boolean {
  const directives = headers.get('cache-control')?.toLowerCase().split(',') ?? [];
  return directives.some((text) => text.trim().split('=')[0] === directive);
}

/** The credential is part of the key already, and the encoding is chosen below this layer. */
const known: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'authorization', 'cookie']);

function varyOf(headers: Headers): string[] {
  const names = headers.get('vary')?.toLowerCase().split(',') ?? [];
  return [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '' && !known.has(name)).sort();
}
