import { setTimeout } from 'node:timers/promises';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createPolicy, type PolicyLimits } from '../resilience/index.ts';
import { fakeClock } from '../testing/clock.ts';
import { type VendorHandler, withUpstream } from '../testing/upstream.ts';
import { httpMetrics } from './http-metrics.ts';
import { createUpstream, type UpstreamOptions } from './upstream.ts';

export const token = 'tok-3f9a/+secret';

type Given = Partial<Omit<UpstreamOptions, 'name' | 'policy'>> & { limits?: Partial<PolicyLimits> };

/** An upstream named Acme before a vendor on loopback, with a token, a clock that stands still, and what it logs and counts. */
export async function withAcme(handler: VendorHandler, given: Given = {}) {
  const vendor = await withUpstream(handler);
  const clock = fakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics({ prefix: 'test' });
  const { limits, ...options } = given;
  const policy = createPolicy({ name: 'Acme', clock, random: () => 1, ...(limits && { limits }) });
  const upstream = createUpstream({
    ...{ name: 'Acme', baseUrl: `${vendor.url}/api/`, policy, clock, log, metrics: httpMetrics(metrics) },
    authorize: ({ headers }) => headers.set('authorization', `Bearer ${token}`),
    ...options,
  });
  return {
    ...{ vendor, upstream, policy, clock, lines, metrics },
    url: (path: string) => `${vendor.url}${path}`,
    [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose](),
  };
}

/** What was thrown. */
export async function failure(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('It did not fail.');
}

/** Waits, however long it takes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(1);
}
