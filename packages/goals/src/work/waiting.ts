import type { WaitingSummary } from '../tasks/repository.ts';

/** One sentence on why nothing is ready, naming what holds it up. */
export function explainWaiting(waiting: WaitingSummary): string {
  const parts: string[] = [];
  if (waiting.blocked > 0) {
    const by = waiting.blockers.map(({ id, status, lease_holder, lease_until }) => {
      const holder = lease_holder ? ` (held by ${lease_holder}, lease ends ${toIso(lease_until)})` : ` (${status})`;
      return id + holder;
    });
    parts.push(`${waiting.blocked} blocked${by.length > 0 ? ` by ${by.join(', ')}` : ''}`);
  }
  if (waiting.held > 0) {
    const leases = waiting.leases.map(
      (lease) => `${lease.id} by ${lease.lease_holder} until ${toIso(lease.lease_until)}`,
    );
    parts.push(`${waiting.held} in progress${leases.length > 0 ? `: ${leases.join(', ')}` : ''}`);
  }
  if (waiting.deferred > 0)
    parts.push(`${waiting.deferred} deferred, the next until ${toIso(waiting.next_deferred_at)}`);
  if (waiting.parents > 0) parts.push(`${waiting.parents} waiting for their sub-tasks`);
  return parts.length > 0
    ? `Nothing is ready: ${parts.join('; ')}.`
    : 'Nothing is ready: there are no open tasks here.';
}

const toIso = (time: Date | string | null): string => (time === null ? 'unknown' : new Date(time).toISOString());
