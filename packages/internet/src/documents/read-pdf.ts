import { InternalError, ValidationError } from '@mcp-servers/core';
import { ThreadFailure, type Threads } from '@mcp-servers/core/threads';
import type { ReadJob, ReadResult } from '../page/parse-job.ts';
import type { Pdf, PdfProblem, PdfReply, PdfRequest } from './pdf/pdf.ts';

export interface PdfOptions {
  /** Such as "1-3,7" or "20-"; all by default. */
  pages?: string;
  signal: AbortSignal;
  /** Pages at most; 1,000 by default. */
  maxPages?: number;
  /** Time for the whole of it; 30 s by default. After four fifths of it the pages read so far are the answer. */
  timeoutMs?: number;
}

/**
 * Text of a PDF as blocks with their pages. Throws ValidationError for documents with a password, damaged ones, scanned ones (no text
 * at all), pages that do not exist, and those that pass the caps; CancelledError, UnavailableError.
 */
export type ReadPdf = (body: Uint8Array, options: PdfOptions) => Promise<Pdf>;

/** Reads each in a thread that ends with it: fonts and pictures leave a large heap behind. */
export function createReadPdf(threads: Threads<ReadJob, ReadResult>): ReadPdf {
  return async (body, { pages, signal, maxPages = 1_000, timeoutMs = 30_000 }) => {
    const request: PdfRequest = { body, maxPages, softMs: timeoutMs * 0.8, ...(pages !== undefined && { pages }) };
    const call = { signal, deadlineMs: timeoutMs, last: true };
    const result = await threads.run({ kind: 'pdf', request }, call).catch((error: unknown) => {
      throw error instanceof ThreadFailure ? toThreadError(error, timeoutMs) : error;
    });
    if (!('pdf' in result)) throw new TypeError('The thread answered another question.');
    if ('problem' in result.pdf) throw toError(result.pdf);
    const { pdf } = result.pdf;
    if (pdf.blocks.length === 0 && pdf.withoutText.length === pdf.pages.length) throw withoutText(pdf);
    return pdf;
  };
}

function withoutText({ pages, total, title }: Pdf): ValidationError {
  const which = pages.length === total ? `The PDF has ${total} pages and` : 'The pages asked for have';
  return new ValidationError(`${which} no text: they are pictures, most likely scanned.`, {
    hint: 'Look for another copy of the document; reading text out of pictures is not possible here.',
    details: { pages: total, ...(title && { title }) },
  });
}

const tooMuch = (what: string) =>
  new ValidationError(`The PDF takes ${what} to read.`, { hint: 'Ask for fewer pages, such as pages "1-20".' });

function toThreadError(failure: ThreadFailure, timeoutMs: number): Error {
  if (failure.reason === 'time') return tooMuch(`more than ${timeoutMs / 1000} s`);
  return failure.reason === 'memory' ? tooMuch('too much memory') : new InternalError(failure);
}

const sentences: Readonly<Record<Exclude<PdfProblem, 'pages'>, { message: string; hint: string }>> = {
  password: {
    message: 'The PDF is protected by a password.',
    hint: 'Look for a copy without one; passwords are not taken.',
  },
  damaged: {
    message: 'This is no readable PDF: it is damaged or incomplete.',
    hint: 'Fetch it again with fresh set, or look for another copy.',
  },
  failed: { message: 'The PDF could not be read.', hint: 'Look for another copy of the document.' },
};

function toError({ problem, message }: Extract<PdfReply, { problem: PdfProblem }>): ValidationError {
  if (problem === 'pages') return new ValidationError(message, { hint: 'Write pages as in "1-3,7" or "20-".' });
  return new ValidationError(sentences[problem].message, { hint: sentences[problem].hint, cause: new Error(message) });
}
