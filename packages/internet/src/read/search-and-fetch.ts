import { CancelledError, type Log, toAppError } from '@mcp-servers/core';
import * as z from 'zod';
import { findPassagesAcross } from '../passages/index.ts';
import type { Search, SearchRequest, SearchResult } from '../search/index.ts';
import type { ReadDocument, WebDocument } from './document.ts';

export interface SearchAndFetchInput {
  search: SearchRequest;
  question: string;
  /** Pages with text that are wanted; as many again are tried when some cannot be read. */
  pages: number;
}

const AnswerPage = z.object({
  rank: z.number(),
  url: z.string(),
  title: z.string(),
  published: z.string().optional(),
  passages: z.array(z.object({ text: z.string(), headings: z.array(z.string()), page: z.number().optional() })),
  /** Why it has none. */
  not_read: z.string().optional(),
});
type AnswerPage = z.output<typeof AnswerPage>;

export const SearchAndFetchAnswer = z.object({
  pages: z.array(AnswerPage),
  asked: z.array(z.looseObject({ provider: z.string(), outcome: z.string() })),
  note: z.string().optional(),
});
export type SearchAndFetchAnswer = z.output<typeof SearchAndFetchAnswer>;

type Tried = { result: SearchResult } & ({ document: WebDocument } | { failure: string });

const overheadChars = 300;
const mostPassages = 16;

/** Searches, reads the best pages side by side, and answers with the passages of all of them that answer the question. */
export async function searchAndFetch(
  { search, read }: { search: Search; read: ReadDocument },
  { search: request, question, pages }: SearchAndFetchInput,
  call: { signal: AbortSignal; maxChars: number; log: Log; onPage(read: number, url: string): void },
): Promise<SearchAndFetchAnswer> {
  const { signal, maxChars } = call;
  const { results, asked, note } = await search.search(request, { signal });
  const tried: Tried[] = [];
  const queue = results.slice(0, pages * 2);
  let readable = 0;
  // As many at once as are still wanted: a page that fails is replaced by the next.
  while (readable < pages && queue.length > 0) {
    const batch = queue.splice(0, pages - readable);
    const outcomes = await Promise.all(batch.map((result) => attempt(read, result, call)));
    tried.push(...outcomes);
    readable = tried.filter((one) => 'document' in one).length;
    call.onPage(readable, batch.at(-1)?.url ?? '');
  }
  const documents = tried.flatMap((one) => ('document' in one ? [one] : []));
  const blocks = documents.map(({ document }) => document.blocks);
  const room = maxChars - overheadChars * tried.length;
  const found = await findPassagesAcross(blocks, question, { limit: mostPassages, maxChars: Math.max(room, 500) });
  return {
    pages: tried.map((one) =>
      toPage(
        one,
        found.filter(({ document }) => documents[document] === one),
      ),
    ),
    asked: asked.map((each) => ({ ...each })),
    ...(note && { note }),
  };
}

async function attempt(
  read: ReadDocument,
  result: SearchResult,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<Tried> {
  try {
    return { result, document: await read({ url: result.url, mode: 'article', signal }) };
  } catch (error) {
    const failure = toAppError(error);
    if (failure instanceof CancelledError || signal.aborted) throw failure;
    if (failure.code === 'internal') log.error({ err: error }, 'page_not_read');
    return { result, failure: failure.message };
  }
}

type Found = Awaited<ReturnType<typeof findPassagesAcross>>;

function toPage(tried: Tried, found: Found): AnswerPage {
  const { rank, url, title, date } = tried.result;
  const known = 'document' in tried ? tried.document.facts : {};
  const published = known.published ?? date;
  return {
    ...{ rank, url, title: known.title ?? title },
    ...(published && { published }),
    passages: found.map(({ text, headings, page }) => ({
      ...{ text, headings: [...headings] },
      ...(page !== undefined && { page }),
    })),
    ...('failure' in tried && { not_read: tried.failure.slice(0, 300) }),
  };
}
