import type { Format, Page } from './page.ts';

/** What the parsing thread is asked. */
export interface ParseJob {
  id: number;
  html: string;
  url: string;
  format: Format;
  /** Set: only cut the tags out, and say this of the result. */
  strip?: string;
}

/** What it says when its code is loaded. */
export type Ready = 'ready';

/** What it answers; no answer at all means that it was ended. */
export type ParseReply = { id: number; page: Page } | { id: number; failure: string };
