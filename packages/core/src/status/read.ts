import type * as z from 'zod';
import { NetworkError, NotFoundError, UnavailableError } from '../errors.ts';
import { Details } from './details.ts';
import { HealthReport } from './report.ts';

const timeoutMs = 3000;
const largestAnswer = 8 * 1024 ** 2;

/**
 * Asks a process for its status. `/health` gives the report whatever its state, `/metrics` the Prometheus text, `/details` its
 * tools and last calls.
 * Throws UnavailableError when nobody answers in 3 s, NotFoundError when it has metrics disabled, NetworkError when the answer
 * is not one of ours.
 */
export async function readStatus(address: string, route: '/health'): Promise<HealthReport>;
export async function readStatus(address: string, route: '/metrics'): Promise<string>;
export async function readStatus(address: string, route: '/details'): Promise<Details>;
export async function readStatus(
  address: string,
  route: '/health' | '/metrics' | '/details',
): Promise<HealthReport | Details | string> {
  const { status, body } = await get(address, route);
  if (status === 404) throw new NotFoundError(`The process has no ${route}.`, { hint: 'ENABLE_METRICS may be false.' });
  if (route === '/metrics' && status === 200) return body;
  if (route === '/health' && (status === 200 || status === 503)) {
    const report = parse(HealthReport, body);
    if (report) return report;
  }
  if (route === '/details' && status === 200) {
    const details = parse(Details, body);
    if (details) return details;
  }
  throw new NetworkError(`The process answered ${route} in a way that cannot be read (HTTP ${status}).`, {
    retryable: false,
  });
}

function parse<S extends z.ZodType>(schema: S, body: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined; // Not JSON: whoever answers there is not one of ours.
  }
}

async function get(address: string, route: string): Promise<{ status: number; body: string }> {
  const { request } = await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const signal = AbortSignal.timeout(timeoutMs);
  const call = request({ socketPath: address, path: route, signal, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > largestAnswer) call.destroy(new Error('answer too large'));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    response.on('error', reject);
  });
  call.on('error', reject);
  call.end();
  try {
    return await promise;
  } catch (error) {
    throw new UnavailableError('The process does not answer: it ended, or it is busy or stopped.', { cause: error });
  }
}
