import { type AppError, ValidationError } from '@mcp-servers/core';
import type { Page } from './page.ts';
import { createParserThreads, ParseFailure, type ThreadOptions } from './parser-threads.ts';

export interface ReadPageOptions {
  /** Where the page was read from, after redirects. */
  url: string;
  signal: AbortSignal;
  /** `text` asks for plain text, which is found even when the page cannot be parsed. Any other mode gets Markdown. */
  mode?: string;
}

/** HTML -> page, on a thread of its own. Throws ValidationError when the page is too much to parse, CancelledError, UnavailableError. */
export type ReadPage = (html: string, options: ReadPageOptions) => Promise<Page>;

export interface PageReader extends AsyncDisposable {
  readPage: ReadPage;
}

/** Makes what reads pages; ends its threads when disposed. */
export function createPageReader(options: ThreadOptions = {}): PageReader {
  const threads = createParserThreads(options);
  return {
    async readPage(html, { url, signal, mode }) {
      const format = mode === 'text' ? 'plain' : 'markdown';
      try {
        return await threads.run({ html, url, format }, signal);
      } catch (error) {
        if (!(error instanceof ParseFailure)) throw error;
        if (format !== 'plain') throw tooMuch(error, url);
        return threads.run(
          { html, url, format, strip: `${sentences[error.reason]} Hidden text may be part of this.` },
          signal,
        );
      }
    },
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

const sentences: Readonly<Record<ParseFailure['reason'], string>> = {
  time: 'Parsing the page took too long.',
  memory: 'Parsing the page took too much memory.',
  failed: 'The page could not be parsed.',
};

const tooMuch = (failure: ParseFailure, url: string): AppError =>
  new ValidationError(`${sentences[failure.reason]} ${url}`, {
    cause: failure,
    hint: 'Use mode "text" for its text without structure, or mode "raw" for its source.',
    details: { reason: failure.reason },
  });
