import type { Block } from './block.ts';
import type { CodeData } from './blocks.ts';
import type { InvisibleCharacters } from './characters.ts';
import type { HiddenText } from './hidden.ts';
import type { ImageData, LinkData } from './links.ts';
import type { Metadata } from './metadata.ts';
import type { TableData } from './table-block.ts';

/** One heading of the main content. */
export interface OutlineEntry {
  /** Place in the outline, for example `2.1`. */
  number: string;
  level: number;
  title: string;
  /** Id that leads to it on the page. */
  anchor?: string;
  /** Index of its block in `Page.blocks`. */
  block: number;
}

/** A page read whole. Addresses are absolute, dates ISO 8601; hidden text is gone and counted. */
export interface Page {
  url: string;
  metadata: Metadata;
  /** `article`: `blocks` is the article. `full`: no article; `blocks` is the page without navigation and banners. */
  extracted: 'article' | 'full';
  why: string;
  /** What the page is about. */
  blocks: Block[];
  /** Everything that a reader sees, navigation included. */
  full: Block[];
  outline: OutlineEntry[];
  links: LinkData[];
  tables: TableData[];
  codes: CodeData[];
  images: ImageData[];
  hidden: HiddenText;
  invisible: InvisibleCharacters;
  /** The page draws itself by script and has hardly any text without it. */
  needsScript: boolean;
  /** What was left out, and why. */
  notes: string[];
}

/** How a page's text is written: Markdown, or plain text without markup. */
export type Format = 'markdown' | 'plain';
