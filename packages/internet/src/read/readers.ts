import { ValidationError } from '@mcp-servers/core';
import type { DocumentKind } from '../documents/kind.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { Block } from '../page/block.ts';
import type { PageReader } from '../page/index.ts';
import type { DocumentFacts, DocumentLink, DocumentRequest } from './document.ts';

/** What was made of an answer. */
export interface Reading {
  blocks: readonly Block[];
  facts?: DocumentFacts;
  notes?: readonly string[];
  links?: readonly DocumentLink[];
}

/** What reads with threads of its own. */
export interface Readers {
  page: PageReader;
}

type Read = (fetched: Fetched, request: DocumentRequest) => Promise<Reading>;

/** Chooses by what the answer is and what is wanted. Each reader is loaded on its first use. */
export function readersOf({ page }: Readers) {
  const readers: Partial<Record<DocumentKind, Read>> = {
    html: async (fetched, request) => (await import('./html.ts')).readHtml(fetched, request, page),
    pdf: async (fetched, request) => (await import('./pdf.ts')).readPdfDocument(fetched, request, page),
    feed: async (fetched, request) => (await import('./feed.ts')).readFeedDocument(fetched, request, page),
    json: async (fetched) => (await import('./plain.ts')).readJson(fetched),
    sitemap: async (fetched) => (await import('./plain.ts')).readText(fetched),
    xml: async (fetched) => (await import('./plain.ts')).readText(fetched),
    text: async (fetched) => (await import('./plain.ts')).readText(fetched),
    empty: async () => ({ blocks: [], notes: ['The answer is empty.'] }),
  };

  return async (fetched: Fetched, kind: DocumentKind, request: DocumentRequest): Promise<Reading> => {
    const read = readers[kind];
    if (read === undefined) throw notText(fetched, kind);
    if (request.mode === 'json' && kind !== 'json' && kind !== 'feed') throw notJson(kind, fetched);
    const isSource = (request.mode === 'raw' && kind !== 'pdf') || (request.mode === 'json' && kind === 'feed');
    return isSource ? (await import('./plain.ts')).readText(fetched) : read(fetched, request);
  };
}

const size = ({ body }: Fetched): string => `${body.byteLength.toLocaleString('en')} bytes`;
/** Only what has the form of a type: it is a word of the site in a sentence of ours. */
const typeOf = ({ headers }: Fetched): string =>
  /^[\w.+-]{1,60}\/[\w.+-]{1,60}/.exec(headers.get('content-type') ?? '')?.[0] ?? 'of no type';

function notText(fetched: Fetched, kind: DocumentKind): ValidationError {
  return new ValidationError(`${fetched.url} is no text: ${kind}, ${typeOf(fetched)}, ${size(fetched)}.`, {
    hint: kind === 'office' ? 'Look for the same as a page or a PDF.' : 'Look for a page that describes it.',
    details: { kind, bytes: fetched.body.byteLength },
  });
}

function notJson(kind: DocumentKind, fetched: Fetched): ValidationError {
  return new ValidationError(`${fetched.url} is ${kind}, not JSON (${typeOf(fetched)}).`, {
    hint: 'Fetch it with mode article, or raw for its source.',
  });
}
