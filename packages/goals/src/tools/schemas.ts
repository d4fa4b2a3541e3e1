import { answerBudget } from '@mcp-servers/core';
import { z } from 'zod';

/** Rows as they are shown; shallow on purpose, because a deep output schema costs every client tokens. */
export const Rows = z.array(z.record(z.string(), z.unknown()));
export const Row = z.record(z.string(), z.unknown());

export const MaxChars = z.int().min(answerBudget.min).max(answerBudget.max).optional().describe('size of the answer');
export const Fields = z.array(z.string().max(40)).min(1).max(40).optional().describe('only these fields');
export const LeaseMinutes = z.int().min(1).max(1440).default(30);
