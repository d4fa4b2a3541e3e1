import { createPolicy, type Policy, type PolicyEvent, type PolicyState } from '@mcp-servers/core/resilience';
import { LRUCache } from 'lru-cache';

export interface Hosts {
  /** The policy of the host of a URL; made on its first use. */
  policyOf(url: URL): Policy;
  /** Hosts that are not called now. */
  resting(): PolicyState[];
}

/** Hosts that are remembered; the one used longest ago is forgotten first. */
const mostHosts = 500;

/**
 * Breaker, queue and retries of each host that pages come from. One retry: behind a slow page waits a person. `onEvent` gets all of
 * them under one name, because hosts are too many for metrics.
 */
export function createHosts(options: {
  timeoutMs: number;
  onEvent?: ((policy: string, event: PolicyEvent) => void) | undefined;
}): Hosts {
  const limits = { concurrent: 4, queued: 200, retries: 1, timeoutMs: options.timeoutMs };
  const policies = new LRUCache<string, Policy>({ max: mostHosts });
  const onEvent = (_: string, event: PolicyEvent) => options.onEvent?.('pages', event);
  return {
    policyOf({ host }) {
      const policy = policies.get(host) ?? createPolicy({ name: host, limits, onEvent });
      policies.set(host, policy);
      return policy;
    },
    resting: () => [...policies.values()].map((policy) => policy.state()).filter(({ breaker }) => breaker !== 'closed'),
  };
}
