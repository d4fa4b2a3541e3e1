import * as z from 'zod';
import { Planned } from './schemas.ts';

/** Name of a branch or tag; where a tool says so also a sha. */
export const Branch = z.string().trim().min(1).max(250);
/** Names of labels. */
export const Labels = z.array(z.string().trim().min(1).max(100)).max(100);
/** Whole, of a commit. */
export const Sha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/i, 'must be a whole sha.');

/** Of a comment: a number, or a node id of a discussion. Answers show numbers, so both forms are taken. */
export const CommentId = z.union([z.string().min(1).max(100), z.int().min(1)]).transform(String);
/** A number, also where it was read as text. */
export const CommentNumber = z.union([z.int().min(1), z.string().regex(/^\d{1,15}$/)]).transform(Number);

export const GistId = z.string().regex(/^[0-9a-zA-Z]{1,100}$/);

/** Parts of a call that failed after others were done. */
export const Failed = z.array(z.object({ step: z.string(), error: z.string() })).optional();

/** What became of each of many. */
export const Items = z.array(
  z.object({
    name: z.string(),
    status: z.string(),
    verified: z.boolean().optional(),
    error: z.string().optional(),
  }),
);

/** What answers of writes end with. */
export const Outcome = {
  verified: z.boolean().optional(),
  not_applied: z.array(z.string()).optional(),
  failed: Failed,
  note: z.string().optional(),
  dry_run: z.boolean().optional(),
  requests: Planned.optional(),
};
