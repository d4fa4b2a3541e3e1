/** What a block of a document is; `heading` carries its level. */
export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'quote' | 'image';

/** The smallest part of a document that is never cut: paging, passages and budgets work on whole blocks. */
export interface Block {
  kind: BlockKind;
  /** Markdown, without blank lines around it. A block that is too long for any budget is split where it is made. */
  text: string;
  /** 1 to 6, of a heading. */
  level?: number;
  /** Titles of the headings above it, outermost first, without Markdown; its own not included. */
  headings: readonly string[];
  /** 1-based, of a paged document. */
  page?: number;
}

/** Characters a single block may have; longer ones are split at lines, sentences or words. */
export const maxBlockChars = 4_000;

/** The whole text of blocks: Markdown with one blank line between them. */
export const toText = (blocks: readonly Block[]): string => blocks.map(({ text }) => text).join('\n\n');
