import { z } from 'zod';

/** Name of a branch or tag; where a tool says so also a sha. */
export const Branch = z.string().trim().min(1).max(250);
/** Whole, of a commit. */
export const Sha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/i, 'must be a whole sha.');

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
