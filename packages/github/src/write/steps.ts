import { AppError, CancelledError, RateLimitError } from '@mcp-servers/core';
import type { Mode } from './run-or-plan.ts';
import { sentenceOf } from './saying.ts';

/** One of several things that a call does; each is done or fails by itself. */
export interface Step {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Taken {
  readonly done: string[];
  readonly failed: { step: string; error: string }[];
}

/**
 * In their order, one after the other; after a limit nothing more is tried. Throws when the first fails: then nothing was done. Later
 * failures are told.
 */
export async function takeSteps(steps: readonly Step[], { planning }: Mode): Promise<Taken> {
  const done: string[] = [];
  const failed: Taken['failed'] = [];
  let limit: RateLimitError | undefined;
  for (const [index, { name, run }] of steps.entries()) {
    try {
      if (limit) throw limit;
      await run();
      done.push(name);
    } catch (error) {
      const isTold = error instanceof AppError && !(error instanceof CancelledError);
      if (planning || index === 0 || !isTold) throw error;
      if (error instanceof RateLimitError) limit = error;
      failed.push({ step: name, error: sentenceOf(error) });
    }
  }
  return { done, failed };
}

export const isFailed = ({ failed }: Taken, ...steps: readonly string[]): boolean =>
  failed.some(({ step }) => steps.includes(step));

/** The end of an answer: whether all is as it was meant, and what is not. */
export const outcome = ({ failed }: Pick<Taken, 'failed'>, missing: string[]) => ({
  verified: missing.length === 0 && failed.length === 0,
  ...(missing.length > 0 && { not_applied: missing }),
  ...(failed.length > 0 && { failed }),
});
