import { type AppError, CancelledError, createSharedCalls, toAppError } from '@mcp-servers/core';
import { LRUCache } from 'lru-cache';
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
  /** May the agent fetch this address? Rejects when the signal aborts, over our limit, for a refused address, and a name that does not exist. */
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
  const kept = new LRUCache<string, Kept>({ max: maxOrigins });
  const shared = createSharedCalls();

  async function load(origin: string, signal: AbortSignal): Promise<Kept> {
    const earlier = kept.get(origin);
    const { answer, maxAgeMs } = await ask(fetch, origin, signal);
    const entry: Kept = { answer, until: clock.now() + maxAgeMs };
    const before = earlier?.answer.kind === 'unreachable' ? earlier.earlier : earlier?.answer;
    if (answer.kind === 'unreachable' && before) entry.earlier = before;
    kept.set(origin, entry);
    return entry;
  }

  async function known(origin: string, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw new CancelledError();
    const entry = kept.get(origin);
    const isFresh = entry !== undefined && entry.until > clock.now();
    const { answer, earlier } = isFresh ? entry : await shared.run(origin, signal, (inner) => load(origin, inner));
    return earlier ?? answer;
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
  const why = `robots.txt ${rule.allow ? 'allows' : 'forbids'} it to ${agents}: "${quote(rule.line)}".`;
  return { allowed: rule.allow, rule: rule.line, why, ...delay };
}

/** A line of the file cannot pass for a sentence of ours: what belongs in no path is percent-encoded, and it is short. */
function quote(line: string): string {
  const [, name = '', value = ''] = /^([\w-]*)\s*:\s*([\s\S]*)$/.exec(line.toWellFormed()) ?? [];
  const path = value.replaceAll(/[^\x21-\x7e]+|["<>`]/g, encodeURIComponent);
  return `${name}: ${path.length > 200 ? `${path.slice(0, 200)}…` : path}`;
}

/** A site that asks for fewer requests answers with a status; the error comes from the limit kept here. */
const notOfTheSite: ReadonlySet<string> = new Set(['cancelled', 'validation', 'rate_limit']);
const isFinal = ({ code, retryable }: AppError): boolean => code === 'network' && !retryable;

async function ask(
  fetch: FetchPage,
  origin: string,
  signal: AbortSignal,
): Promise<{ answer: Answer; maxAgeMs: number }> {
  let fetched: Fetched;
  try {
    fetched = await fetch({ url: `${origin}/robots.txt`, signal, accept: 'text/plain, */*;q=0.5' });
  } catch (error) {
    const failure = toAppError(error);
    // Our own limit, a refused address and a name that does not exist are no matter of robots.txt, and have better words of their own.
    if (signal.aborted || notOfTheSite.has(failure.code) || isFinal(failure)) throw error;
    return { answer: { kind: 'unreachable', reason: failure.message }, maxAgeMs: retryAfterMs };
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
