import { CancelledError, toAppError } from '@mcp-servers/core';
import type { Fetched, FetchPage } from '../fetch/fetched.ts';
import { decide } from './match.ts';
import { groupFor, parseRobots, productToken, type RobotsFile } from './parse.ts';

export interface RobotsVerdict {
  allowed: boolean;
  /** The line that decided, as it is in the file. */
  rule?: string;
  /** One sentence for the model. */
  why: string;
  /** Seconds between requests that the site asks for. */
  crawlDelay?: number;
  /** The rules could not be read; they may be later. */
  unknown?: true;
}

export interface Robots {
  /** May the agent fetch this address? Rejects only when the signal aborts or the address is none of http or https. */
  check(url: string, signal: AbortSignal): Promise<RobotsVerdict>;
  /** Addresses of sitemaps that robots.txt names, resolved; empty when it has none or cannot be read. */
  sitemaps(origin: string, signal: AbortSignal): Promise<string[]>;
}

export interface RobotsOptions {
  /** Follows at least five redirects, as the standard asks. */
  fetch: FetchPage;
  /** Its product token chooses the group. */
  userAgent: string;
  /** Milliseconds. */
  clock: { now(): number };
  /** Origins kept; 1,000 by default. */
  maxOrigins?: number;
}

/** What is known of an origin. `unreachable` forbids everything, `absent` nothing. */
type Answer =
  | { kind: 'file'; file: RobotsFile }
  | { kind: 'absent'; status: number }
  | { kind: 'unreachable'; reason: string };

interface Kept {
  answer: Answer;
  until: number;
  /** The answer before an outage, which holds until the site is back. */
  earlier?: Answer;
}

interface Pending {
  answer: Promise<Kept>;
  waiting: number;
  stop: AbortController;
}

const day = 24 * 3_600_000;
/** A site that failed is asked again after this time. */
const retryAfterMs = 5 * 60_000;
const shortestMs = 60_000;

/**
 * Asks a site's robots.txt once a day at most. As RFC 9309 has it: 4xx allows everything; 5xx, 429, time-outs and refused connections
 * forbid everything until it can be read, unless a copy from before is known. The standard lets a crawler go on after 30 days of
 * failure; this does not, as nobody here waits for 30 days.
 */
export function createRobots({ fetch, userAgent, clock, maxOrigins = 1_000 }: RobotsOptions): Robots {
  const token = productToken(userAgent);
  const kept = new Map<string, Kept>();
  const pending = new Map<string, Pending>();

  async function load(origin: string, signal: AbortSignal): Promise<Kept> {
    const earlier = kept.get(origin);
    const { answer, maxAgeMs } = await ask(fetch, origin, signal);
    const entry: Kept = { answer, until: clock.now() + maxAgeMs };
    const before = earlier?.answer.kind === 'unreachable' ? earlier.earlier : earlier?.answer;
    if (answer.kind === 'unreachable' && before) entry.earlier = before;
    kept.delete(origin);
    kept.set(origin, entry);
    const oldest = kept.keys().next().value;
    if (kept.size > maxOrigins && oldest !== undefined) kept.delete(oldest);
    return entry;
  }

  function start(origin: string): Pending {
    const stop = new AbortController();
    const answer = load(origin, stop.signal).finally(() => {
      if (pending.get(origin) === shared) pending.delete(origin);
    });
    // Everyone who waited may have gone.
    answer.catch(() => {});
    const shared: Pending = { answer, waiting: 0, stop };
    pending.set(origin, shared);
    return shared;
  }

  /** One fetch for all who ask at the same time; it stops when the last of them has gone. */
  async function known(origin: string, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw new CancelledError();
    const entry = kept.get(origin);
    if (entry && entry.until > clock.now()) {
      kept.delete(origin);
      kept.set(origin, entry);
      return entry.earlier ?? entry.answer;
    }
    const shared = pending.get(origin) ?? start(origin);
    shared.waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(new CancelledError());
    signal.addEventListener('abort', leave, { once: true });
    try {
      const { answer, earlier } = await Promise.race([shared.answer, left.promise]);
      return earlier ?? answer;
    } finally {
      signal.removeEventListener('abort', leave);
      shared.waiting -= 1;
      if (shared.waiting === 0 && pending.get(origin) === shared) {
        pending.delete(origin);
        shared.stop.abort(new CancelledError());
      }
    }
  }

  return {
    async check(url, signal) {
      const { origin, pathname, search } = new URL(url);
      if (pathname === '/robots.txt') return { allowed: true, why: 'robots.txt itself may always be read.' };
      return judge(await known(origin, signal), origin, { path: pathname + search, token });
    },
    async sitemaps(origin, signal) {
      const base = new URL(origin).origin;
      const answer = await known(base, signal);
      if (answer.kind !== 'file') return [];
      const urls = answer.file.sitemaps.flatMap((line) => URL.parse(line, base)?.href ?? []);
      return [...new Set(urls)].filter((url) => /^https?:/.test(url));
    },
  };
}

function judge(answer: Answer, origin: string, { path, token }: { path: string; token: string }): RobotsVerdict {
  if (answer.kind === 'absent') return { allowed: true, why: `${origin} has no robots.txt (HTTP ${answer.status}).` };
  if (answer.kind === 'unreachable') {
    const why = `${origin}/robots.txt could not be read (${answer.reason}), which counts as a ban of everything until it can; it is asked again in 5 minutes.`;
    return { allowed: false, why, unknown: true };
  }
  const group = groupFor(answer.file, token);
  const delay = group.crawlDelay === undefined ? {} : { crawlDelay: group.crawlDelay };
  const rule = decide(group.rules, path);
  if (rule === undefined) return { allowed: true, why: 'No rule of robots.txt is about this address.', ...delay };
  const agents = group.agents[0] === '*' ? 'every agent' : group.agents[0];
  const why = `robots.txt ${rule.allow ? 'allows' : 'forbids'} it to ${agents}: "${rule.line}".`;
  return { allowed: rule.allow, rule: rule.line, why, ...delay };
}

async function ask(
  fetch: FetchPage,
  origin: string,
  signal: AbortSignal,
): Promise<{ answer: Answer; maxAgeMs: number }> {
  let fetched: Fetched;
  try {
    fetched = await fetch({ url: `${origin}/robots.txt`, signal, accept: 'text/plain, */*;q=0.5' });
  } catch (error) {
    if (error instanceof CancelledError || signal.aborted) throw error;
    return { answer: { kind: 'unreachable', reason: toAppError(error).message }, maxAgeMs: retryAfterMs };
  }
  const { status, body, headers } = fetched;
  if (status >= 500 || status === 429) {
    return { answer: { kind: 'unreachable', reason: `HTTP ${status}` }, maxAgeMs: retryAfterMs };
  }
  const answer: Answer = status >= 300 ? { kind: 'absent', status } : { kind: 'file', file: parseRobots(body) };
  return { answer, maxAgeMs: lifetime(headers) };
}

/** A day, or what Cache-Control says if that is less. */
function lifetime(headers: Headers): number {
  const seconds = /(?:^|[\s,])max-age=(\d+)/i.exec(headers.get('cache-control') ?? '')?.[1];
  return seconds === undefined ? day : Math.min(day, Math.max(shortestMs, Number(seconds) * 1000));
}
