import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { AppError } from '../errors.ts';
import { isStatementError } from './failure.ts';
import { bounded } from './timing.ts';

export interface RunLimits {
  signal?: AbortSignal | undefined;
  milliseconds?: number;
  /** The error when the time is over: an AppError. */
  late?: () => AppError;
}

/** One connection, taken from the pool. Released exactly once; a connection that misbehaved is closed instead. */
export interface Lease {
  /** The pool's generation it belongs to, see `ConnectionPool.renew`. */
  readonly generation: number;
  /** The driver's result or raw error. When a limit ends first, the server is told to cancel and the connection is given up. */
  run(query: QueryConfig | string, limits?: RunLimits): Promise<QueryResult>;
  /** False while a statement runs and after the connection failed. */
  usable(): boolean;
  release(): void;
}

interface LeaseOptions {
  readonly generation: number;
  /** Tells the server to stop what this backend runs. Never rejects. */
  readonly cancel: (backend: number) => Promise<void>;
  readonly onRelease: () => void;
}

export function openLease(client: PoolClient, { generation, cancel, onRelease }: LeaseOptions): Lease {
  let broken: Error | undefined;
  let running = 0;
  return {
    generation,
    usable: () => broken === undefined && running === 0,
    async run(query, limits = {}) {
      running += 1;
      try {
        return await bounded(client.query(query as QueryConfig), limits);
      } catch (error) {
        if (!isStatementError(error)) broken = error as Error;
        // The driver throws no AppError: this one comes from the limits, and the statement still runs.
        if (error instanceof AppError) void cancel((client as unknown as { processID: number }).processID);
        throw error;
      } finally {
        running -= 1;
      }
    },
    release() {
      client.release(broken ?? running > 0);
      onRelease();
    },
  };
}
