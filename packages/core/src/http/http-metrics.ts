import type { Metrics } from '../metrics.ts';
import type { CallClass } from './call.ts';

/** `hit`: a 304 revived the kept body. `changed`: it was asked for and is another now. `miss`: nothing was kept. */
export type CacheResult = 'hit' | 'changed' | 'miss';

/** How a request ended: the class of its status, `error` without an answer, `cancelled` by the caller or a timeout. */
export type RequestStatus = `${1 | 2 | 3 | 4 | 5}xx` | 'error' | 'cancelled';

export interface HttpMetrics {
  request(labels: { upstream: string; class: CallClass; status: RequestStatus }, seconds: number): void;
  cache(upstream: string, result: CacheResult): void;
}

/**
 * For all upstreams of a process, created once: `http_requests_total{upstream,class,status}`, `http_request_seconds{upstream,class}`
 * and `http_cache_total{upstream,result}`. Every attempt and every redirect is a request.
 */
export function httpMetrics(metrics: Pick<Metrics, 'counter' | 'histogram'>): HttpMetrics {
  const requests = metrics.counter('http_requests_total', 'Requests to outside systems', [
    'upstream',
    'class',
    'status',
  ] as const);
  const seconds = metrics.histogram('http_request_seconds', 'Until the body of an answer is read', {
    labels: ['upstream', 'class'] as const,
  });
  const cache = metrics.counter('http_cache_total', 'Reads that could be conditional', ['upstream', 'result'] as const);
  return {
    request(labels, duration) {
      requests.inc(labels);
      seconds.observe(duration, { upstream: labels.upstream, class: labels.class });
    },
    cache: (upstream, result) => cache.inc({ upstream, result }),
  };
}
