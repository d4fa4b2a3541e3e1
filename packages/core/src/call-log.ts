import type { CallObservation } from './metrics.ts';

/** A call that ended, as the status endpoint tells it. */
export interface RecentCall {
  /** ISO 8601, when it ended. */
  at: string;
  operation: string;
  status: 'success' | 'error';
  errorType?: string;
  message?: string;
  durationMs: number;
  client?: string;
}

export interface CallLog {
  add(call: CallObservation): void;
  /** Newest first. */
  recent(): RecentCall[];
  /** What is known of the last caller and the last failure. */
  facts(): { protocol?: string; client?: string; lastError?: LastError };
}

type LastError = { at: string; operation: string; type: string; message: string };

const kept = 100;
const messageChars = 300;

/** The last 100 calls of a process, in memory alone. */
export function createCallLog(now: () => number = Date.now): CallLog {
  const calls: { call: CallObservation; at: number }[] = [];
  let place = 0;
  const last: { protocol?: string; client?: string; lastError?: LastError } = {};
  return {
    add(call) {
      const at = now();
      calls[place % kept] = { call, at };
      place += 1;
      const { protocol, client, operation, status, errorType = 'internal', message = '' } = call;
      if (protocol !== undefined) last.protocol = protocol;
      if (client !== undefined) last.client = client;
      if (status !== 'error') return;
      last.lastError = {
        ...{ at: new Date(at).toISOString(), operation, type: errorType },
        message: message.slice(0, messageChars),
      };
    },
    recent() {
      const start = place % kept;
      const inOrder = place <= kept ? calls : [...calls.slice(start), ...calls.slice(0, start)];
      return inOrder.toReversed().map(({ call, at }) => ({
        at: new Date(at).toISOString(),
        operation: call.operation,
        status: call.status,
        ...(call.status === 'error' && { errorType: call.errorType ?? 'internal' }),
        ...(call.message !== undefined && { message: call.message.slice(0, messageChars) }),
        durationMs: Math.round(call.seconds * 100_000) / 100,
        ...(call.client !== undefined && { client: call.client }),
      }));
    },
    facts: () => ({ ...last }),
  };
}
