import { NotFoundError } from '@mcp-servers/core';
import type { GitHubCall, RepositoryName } from '../../client/index.ts';
import { repeatable } from '../writes.ts';
import type { DeleteAsked } from './delete.ts';

/** Gone already is what was asked for: a request whose answer was lost is sent again. */
export const sending = (call: GitHubCall) => ({ ...repeatable(call), expect: [404] });

/** What is read, or the error that says so in words of the call where it is not there. */
export async function orMissing<T>(reading: Promise<T>, missing: () => NotFoundError): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof NotFoundError ? missing() : error;
  }
}

export const missing = ({ kind, name }: DeleteAsked, { owner, repo }: RepositoryName): NotFoundError =>
  new NotFoundError(`There is no ${kind.replace('_', ' ')} ${JSON.stringify(name)} in ${owner}/${repo}.`, {
    hint: 'It may be gone already; check the name.',
  });
