import { notifyManager, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Message } from '../../../src/contract.ts';
import { followLive, type LiveState } from './live.ts';
import { patchChanges, patchServers, type StreamChange } from './patch-cache.ts';

const listeners = new Set<() => void>();
let current: LiveState = 'connecting';

function setState(state: LiveState): void {
  current = state;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLiveState = (): LiveState => useSyncExternalStore(subscribe, () => current);

/** Keeps everything on the page up to date while it is mounted; once per page. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const reading = readAgain(client);
    let first = true;
    const stop = followLive({
      url: '/events',
      onState: setState,
      onMessages: (messages) => {
        notifyManager.batch(() => {
          const changes: StreamChange[] = [];
          for (const message of messages) {
            if (isChange(message)) changes.push(message);
            else if (message.type === 'server_status') {
              if (patchServers(client, message.data)) void client.invalidateQueries({ queryKey: ['servers'] });
            } else if (message.type === 'snapshot') {
              if (patchServers(client, message.data.servers)) void client.invalidateQueries({ queryKey: ['servers'] });
              // What was shown before may have changed unseen.
              if (!message.data.resumed && !first) void client.invalidateQueries();
              first = false;
            }
          }
          if (changes.length === 0) return;
          patchChanges(client, changes);
          reading.ask(new Set(changes.flatMap(({ data }) => [data.id, data.goal_id ?? data.id])));
        });
      },
    });
    return () => {
      stop();
      reading.stop();
    };
  }, [client]);
}

const isChange = (message: Message): message is StreamChange =>
  message.type.startsWith('goal_') || message.type.startsWith('task_');

const soonMs = 300;
const perPageMs = 150;
/** Figures over the whole store cost the database most. */
const statsMs = 3000;

/**
 * Reads again what a change may have moved and no message carries: order, progress, what is ready. A burst of changes costs one
 * reading, and long lists wait longer.
 */
function readAgain(client: QueryClient): { ask: (ids: ReadonlySet<string>) => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let statsTimer: ReturnType<typeof setTimeout> | undefined;
  let asked = new Set<string>();

  const run = (): void => {
    timer = undefined;
    const ids = asked;
    asked = new Set();
    void client.invalidateQueries({
      predicate: ({ queryKey: [kind, id] }) =>
        kind === 'goals' || kind === 'tasks' || kind === 'search' || (isDetail(kind) && ids.has(String(id))),
    });
  };
  return {
    ask: (ids) => {
      asked = asked.union(ids);
      statsTimer ??= setTimeout(() => {
        statsTimer = undefined;
        void client.invalidateQueries({ queryKey: ['stats'] });
      }, statsMs);
      timer ??= setTimeout(run, soonMs + perPageMs * pagesShown(client));
    },
    stop: () => {
      clearTimeout(timer);
      clearTimeout(statsTimer);
    },
  };
}

const isDetail = (kind: unknown): boolean => kind === 'goal' || kind === 'task';

function pagesShown(client: QueryClient): number {
  const lists = client.getQueryCache().findAll({ type: 'active' });
  return Math.max(
    0,
    ...lists.map(({ state }) => (state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0),
  );
}
