import { AppError, CancelledError } from '@mcp-servers/core';
import type { Mode } from './run-or-plan.ts';

/** One of several things that a call does; each is done or fails by itself. */
export interface Step {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Taken {
  readonly done: string[];
  readonly failed: { step: string; error: string }[];
}

/** In their order, one after the other. Throws when the first fails: then nothing was done. Later failures are told. */
export async function takeSteps(steps: readonly Step[], { planning }: Mode): Promise<Taken> {
  const done: string[] = [];
  const failed: Taken['failed'] = [];
  for (const [index, { name, run }] of steps.entries()) {
    try {
      await run();
      done.push(name);
    } catch (error) {
      const isTold = error instanceof AppError && !(error instanceof CancelledError);
      if (planning || index === 0 || !isTold) throw error;
      failed.push({ step: name, error: error.hint ? `${error.message} ${error.hint}` : error.message });
    }
  }
  return { done, failed };
}

/** Parts of an answer: without failures nothing is said of them. */
export const failures = ({ failed }: Taken) => (failed.length > 0 ? { failed } : {});
