import { Worker } from 'node:worker_threads';
import { CancelledError, InternalError, ValidationError } from '@mcp-servers/core';
import type { Pdf, PdfProblem, PdfReply, PdfRequest } from './pdf/pdf.ts';

export interface PdfOptions {
  /** Such as "1-3,7" or "20-"; all by default. */
  pages?: string;
  signal: AbortSignal;
  /** Pages at most; 1,000 by default. */
  maxPages?: number;
  /** Time for the whole of it; 30 s by default. After four fifths of it the pages read so far are the answer. */
  timeoutMs?: number;
  /** Heap of the thread; 512 by default. */
  memoryMb?: number;
}

/** Beside this module in the sources as in `dist`, where the bundle needs it as an entry of its own. */
const workerUrl = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './pdf-worker.ts' : './pdf-worker.js', import.meta.url);

/**
 * Text of a PDF as blocks with their pages, read in a thread of its own. Throws ValidationError for documents with a password, damaged
 * ones, scanned ones (no text at all), pages that do not exist, and those that pass the caps; CancelledError.
 */
export async function readPdf(body: Uint8Array, options: PdfOptions): Promise<Pdf> {
  const { pages, signal, maxPages = 1_000, timeoutMs = 30_000, memoryMb = 512 } = options;
  const request: PdfRequest = { body, maxPages, softMs: timeoutMs * 0.8, ...(pages !== undefined && { pages }) };
  const reply = await ask(request, { signal, timeoutMs, memoryMb });
  if ('problem' in reply) throw toError(reply);
  const { pdf } = reply;
  if (pdf.blocks.length === 0 && pdf.withoutText.length === pdf.pages.length) {
    const which = pdf.pages.length === pdf.total ? `The PDF has ${pdf.total} pages and` : 'The pages asked for have';
    throw new ValidationError(`${which} no text: they are pictures, most likely scanned.`, {
      hint: 'Look for another copy of the document; reading text out of pictures is not possible here.',
      details: { pages: pdf.total, ...(pdf.title && { title: pdf.title }) },
    });
  }
  return pdf;
}

interface Caps {
  signal: AbortSignal;
  timeoutMs: number;
  memoryMb: number;
}

async function ask(request: PdfRequest, { signal, timeoutMs, memoryMb }: Caps): Promise<PdfReply> {
  if (signal.aborted) throw new CancelledError();
  const { promise, resolve, reject } = Promise.withResolvers<PdfReply>();
  // Output goes nowhere: a library that talks would break the protocol on standard output.
  const worker = new Worker(workerUrl(), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 64 },
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.once('message', resolve);
  worker.once('error', (error) => reject(toThreadError(error, memoryMb)));
  worker.once('exit', (code) => reject(new InternalError(new Error(`The PDF thread ended with ${code}.`))));
  const timer = setTimeout(() => reject(tooMuch(`more than ${timeoutMs / 1000} s`)), timeoutMs);
  const cancel = () => reject(new CancelledError());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

const tooMuch = (what: string) =>
  new ValidationError(`The PDF takes ${what} to read.`, { hint: 'Ask for fewer pages, such as pages "1-20".' });

function toThreadError(error: unknown, memoryMb: number): Error {
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? tooMuch(`more than ${memoryMb} MB of memory`) : new InternalError(error);
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
