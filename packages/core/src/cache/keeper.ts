import type { Log } from '../log.ts';
import type { Database } from '../postgres/index.ts';
import type { CacheLimits } from './limits.ts';
import type { Link } from './link.ts';
import type { CacheState, StateWatch } from './state.ts';

export interface KeeperOptions {
  readonly database: Database;
  readonly link: Link;
  readonly limits: CacheLimits;
  readonly log: Log;
}

/**
 * Decides by what PostgreSQL says when this process switches the cache on for all, or off because another Redis has taken
 * the place of the one in use. Any process may; the database lets one of them.
 */
export function createKeeper({ database, link, limits, log }: KeeperOptions) {
  /** The situation this process is waiting out, and since when. */
  let situation = '';
  let since = 0;
  let busy = false;

  function lasted(now: string): number {
    if (situation !== now) {
      situation = now;
      since = performance.now();
      link.refresh();
    }
    return performance.now() - since;
  }

  async function act(state: CacheState, id: string, watch: StateWatch): Promise<void> {
    if (state.off && state.epoch > 0) {
      await watch.switchOn(state.epoch, id);
      return;
    }
    // Also where there is no row yet: it begins as off.
    await database.transaction((tx) => watch.holdOff(tx));
    if (!state.off) log.warn({ epoch: state.epoch }, 'cache_redis_replaced');
  }

  return function look(state: CacheState, watch: StateWatch): void {
    const id = link.id();
    if (id === undefined || state.standby) {
      situation = '';
      return;
    }
    if (!state.off && state.redis === id) {
      situation = '';
      return;
    }
    const waited = Math.min(lasted(`${state.epoch} ${id}`), link.upFor());
    if (waited < limits.healthyMs || busy) return;
    busy = true;
    act(state, id, watch)
      .catch((error: unknown) => log.debug({ err: error }, 'cache_switch_failed'))
      .finally(() => {
        busy = false;
      });
  };
}
