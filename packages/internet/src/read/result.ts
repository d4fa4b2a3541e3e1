import * as z from 'zod';

const Failure = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  retryable: z.boolean(),
  retry_after_s: z.number().optional(),
});

const Passage = z.object({ text: z.string(), headings: z.array(z.string()), page: z.number().optional() });

const Match = z.object({
  before: z.string(),
  match: z.string(),
  after: z.string(),
  headings: z.array(z.string()),
});

/** What became of one address: a part of its text, or why it was not read. */
export const FetchResult = z.object({
  url: z.string(),
  final_url: z.string().optional(),
  kind: z.string().optional(),
  title: z.string().optional(),
  byline: z.string().optional(),
  site: z.string().optional(),
  description: z.string().optional(),
  language: z.string().optional(),
  published: z.string().optional(),
  modified: z.string().optional(),
  canonical_url: z.string().optional(),
  pages: z.number().optional(),
  etag: z.string().optional(),
  last_modified: z.string().optional(),
  content: z.string().optional(),
  passages: z.array(Passage).optional(),
  matches: z.array(Match).optional(),
  matches_total: z.number().optional(),
  chars_total: z.number().optional(),
  truncated: z.boolean().optional(),
  next_cursor: z.string().optional(),
  age_s: z.number().optional(),
  notes: z.array(z.string()).optional(),
  error: Failure.optional(),
});
export type FetchResult = z.output<typeof FetchResult>;
