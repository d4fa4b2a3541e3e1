import { answerBudget } from '@mcp-servers/core';
import { z } from 'zod';

export const Url = z.string().trim().min(1).max(4096);
export const MaxChars = z.int().min(answerBudget.min).max(answerBudget.max).default(answerBudget.default);
export const Cursor = z.string().min(1).max(10_000);
export const Question = z.string().trim().min(2).max(500);
