import { AppError, CancelledError } from '@mcp-servers/core';
import type { Mode } from './run-or-plan.ts';

/** What became of one of many. */
export interface Item {
  readonly name: string;
  readonly status: string;
  readonly verified?: boolean;
  readonly error?: string;
}

/** One after the other; each is done or says why not. Throws when not one was done, and every problem of a dry run. */
export async function eachItem<T>(
  items: readonly T[],
  { name, work, planning }: Mode & { name: (item: T) => string; work: (item: T) => Promise<Omit<Item, 'name'>> },
): Promise<Item[]> {
  const done: Item[] = [];
  let first: AppError | undefined;
  for (const item of items) {
    try {
      done.push({ name: name(item), ...(await work(item)) });
    } catch (error) {
      if (planning || !(error instanceof AppError) || error instanceof CancelledError) throw error;
      first ??= error;
      const message = error.hint ? `${error.message} ${error.hint}` : error.message;
      done.push({ name: name(item), status: 'failed', error: message });
    }
  }
  if (first && done.every(({ status }) => status === 'failed')) throw first;
  return done;
}
