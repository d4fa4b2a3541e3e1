import type { Health, Server } from '../../../src/contract.ts';
import { plural } from '../parts/format.ts';
import type { ServerState } from '../parts/state-mark.tsx';

export interface Verdict {
  state: ServerState;
  sentence: string;
  /** The way to what is wrong. */
  href?: string;
}

const rank: Record<ServerState, number> = { unhealthy: 3, degraded: 2, healthy: 1, asleep: 0 };

/** One sentence that answers "is anything wrong?". Asleep is no alarm. */
export function judge(servers: readonly Server[], health: Health | undefined): Verdict {
  const [worst, ...others] = servers
    .filter(({ state }) => state === 'unhealthy' || state === 'degraded')
    .toSorted((a, b) => rank[b.state] - rank[a.state]);
  const checks = Object.entries(health?.checks ?? {})
    .filter(([name, { status }]) => name !== 'servers' && status !== 'healthy')
    .toSorted(([, a], [, b]) => rank[b.status] - rank[a.status]);
  const [check] = checks;
  if (check && (!worst || rank[check[1].status] > rank[worst.state])) {
    const [name, { status, reason }] = check;
    return { state: status, sentence: `The ${name} is ${status}${because(reason)}` };
  }
  if (worst) {
    const more =
      others.length > 0
        ? ` ${plural(others.length, 'other server')} ${others.length === 1 ? 'needs' : 'need'} a look too.`
        : '';
    return {
      state: worst.state,
      sentence: `${worst.name} is ${worst.state}${because(worst.reason)}${more}`,
      href: `/servers/${encodeURIComponent(worst.name)}`,
    };
  }
  const awake = servers.filter(({ state }) => state === 'healthy').length;
  const asleep = servers.length - awake;
  if (awake === 0) {
    return { state: 'healthy', sentence: asleep > 0 ? 'All is well. No client is at work right now.' : 'All is well.' };
  }
  const rest = asleep > 0 ? `, ${asleep} asleep` : '';
  return { state: 'healthy', sentence: `All is well. ${plural(awake, 'server')} running${rest}.` };
}

const because = (reason: string | undefined): string =>
  reason === undefined ? '.' : `: ${reason.replace(/[.\s]*$/, '')}.`;
