import { NetworkError } from '@mcp-servers/core';
import type { GuardedAnswer } from '@mcp-servers/core/http';

/** An answer of the web, whole and within its caps; the body is decompressed. */
export interface Fetched extends Omit<GuardedAnswer, 'downgraded'> {
  /** A redirect led from https to http. */
  downgraded?: boolean;
  /** Seconds the copy has been kept; undefined when it came from the network just now. */
  ageSeconds?: number;
}

export interface FetchRequest {
  url: string;
  signal: AbortSignal;
  /** Value of the Accept header. */
  accept?: string;
  /** Of the decompressed body; at most and by default the server's own cap. */
  maxBytes?: number;
  /** Asks the origin even when a fresh copy is kept. */
  fresh?: boolean;
}

/** Whether an answer was refused for passing `maxBytes` of its request, and a larger cap would take it. */
export const passes = (error: unknown, maxBytes: number): boolean =>
  error instanceof NetworkError && error.details?.max_bytes === maxBytes;

/**
 * Fetches from addresses that are allowed, within time and size caps. An HTTP status is an answer, not an error. Throws
 * ValidationError for what the address policy refuses, NetworkError, RateLimitError, UnavailableError and CancelledError.
 */
export type FetchPage = (request: FetchRequest) => Promise<Fetched>;
