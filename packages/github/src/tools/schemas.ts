import { answerBudget } from '@mcp-servers/core';
import * as z from 'zod';

export const Repo = z.string().trim().min(3).max(250).describe('owner/name');
/** Of an issue or a pull request. */
export const IssueNumber = z.int().min(1).max(1_000_000_000);
export const Limit = z.int().min(1).max(100).default(20);
/** It carries the query, with twenty globs of two hundred characters at most. */
export const Cursor = z.string().min(1).max(60_000);
export const MaxChars = z.int().min(answerBudget.min).max(answerBudget.max).default(answerBudget.default);
export const DryRun = z.boolean().default(false).describe('Show the requests, send none');
export const Fields = z.array(z.string().min(1).max(40)).min(1).max(40);
/** GitHub's own limit of a body is 65,536 characters of four bytes. */
export const Body = z.string().max(262_144);
export const Title = z.string().trim().min(1).max(256);
export const Login = z.string().trim().min(1).max(100);
/** An instant as GitHub gives it, to guard against writing over somebody else's change. */
export const UpdatedAt = z.iso.datetime().describe('As read; refused when it changed since');
export const Edits = z
  .array(z.strictObject({ old_text: z.string().max(262_144), new_text: z.string().max(262_144) }))
  .min(1)
  .max(50);

/** A row as it is shown; shallow on purpose, because looking into each field of a hundred rows costs every call time. */
export const Row = z
  .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .meta({ type: 'object' });
export const Rows = z.array(Row);

/** What a dry run answers. */
export const Planned = z.array(z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }));

/** Of a run of Actions that was repeated. */
export const Attempt = z.int().min(1).max(1000).optional().describe('Of the run; default latest');
