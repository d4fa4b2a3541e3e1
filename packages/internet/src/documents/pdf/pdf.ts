import type { Block } from '../../page/block.ts';

export interface PdfRequest {
  body: Uint8Array;
  /** Such as "1-3,7" or "20-"; all pages by default. */
  pages?: string;
  /** Pages at most; the rest is left out and `cut` says so. */
  maxPages: number;
  /** After this time no further page is begun. */
  softMs: number;
}

export interface Pdf {
  blocks: Block[];
  /** Pages of the whole document. */
  total: number;
  /** Pages whose text is in the blocks. */
  pages: number[];
  /** Pages of these that have no text, as scanned ones have none. */
  withoutText: number[];
  /** True when pages that were asked for are missing because of a cap. */
  cut: boolean;
  title?: string;
  author?: string;
  /** ISO 8601. */
  created?: string;
}

/** Why a document could not be read. */
export type PdfProblem = 'password' | 'damaged' | 'pages' | 'failed';

/** What the thread answers. */
export type PdfReply = { pdf: Pdf } | { problem: PdfProblem; message: string };
