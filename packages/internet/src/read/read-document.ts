import { UnavailableError, ValidationError } from '@mcp-servers/core';
import { toVisible } from '@mcp-servers/core/outside';
import { kindOf } from '../documents/kind.ts';
import { type Fetched, type FetchPage, passes } from '../fetch/fetched.ts';
import { statusError } from '../fetch/status-error.ts';
import type { Robots } from '../robots/index.ts';
import type { DocumentFacts, DocumentRequest, ReadDocument, WebDocument } from './document.ts';
import { withInertText } from './in-line.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { type Readers, readersOf } from './readers.ts';

export interface ReadOptions extends Readers {
  fetch: FetchPage;
  /** Undefined where robots.txt is not asked. */
  robots: Pick<Robots, 'check'> | undefined;
  /** Throws for an address that is refused as its text stands. */
  checkUrl(url: string): unknown;
}

/** What is larger is fetched and read alone: ten of the largest at once would take ten times the memory. */
const sideBySideBytes = 2_000_000;

/** Every document is read here: robots.txt, the network, what the answer is, its text. */
export function createReadDocument({ fetch, robots, checkUrl, ...readers }: ReadOptions): ReadDocument {
  const readAs = readersOf(readers);
  const large = createOneAtATime();
  return async (request) => {
    const { url, signal } = request;
    checkUrl(url);
    await ask(robots, url, signal);
    try {
      return await read(request, sideBySideBytes);
    } catch (error) {
      // How large an answer is shows only on the way, so it is asked for again.
      if (!passes(error, sideBySideBytes)) throw withInertText(error);
      return large(() => read(request), signal).catch((failure: unknown) => Promise.reject(withInertText(failure)));
    }
  };

  async function read(request: DocumentRequest, maxBytes?: number): Promise<WebDocument> {
    const { url, mode, fresh, signal } = request;
    const fetched = await fetch({ url, signal, ...(fresh && { fresh }), ...(maxBytes !== undefined && { maxBytes }) });
    // Where a redirect leads, other rules may hold.
    if (fetched.redirects.length > 0) await ask(robots, fetched.url, signal);
    if (fetched.status >= 400) throw statusError(fetched);
    const kind = kindOf(fetched.headers, fetched.url, fetched.body);
    const reading = await readAs(fetched, kind, request);
    return {
      ...{ requested: url, url: fetched.url, kind, mode },
      facts: { ...cleanFacts(reading.facts ?? {}), ...validatorsOf(fetched) },
      blocks: reading.blocks,
      notes: [...notesOf(fetched), ...(reading.notes ?? [])],
      links: reading.links ?? [],
      bytes: fetched.body.byteLength,
      ...(fetched.ageSeconds !== undefined && { ageSeconds: fetched.ageSeconds }),
    } satisfies WebDocument;
  }
}

async function ask(robots: ReadOptions['robots'], url: string, signal: AbortSignal): Promise<void> {
  const verdict = await robots?.check(url, signal);
  if (verdict === undefined || verdict.allowed) return;
  const message = `${url} is not fetched: ${verdict.why}`;
  if (verdict.unknown) throw new UnavailableError(message, { hint: 'Check the address, or try later.' });
  throw new ValidationError(message, {
    hint: 'Look for the same elsewhere, or ask the person; WEB_ROBOTS=false fetches it anyway.',
  });
}

const longestFact: Readonly<Partial<Record<string, number>>> = { description: 1_000, canonical_url: 4_096 };

/** One visible line each, of a bounded length: they stand in every answer beside the text that has the budget. */
function cleanFacts(facts: DocumentFacts): DocumentFacts {
  const clean = Object.entries(facts).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? lineOf(value, longestFact[name] ?? 300) : value,
  ]);
  return Object.fromEntries(clean);
}

function lineOf(text: string, most: number): string {
  const line = text.slice(0, most).toWellFormed().replaceAll(/\s+/g, ' ').trim();
  return `${toVisible(line).text}${text.length > most ? '…' : ''}`;
}

function validatorsOf({ headers }: Fetched): Pick<DocumentFacts, 'etag' | 'last_modified'> {
  const etag = headers.get('etag');
  const modified = Date.parse(headers.get('last-modified') ?? '');
  return {
    ...(etag && etag.length <= 200 && { etag }),
    ...(modified && { last_modified: new Date(modified).toISOString() }),
  };
}

function notesOf({ redirects, url, downgraded }: Fetched): string[] {
  return [
    ...(redirects.length > 0 ? [`Redirected to ${url}.`] : []),
    ...(downgraded ? ['A redirect left https: anybody on the way could have changed this text.'] : []),
  ];
}
