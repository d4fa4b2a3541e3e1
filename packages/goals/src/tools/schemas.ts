import { answerBudget } from '@mcp-servers/core';
import * as z from 'zod';

/**
 * A row as it is shown; shallow on purpose, because a deep output schema costs every client tokens, and looking into each field
 * of a hundred rows costs every call time.
 */
export const Row = z
  .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .meta({ type: 'object' });
export const Rows = z.array(Row);

export const MaxChars = z.int().min(answerBudget.min).max(answerBudget.max).optional();
export const Fields = z.array(z.string().max(40)).min(1).max(40).optional();
export const LeaseMinutes = z.int().min(1).max(1440);
