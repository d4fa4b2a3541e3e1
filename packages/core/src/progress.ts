import type { ServerContext } from '@modelcontextprotocol/server';

/** How far a long call has come. */
export interface Progress {
  /** Larger than in the report before. */
  done: number;
  /** Where it ends, when that is known. */
  total?: number;
  message: string;
}

/** Often enough for a person who watches, seldom enough for a pipe. */
const everyMs = 250;

/**
 * A function that tells the client how far its call is, where the client asked for that. Never that it has ended: clients drop what
 * arrives beside the result, and some disconnect.
 */
export function createProgress({ mcpReq }: Pick<ServerContext, 'mcpReq'>): (progress: Progress) => void {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let last = { at: Number.NEGATIVE_INFINITY, done: Number.NEGATIVE_INFINITY };
  return ({ done, total, message }) => {
    const now = performance.now();
    const ended = total !== undefined && done >= total;
    if (ended || done <= last.done || now - last.at < everyMs || mcpReq.signal.aborted) return;
    last = { at: now, done };
    const params = { progressToken: token, progress: done, ...(total !== undefined && { total }), message };
    // A client that has gone away is noticed by the call itself.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
