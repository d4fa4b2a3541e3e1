import { notifyManager, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Message } from '../../../src/contract.ts';
import { createBox } from '../parts/box.ts';
import { ProblemError } from './client.ts';
import { followLive, type LiveState } from './live.ts';
import { patchChanges, patchServers, type StreamChange } from './patch-cache.ts';

const live = createBox<LiveState>('connecting');
export const useLiveState = live.use;

/** Keeps everything on the page up to date while it is mounted; once per page. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const reading = readAgain(client);
    let first = true;
    const stop = followLive({
      url: '/events',
      onState: live.set,
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
              if (first) reading.askAll();
              else if (!message.data.resumed) void client.invalidateQueries();
              else readFailed(client);
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
/** No message says that something can be read again. */
const failedMs = 5000;

/** Reads what could not be read, for a reason that passes. */
function readFailed(client: QueryClient): void {
  void client.refetchQueries({
    type: 'active',
    predicate: ({ state: { error, fetchStatus } }) =>
      fetchStatus === 'idle' && error instanceof ProblemError && error.problem.retryable,
  });
}

/**
 * Reads again what a change may have moved and no message carries: order, progress, what is ready. A burst of changes costs one
 * reading, and long lists wait longer.
 */
function readAgain(client: QueryClient): Reading {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let statsTimer: ReturnType<typeof setTimeout> | undefined;
  let asked = new Set<string>();
  let all = false;
  const failed = setInterval(() => readFailed(client), failedMs);

  const run = (): void => {
    timer = undefined;
    const [ids, everything] = [asked, all];
    asked = new Set();
    all = false;
    void client.invalidateQueries({
      predicate: ({ queryKey: [kind, id] }) =>
        isList(kind) || (isDetail(kind) && (everything || ids.has(String(id)))) || (everything && isLog(kind)),
    });
  };
  const ask = (ids: ReadonlySet<string>): void => {
    asked = asked.union(ids);
    statsTimer ??= setTimeout(() => {
      statsTimer = undefined;
      void client.invalidateQueries({ queryKey: ['stats'] });
    }, statsMs);
    timer ??= setTimeout(run, soonMs + perPageMs * pagesShown(client));
  };
  return {
    ask,
    askAll: () => {
      all = true;
      ask(new Set());
    },
    stop: () => {
      clearTimeout(timer);
      clearTimeout(statsTimer);
      clearInterval(failed);
    },
  };
}

interface Reading {
  ask: (ids: ReadonlySet<string>) => void;
  /** Whatever is of the store. */
  askAll: () => void;
  stop: () => void;
}

const isList = (kind: unknown): boolean => kind === 'goals' || kind === 'tasks' || kind === 'search';
const isDetail = (kind: unknown): boolean => kind === 'goal' || kind === 'task';
const isLog = (kind: unknown): boolean => kind === 'activity' || kind === 'history';

function pagesShown(client: QueryClient): number {
  const lists = client.getQueryCache().findAll({ type: 'active' });
  return Math.max(
    0,
    ...lists.map(({ state }) => (state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0),
  );
}
