import type { DocumentKind } from '../documents/kind.ts';
import type { Block } from '../page/block.ts';

/** What of a document is wanted. */
export const modes = ['article', 'full', 'outline', 'text', 'raw', 'json', 'links', 'tables', 'metadata'] as const;
export type Mode = (typeof modes)[number];

/** What is known of a document beside its text; whatever it does not say is absent. */
export interface DocumentFacts {
  title?: string;
  byline?: string;
  site?: string;
  description?: string;
  language?: string;
  /** ISO 8601. */
  published?: string;
  modified?: string;
  canonical_url?: string;
  /** Pages of a PDF. */
  pages?: number;
  etag?: string;
  last_modified?: string;
}

/** A document of the web, read: one shape for pages, PDF, feeds, JSON and text. */
export interface WebDocument {
  requested: string;
  /** After redirects. */
  url: string;
  kind: DocumentKind;
  mode: Mode;
  facts: DocumentFacts;
  blocks: readonly Block[];
  /** Sentences about what was left out or is odd. */
  notes: readonly string[];
  /** Of a page: where its links lead, in order. */
  links: readonly DocumentLink[];
  /** Of the answer, decompressed. */
  bytes: number;
  /** Of a kept copy. */
  ageSeconds?: number;
}

export interface DocumentLink {
  url: string;
  /** `nofollow` and its like. */
  rel: readonly string[];
}

export interface DocumentRequest {
  url: string;
  mode: Mode;
  /** A heading of the page: its text, anchor or number. */
  section?: string | undefined;
  /** Of a PDF: `1-3,7`. */
  pages?: string | undefined;
  fresh?: boolean | undefined;
  signal: AbortSignal;
}

/** Reads one address. Throws AppErrors that say what to do next. */
export type ReadDocument = (request: DocumentRequest) => Promise<WebDocument>;
