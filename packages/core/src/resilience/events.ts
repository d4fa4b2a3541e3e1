import type { Metrics } from '../metrics.ts';
import type { Policy, PolicyState } from './policy.ts';

/**
 * What happens in a policy: an attempt got an answer or failed, a retry is waited for, a call was turned away (breaker open or
 * queue full), the breaker opened (again) or closed.
 */
export type PolicyEvent = 'answered' | 'failed' | 'retried' | 'refused' | 'opened' | 'closed';
export type PolicyCounts = Record<PolicyEvent, number>;

/**
 * For the `onEvent` of every policy of a process, created once: `policy_events_total{policy,event}`, and `policy_breakers_open` for
 * how many are open or half open now.
 */
export function policyMetrics(
  metrics: Pick<Metrics, 'counter' | 'gauge'>,
): (policy: string, event: PolicyEvent) => void {
  const events = metrics.counter('policy_events_total', 'Attempts, retries, refusals and breakers', [
    'policy',
    'event',
  ] as const);
  const open = new Set<string>();
  metrics.gauge('policy_breakers_open', 'Upstreams whose breaker is not closed', () => open.size);
  return (policy, event) => {
    events.inc({ policy, event });
    if (event === 'opened') open.add(policy);
    if (event === 'closed') open.delete(policy);
  };
}

/** For the checks of `createHealth`: degraded while the breaker is not closed, never unhealthy. */
export function policyCheck(
  policy: Pick<Policy, 'state'>,
): () => PolicyState & { status: 'healthy' | 'degraded'; reason?: string } {
  return () => {
    const state = policy.state();
    if (state.breaker === 'closed') return { status: 'healthy', ...state };
    const next = state.breaker === 'open' ? `next attempt in ${state.retryAfterSeconds} s` : 'being tried';
    return { status: 'degraded', reason: `${state.name} failed ${state.failures} times in a row, ${next}`, ...state };
  };
}
