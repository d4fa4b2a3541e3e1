import type { Reply } from './reply.ts';

/** Something GitHub should not do, on the requests it names. */
export interface Fault {
  /** 'GET /repos/{owner}/{repo}' as the description spells it, or with real paths and stars ('GET /repos/acme/*', '* *'). */
  readonly on: string;
  /** How many requests meet it; 1 unless given, Infinity for always. */
  readonly times?: number;
  /** Requests that pass before. */
  readonly after?: number;
  /** The request is carried out all the same, and only its answer is lost or replaced. */
  readonly apply?: boolean;
  readonly delayMs?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly type?: string;
  /** reset: the connection breaks without an answer; truncated: in the middle of it; hang: nothing ever comes. */
  readonly break?: 'reset' | 'truncated' | 'hang';
}

export interface PlantedFault {
  readonly hits: number;
  remove(): void;
}

export interface Faults {
  add(fault: Fault): PlantedFault;
  /** A 403 with quota left: GitHub's secondary limit, with or without Retry-After (seconds). */
  secondaryLimit(on: string, options?: { retryAfter?: number; times?: number; status?: 403 | 429 }): PlantedFault;
  clear(): void;
  /** The fault that this request meets, counted. */
  take(method: string, path: string, route: string | undefined): Fault | undefined;
}

export const secondaryMessage =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.';
const secondaryDocs = 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits';

export function createFaults(): Faults {
  const planted = new Set<{ fault: Fault; seen: number; hits: number }>();
  function add(fault: Fault): PlantedFault {
    const entry = { fault, seen: 0, hits: 0 };
    planted.add(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => void planted.delete(entry),
    };
  }
  return {
    add,
    secondaryLimit: (on, { retryAfter, times = 1, status = 403 } = {}) =>
      add({
        ...{ on, times, status },
        headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
        body: { message: secondaryMessage, documentation_url: secondaryDocs },
      }),
    clear: () => planted.clear(),
    take(method, path, route) {
      for (const entry of planted) {
        const { on, after = 0, times = 1 } = entry.fault;
        if (on !== route && !isLike(on, `${method} ${path}`)) continue;
        entry.seen += 1;
        if (entry.seen <= after || entry.hits >= times) continue;
        entry.hits += 1;
        return entry.fault;
      }
      return undefined;
    },
  };
}

function isLike(pattern: string, request: string): boolean {
  if (pattern === '*') return true;
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(request);
}

export const replaces = (fault: Fault): boolean => fault.status !== undefined || fault.body !== undefined;

/** The answer with what the fault changes of it. */
export function spoil(reply: Reply, fault: Fault): Reply {
  return {
    ...reply,
    status: fault.status ?? reply.status,
    ...(fault.body !== undefined && { body: fault.body }),
    ...(fault.type !== undefined && { type: fault.type }),
    headers: { ...reply.headers, ...fault.headers },
  };
}
