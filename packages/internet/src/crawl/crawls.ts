import { randomBytes } from 'node:crypto';
import { badCursor, decodeCursor, encodeCursor, ValidationError } from '@mcp-servers/core';
import type { Clock } from '@mcp-servers/core/resilience';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { ReadDocument } from '../read/document.ts';
import type { Robots } from '../robots/index.ts';
import { type Crawl, type CrawlLimits, createCrawl, type FailedPage, type StopReason } from './crawl.ts';
import { firstUrl, siteOf } from './plan.ts';
import { type PageRow, toRows } from './rows.ts';

export interface CrawlRequest {
  url?: string | undefined;
  depth: number;
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  question?: string | undefined;
  max_pages: number;
  max_seconds: number;
  cursor?: string | undefined;
}

export interface CrawlAnswer {
  pages: PageRow[];
  failed?: { url: string; code: string; message: string }[];
  /** Where not all of them are shown. */
  failed_total?: number;
  /** With a question: pages read that have nothing about it and are not shown. */
  without_match?: number;
  /** Links that were not followed, by reason. */
  skipped?: Record<string, number>;
  stopped: StopReason;
  waiting: number;
  next_cursor?: string;
  truncated?: boolean;
}

export interface Crawls {
  /** Begins a crawl or goes on with one. Throws ValidationError for an address or cursor that is none. */
  run(
    request: CrawlRequest,
    call: {
      signal: AbortSignal;
      maxChars: number;
      onPage?(read: number, url: string): void;
    },
  ): Promise<CrawlAnswer>;
  state(): { kept: number };
}

interface Kept {
  crawl: Crawl;
  question: string | undefined;
  busy: boolean;
}

const keptCrawls = 20;
const keptMs = 30 * 60_000;

/** Crawls that can be gone on with, for half an hour, in this process. */
export function createCrawls(options: {
  read: ReadDocument;
  robots: Pick<Robots, 'check'> | undefined;
  clock: Clock;
  /** Bytes of all pages of one step. */
  maxBytes: number;
}): Crawls {
  const kept = new LRUCache<string, Kept>({ max: keptCrawls, ttl: keptMs });

  const begin = (request: CrawlRequest): [string, Kept] => {
    const { depth: maxDepth, include = [], exclude = [], question } = request;
    if (request.url === undefined) throw new ValidationError('url: give an address to begin with, or a cursor.');
    const url = firstUrl(request.url);
    const crawl = createCrawl(url, { host: siteOf(url), include, exclude, maxDepth }, options);
    return [randomBytes(8).toString('hex'), { crawl, question, busy: false }];
  };

  const goOn = (cursor: string): [string, Kept] => {
    const id = decodeCursor(z.tuple([z.literal('crawl'), z.string().max(40)]), cursor)[1];
    const found = kept.get(id);
    if (found === undefined)
      throw new ValidationError(
        'cursor: this crawl is over or was forgotten (after half an hour, or with the server).',
        {
          hint: 'Begin again with url; pages that are still kept are read fast.',
        },
      );
    if (found.busy) throw badCursor('The crawl is going on in another call.');
    return [id, found];
  };

  return {
    async run(request, { signal, maxChars, onPage }) {
      const [id, entry] = request.cursor === undefined ? begin(request) : goOn(request.cursor);
      const limits: CrawlLimits = { pages: request.max_pages, seconds: request.max_seconds, bytes: options.maxBytes };
      entry.busy = true;
      kept.set(id, entry);
      try {
        const step = await entry.crawl.step(limits, { signal, ...(onPage && { onPage }) });
        const question = request.question ?? entry.question;
        const { pages, left, without } = await toRows(step.pages, { question, maxChars });
        entry.crawl.giveBack(left);
        const waiting = entry.crawl.waiting();
        const skipped = entry.crawl.skipped();
        if (waiting === 0) kept.delete(id);
        return {
          ...{ pages, stopped: step.stopped, waiting },
          ...(without !== undefined && { without_match: without }),
          ...failuresOf(step.failed, maxChars),
          ...(Object.keys(skipped).length > 0 && { skipped }),
          ...(waiting > 0 && { next_cursor: encodeCursor(['crawl', id]) }),
          ...(left.length > 0 && { truncated: true }),
        };
      } finally {
        entry.busy = false;
      }
    },
    state: () => ({ kept: kept.size }),
  };
}

/** As many as a tenth of the budget has room for, and how many there are. */
function failuresOf(failed: readonly FailedPage[], maxChars: number): Pick<CrawlAnswer, 'failed' | 'failed_total'> {
  if (failed.length === 0) return {};
  const shown = failed.slice(0, Math.max(3, Math.floor(maxChars / 1000))).map(({ url, error }) => ({
    ...{ url, code: error.code, message: error.message.slice(0, 200) },
  }));
  return { failed: shown, ...(shown.length < failed.length && { failed_total: failed.length }) };
}
