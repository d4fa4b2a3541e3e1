import type { PdfReply, PdfRequest } from '../documents/pdf/pdf.ts';
import type { Format, Page } from './page.ts';

/** HTML, or its bytes and the Content-Type they came with. */
export type Source = string | { body: Uint8Array; contentType: string };

interface PageJob {
  source: Source;
  url: string;
  /** Share of the page that `source` is, above 0 and at most 1. */
  share: number;
}

/** What the reading thread is asked. `text` only cuts the tags out, and says `note` of the result. */
export type ReadJob =
  | (PageJob & { kind: 'page'; format: Format; articleOnly: boolean })
  | (PageJob & { kind: 'text'; note: string })
  | { kind: 'pdf'; request: PdfRequest };

export type ReadResult = { page: Page } | { pdf: PdfReply };
