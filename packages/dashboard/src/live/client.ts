import type { ServerResponse } from 'node:http';
import type { LogPosition } from '@mcp-servers/goals/work';
import type { Encoded } from './message.ts';
import { compare } from './position.ts';

/** What a client has not taken in yet is kept up to here; then it has to read before it gets more. */
export const maxBuffered = 1024 ** 2;
/** One that takes nothing in for so long is dropped; it resumes where it was. */
const longestMs = 30_000;

/** One open stream. */
export interface Client {
  open(): boolean;
  /** Writes what has no place in the log, unless too much is waiting. */
  tell(bytes: Buffer): void;
  /** Writes those events that it has not had, in order; false when it must read first. `position` tells how far it got. */
  give(events: readonly Encoded[]): boolean;
  /** False when it has gone, or takes nothing in. */
  drained(): Promise<boolean>;
  /** Where it is in the log. */
  position(): LogPosition | undefined;
  logId(): string | undefined;
  moveTo(position: LogPosition, logId: string): void;
  drop(): void;
}

export function createClient(response: ServerResponse, patienceMs = longestMs): Client {
  let at: LogPosition | undefined;
  let log: string | undefined;
  const open = () => !response.destroyed && !response.writableEnded;
  const isFull = () => response.writableLength > maxBuffered;
  return {
    open,
    tell(bytes) {
      if (open() && !isFull()) response.write(bytes);
    },
    give(events) {
      for (const { position, bytes } of events) {
        if (at !== undefined && compare(position, at) <= 0) continue;
        if (!open() || isFull()) return false;
        response.write(bytes);
        at = position;
      }
      return true;
    },
    async drained() {
      if (!open()) return false;
      if (!response.writableNeedDrain) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const drain = () => resolve(true);
      const close = () => resolve(false);
      const timer = setTimeout(close, patienceMs).unref();
      response.once('drain', drain).once('close', close);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        response.removeListener('drain', drain).removeListener('close', close);
      }
    },
    position: () => at,
    logId: () => log,
    moveTo(position, logId) {
      at = position;
      log = logId;
    },
    drop: () => void response.destroy(),
  };
}
