import { type AppError, CancelledError, toAppError } from '@mcp-servers/core';
import type { Clock } from '@mcp-servers/core/resilience';
import type { ReadDocument, WebDocument } from '../read/document.ts';
import type { Robots } from '../robots/index.ts';
import { type CrawlRules, pageKey, type SkipReason, siteOf, skipReason } from './plan.ts';

interface Waiting {
  url: string;
  depth: number;
  /** How often the site or the limit for it asked to wait. */
  postponed?: number;
}

export interface CrawledPage {
  depth: number;
  document: WebDocument;
}

export interface FailedPage {
  url: string;
  error: AppError;
}

export type StopReason = 'done' | 'max_pages' | 'max_seconds' | 'max_bytes';

/** What one step of a crawl brought. */
export interface CrawlStep {
  pages: CrawledPage[];
  failed: FailedPage[];
  stopped: StopReason;
}

export interface CrawlLimits {
  pages: number;
  seconds: number;
  bytes: number;
}

export interface CrawlCall {
  signal: AbortSignal;
  onPage?(read: number, url: string): void;
}

export interface Crawl {
  /** Goes on until a limit or the end; the next step goes on from there. Pages that a cancelled step was reading are read again. */
  step(limits: CrawlLimits, call: CrawlCall): Promise<CrawlStep>;
  /** Pages that nobody was told of are read again by the next step, mostly from kept copies. */
  giveBack(pages: readonly CrawledPage[]): void;
  /** Pages that are known and not yet read. */
  waiting(): number;
  skipped(): Partial<Record<SkipReason | 'repeated', number>>;
}

/** Pages read at the same time, where the site asks for no delay. */
const sideBySide = 2;
/** Links that are remembered, so that a site without end does not fill the memory. */
const mostKnown = 10_000;
const longestDelaySeconds = 30;
/** Before a page counts as failed. */
const mostPostponed = 3;

/** A walk over one site, breadth first, from `start`. Delays are those of robots.txt, at most 30 s. */
export function createCrawl(
  start: URL,
  rules: CrawlRules,
  { read, robots, clock }: { read: ReadDocument; robots: Pick<Robots, 'check'> | undefined; clock: Clock },
): Crawl {
  const queue: Waiting[] = [{ url: start.href, depth: 0 }];
  const known = new Set([pageKey(start.href)]);
  const skipped: Partial<Record<SkipReason | 'repeated', number>> = {};
  let nextAt = 0;

  const skip = (reason: SkipReason | 'repeated') => {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  };

  const addLinks = ({ links }: WebDocument, depth: number) => {
    for (const link of links) {
      const url = URL.parse(link.url);
      if (url === null || !/^https?:$/.test(url.protocol)) continue;
      url.hash = '';
      const key = pageKey(url.href);
      if (known.has(key) || known.size >= mostKnown) continue;
      known.add(key);
      const reason = link.rel.includes('nofollow') ? 'nofollow' : skipReason(url, depth, rules);
      if (reason) skip(reason);
      else queue.push({ url: url.href, depth });
    }
  };

  /** Seconds; none where the rules cannot be read, which reading the page tells. */
  const delayOf = async (url: string, signal: AbortSignal): Promise<number> => {
    try {
      return (await robots?.check(url, signal))?.crawlDelay ?? 0;
    } catch (error) {
      if (signal.aborted) throw error;
      return 0;
    }
  };

  /** Waits for the site's turn; true when it would last beyond `until`. */
  const delayed = async (url: string, { until, signal }: { until: number; signal: AbortSignal }): Promise<boolean> => {
    const crawlDelay = await delayOf(url, signal);
    const wait = nextAt - clock.now();
    if (clock.now() + Math.max(wait, 0) > until) return true;
    nextAt = Math.max(clock.now(), nextAt) + Math.min(crawlDelay, longestDelaySeconds) * 1000;
    if (wait > 0) await clock.sleep(wait, signal);
    return false;
  };

  const visit = async (
    { url, depth, postponed = 0 }: Waiting,
    signal: AbortSignal,
  ): Promise<CrawledPage | FailedPage | undefined> => {
    try {
      const document = await read({ url, mode: 'article', signal });
      const landed = new URL(document.url);
      if (siteOf(landed) !== rules.host) {
        skip('other_site');
        return undefined;
      }
      const key = pageKey(document.url);
      const isRepeated = key !== pageKey(url) && known.has(key);
      known.add(key);
      if (isRepeated) {
        skip('repeated');
        return undefined;
      }
      addLinks(document, depth + 1);
      return { depth, document };
    } catch (error) {
      const failure = toAppError(error);
      if (failure instanceof CancelledError || signal.aborted) throw failure;
      if (failure.code === 'rate_limit' && postponed < mostPostponed) {
        nextAt = Math.max(nextAt, clock.now() + (failure.retryAfterSeconds ?? 10) * 1000);
        queue.unshift({ url, depth, postponed: postponed + 1 });
        return undefined;
      }
      return { url, error: failure };
    }
  };

  const giveBack = (pages: readonly CrawledPage[]) => {
    queue.unshift(...pages.map(({ depth, document }) => ({ url: document.requested, depth })));
  };

  return {
    giveBack,
    async step(limits, { signal, onPage }) {
      const until = clock.now() + limits.seconds * 1000;
      const found: CrawlStep = { pages: [], failed: [], stopped: 'done' };
      let running = 0;
      let bytes = 0;
      let stopped: StopReason | undefined;
      /** One more page is read. */
      let done = Promise.withResolvers<void>();

      const worker = async (): Promise<void> => {
        for (;;) {
          if (stopped !== undefined || signal.aborted) return;
          const isFull = found.pages.length + running >= limits.pages;
          const next = isFull ? undefined : queue.shift();
          if (next === undefined) {
            if (running === 0 && queue.length > 0) stopped = 'max_pages';
            if (running === 0) return;
            // What is being read may fail, or bring new pages.
            await done.promise;
            continue;
          }
          running += 1;
          try {
            // Whoever has waited for his turn reads, whatever the others met meanwhile.
            const limit = limitReached() ?? ((await delayed(next.url, { until, signal })) ? 'max_seconds' : undefined);
            if (limit !== undefined) {
              stopped ??= limit;
              queue.unshift(next);
              return;
            }
            const outcome = await visit(next, signal);
            if (outcome === undefined) continue;
            if ('error' in outcome) found.failed.push(outcome);
            else {
              found.pages.push(outcome);
              bytes += outcome.document.bytes;
              onPage?.(found.pages.length, outcome.document.url);
            }
          } catch (error) {
            queue.unshift(next);
            throw error;
          } finally {
            running -= 1;
            done.resolve();
            done = Promise.withResolvers();
          }
        }
      };
      const limitReached = (): StopReason | undefined => {
        if (bytes >= limits.bytes) return 'max_bytes';
        return clock.now() >= until ? 'max_seconds' : undefined;
      };

      try {
        await Promise.all(Array.from({ length: sideBySide }, worker));
      } catch (error) {
        giveBack(found.pages);
        throw error;
      }
      return { ...found, stopped: stopped ?? 'done' };
    },
    waiting: () => queue.length,
    skipped: () => ({ ...skipped }),
  };
}
