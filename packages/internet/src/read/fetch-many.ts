import {
  type AppError,
  CancelledError,
  decodeCursor,
  encodeCursor,
  InternalError,
  type Log,
  toAppError,
  ValidationError,
} from '@mcp-servers/core';
import * as z from 'zod';
import { type Mode, modes, type ReadDocument, type WebDocument } from './document.ts';
import type { FetchResult } from './result.ts';
import { type KeptDocument, keepWanted, type Selection, type Shown, select, wantedChars } from './select.ts';
import { share } from './share.ts';

export interface FetchManyInput {
  urls?: readonly string[] | undefined;
  mode: Mode;
  section?: string | undefined;
  pages?: string | undefined;
  find?: string | undefined;
  question?: string | undefined;
  fresh?: boolean | undefined;
  cursor?: string | undefined;
}

/** A page of a document that was begun: enough to go on without repeating the arguments. */
const Place = z.tuple([
  z.string().max(5_000),
  z.enum(modes),
  z.string().max(500).nullable(),
  z.string().max(200).nullable(),
  z.int().min(0),
  z.int().min(0),
]);

/** Facts, labels and JSON around the text of one address. */
const overheadChars = 500;

interface Plan extends Selection {
  urls: readonly string[];
  mode: Mode;
  section?: string | undefined;
  pages?: string | undefined;
  fresh?: boolean | undefined;
  /** Characters the document had when the cursor was given out. */
  charsThen?: number;
}

/** Reads addresses side by side; each gets an answer of its own, and all together the budget. Throws when nothing could be asked. */
export async function fetchMany(
  read: ReadDocument,
  input: FetchManyInput,
  { maxChars, signal, log }: { maxChars: number; signal: AbortSignal; log: Log },
): Promise<{ results: FetchResult[] }> {
  const plan = toPlan(input);
  const outcomes = await Promise.all(plan.urls.map((url) => attempt(read, url, { plan, signal, log, maxChars })));
  const [only] = outcomes;
  // One address that failed is a failed call; among several it is one answer.
  if (outcomes.length === 1 && only && 'failure' in only) throw only.failure;
  const wants = outcomes.map((outcome) => ('failure' in outcome ? 0 : wantedChars(outcome.document, plan)));
  const shares = share(maxChars - overheadChars * outcomes.length, wants);
  const results = outcomes.map(async (outcome, n) =>
    'failure' in outcome
      ? toFailed(plan.urls[n] ?? '', outcome.failure)
      : toResult(outcome.document, await select(outcome.document, plan, Math.max(shares[n] ?? 0, 200)), plan),
  );
  return { results: await Promise.all(results) };
}

function toPlan({ cursor, ...input }: FetchManyInput): Plan {
  if (cursor === undefined) {
    const urls = [...new Set(input.urls ?? [])];
    if (urls.length === 0) throw new ValidationError('urls: give one to ten addresses, or a cursor.');
    return { ...input, urls };
  }
  if (input.urls !== undefined)
    throw new ValidationError('cursor goes on with the address it came from: leave out urls.');
  const [url, mode, section, pages, from, charsThen] = decodeCursor(Place, cursor);
  const { question, find } = input;
  if (question !== undefined || find !== undefined)
    throw new ValidationError('cursor goes on with the text: leave out question and find, or give urls instead.');
  return { urls: [url], mode, section: section ?? undefined, pages: pages ?? undefined, from, charsThen };
}

async function attempt(
  read: ReadDocument,
  url: string,
  { plan, signal, log, maxChars }: { plan: Plan; signal: AbortSignal; log: Log; maxChars: number },
): Promise<{ document: KeptDocument } | { failure: AppError }> {
  const { mode, section, pages, fresh } = plan;
  try {
    return { document: keepWanted(await read({ url, mode, section, pages, fresh, signal }), plan, maxChars) };
  } catch (error) {
    const failure = toAppError(error);
    if (failure instanceof CancelledError) throw failure;
    if (failure instanceof InternalError) log.error({ reference: failure.reference, err: error }, 'page_not_read');
    return { failure };
  }
}

function toResult(document: WebDocument, { next, ...shown }: Shown, plan: Plan): FetchResult {
  const { requested, url, kind, facts, ageSeconds } = document;
  const place = [requested, plan.mode, plan.section ?? null, plan.pages ?? null, next ?? 0, shown.chars_total];
  const hasChanged = plan.charsThen !== undefined && plan.charsThen !== shown.chars_total;
  const notes = [...(hasChanged ? ['The document has changed since the page before.'] : []), ...document.notes];
  return {
    url: requested,
    ...(url !== requested && { final_url: url }),
    kind,
    ...facts,
    ...(shown as Omit<Shown, 'next' | 'passages' | 'matches'>),
    ...(shown.passages && {
      passages: shown.passages.map((passage) => ({ ...passage, headings: [...passage.headings] })),
    }),
    ...(shown.matches && { matches: shown.matches.map((match) => ({ ...match, headings: [...match.headings] })) }),
    ...(next !== undefined && { truncated: true, next_cursor: encodeCursor(place) }),
    ...(ageSeconds !== undefined && { age_s: ageSeconds }),
    ...(notes.length > 0 && { notes }),
  };
}

function toFailed(url: string, { code, message, hint, retryable, retryAfterSeconds }: AppError): FetchResult {
  return {
    url,
    error: {
      ...{ code, message, retryable },
      ...(hint && { hint }),
      ...(retryAfterSeconds !== undefined && { retry_after_s: retryAfterSeconds }),
    },
  };
}
