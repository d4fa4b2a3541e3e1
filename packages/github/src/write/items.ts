import { AppError, CancelledError, RateLimitError } from '@mcp-servers/core';
import type { GitHub } from '../client/index.ts';
import { tellingCarriedOut } from './carried-out.ts';
import type { Mode } from './run-or-plan.ts';
import { sentenceOf } from './saying.ts';

/** What became of one of many. */
export interface Item {
  readonly name: string;
  readonly status: string;
  readonly verified?: boolean;
  readonly error?: string;
}

export interface EachItem<T, R> extends Mode {
  readonly github: GitHub;
  name(item: T): string;
  work(item: T, port: GitHub): Promise<R>;
}

/** One after the other; each is done or says why not, and after a limit nothing more is tried. Throws when not one was done. */
export async function eachItem<T, R extends Omit<Item, 'name'>>(
  items: readonly T[],
  { github, name, work, planning }: EachItem<T, R>,
): Promise<(Item | (R & { readonly name: string }))[]> {
  const done: (Item | (R & { readonly name: string }))[] = [];
  let first: AppError | undefined;
  let limit: RateLimitError | undefined;
  for (const item of items) {
    try {
      if (limit) throw limit;
      const worked = planning ? work(item, github) : tellingCarriedOut(github, (port) => work(item, port));
      done.push({ name: name(item), ...(await worked) });
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof CancelledError) throw error;
      first ??= error;
      if (error instanceof RateLimitError) limit = error;
      done.push({ name: name(item), status: 'failed', error: sentenceOf(error) });
    }
  }
  if (first && done.every(({ status }) => status === 'failed')) throw first;
  return done;
}
