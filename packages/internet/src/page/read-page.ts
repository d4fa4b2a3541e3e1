import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AppError, ValidationError } from '@mcp-servers/core';
import { createThreads, ThreadFailure, type ThreadOptions } from '@mcp-servers/core/threads';
import { createReadPdf, type ReadPdf } from '../documents/read-pdf.ts';
import type { Page } from './page.ts';
import { treeLimits } from './parse-document.ts';
import type { ReadJob, ReadResult, Source } from './parse-job.ts';

export interface ReadPageOptions {
  /** Where the page was read from, after redirects. */
  url: string;
  signal: AbortSignal;
  /**
   * What the page is read for. `text` asks for plain text, which is found even when the page cannot be parsed; any other mode gets
   * Markdown, and the modes of the article get nothing else: `full`, `tables` and `codes` stay empty.
   */
  mode?: string;
}

/**
 * HTML -> page, on a thread of its own. Throws ValidationError when the page is too much to parse, CancelledError, UnavailableError.
 * Of a page that is too large the rest is left out, and a note says so.
 */
export type ReadPage = (source: Source, options: ReadPageOptions) => Promise<Page>;

export interface PageReader extends AsyncDisposable {
  readPage: ReadPage;
  readPdf: ReadPdf;
}

/** The smallest that reads everything of 10 MB that a heap of 128 reads; with 52 a PDF of 500 full pages fails. */
const heapMiB = 64;
/** A page of more HTML than this leaves a heap behind that is not worth keeping. */
const heavyChars = 500_000;
const articleModes = new Set(['article', 'outline', 'links']);

/** Makes what reads pages and PDFs, one at a time; ends its thread when disposed. */
export function createPageReader(options: Partial<ThreadOptions> = {}): PageReader {
  const threads = createThreads<ReadJob, ReadResult>({ file: workerFile(), memoryMiB: heapMiB, ...options });
  const read = async (job: ReadJob & { source: Source }, signal: AbortSignal): Promise<Page> => {
    const result = await threads.run(job, { signal, last: sizeOf(job.source) > heavyChars });
    if ('page' in result) return result.page;
    throw new TypeError('The thread answered another question.');
  };
  return {
    async readPage(source, { url, signal, mode = '' }) {
      const asText = (why: string): Promise<Page> =>
        read({ kind: 'text', source, url, share: 1, note: `${why} Hidden text may be part of this.` }, signal).catch(
          (error) => Promise.reject(error instanceof ThreadFailure ? tooMuch(error, url) : error),
        );
      const start = startOf(source, treeLimits.characters);
      const share = sizeOf(start) / Math.max(sizeOf(source), 1);
      if (mode === 'text' && share < 1) return asText(sentences.size);
      const format = mode === 'text' ? 'plain' : 'markdown';
      try {
        const articleOnly = articleModes.has(mode);
        return await read({ kind: 'page', source: start, share, url, format, articleOnly }, signal);
      } catch (error) {
        if (!(error instanceof ThreadFailure)) throw error;
        if (mode === 'text') return asText(sentences[error.reason]);
        throw tooMuch(error, url);
      }
    },
    readPdf: createReadPdf(threads),
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

/** The one place that knows where the thread's code lies: beside the bundle, else the source. */
export function workerFile(base: string = import.meta.url): URL {
  const bundled = new URL('./page-worker.js', base);
  const beside = new URL(base.endsWith('.ts') ? './worker.ts' : './worker.js', base);
  return !base.endsWith('.ts') && existsSync(fileURLToPath(bundled)) ? bundled : beside;
}

const sizeOf = (source: Source): number => (typeof source === 'string' ? source.length : source.body.byteLength);

function startOf(source: Source, most: number): Source {
  if (sizeOf(source) <= most) return source;
  // A copy, because a view would be sent with all that is behind it.
  return typeof source === 'string' ? source.slice(0, most) : { ...source, body: source.body.slice(0, most) };
}

const sentences: Readonly<Record<ThreadFailure['reason'] | 'size', string>> = {
  time: 'Parsing the page took too long.',
  memory: 'Parsing the page took too much memory.',
  failed: 'The page could not be parsed.',
  size: 'The page is too large to be parsed whole.',
};

const tooMuch = (failure: ThreadFailure, url: string): AppError =>
  new ValidationError(`${sentences[failure.reason]} ${url}`, {
    cause: failure,
    hint: 'Use mode "text" for its text without structure, or mode "raw" for its source.',
    details: { reason: failure.reason },
  });
