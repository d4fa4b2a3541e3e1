import { AuthError, NotFoundError } from '@mcp-servers/core';
import { oneLine } from '@mcp-servers/core/http';
import type { Addresses } from './addresses.ts';

/**
 * `fetch` that says when it is not GitHub that refuses but the host of its storage, which a redirect led to: logs, archives, artifacts,
 * release assets. A repeated call gets a new address from GitHub.
 */
export function createStorageFetch(
  { rest, graphql, uploads }: Pick<Addresses, 'rest' | 'graphql' | 'uploads'>,
  send: typeof fetch = (input, init) => globalThis.fetch(input, init),
): typeof fetch {
  const own = [rest, graphql, uploads].map((address) => new URL(address).origin);
  const isStorage = ({ origin, pathname }: URL) =>
    // Enterprise Server has it beside its API, /_codeload.
    !own.includes(origin) || /^\/[-_]/.test(pathname);

  return async (input, init) => {
    const response = await send(input, init);
    const refusal = refusals[response.status];
    const url = new URL(input instanceof Request ? input.url : input);
    if (refusal === undefined || !isStorage(url)) return response;
    // Its words are about the address, which is not to be shown.
    await response.body?.cancel();
    throw refusal(oneLine(url.host, 100), response.status);
  };
}

/** No failure of GitHub's, which answered: it must not count against it. */
const refused = (host: string, status: number) =>
  new AuthError(
    `The storage that GitHub led to (${host}) refused the download with ${status}: its address expired, or a proxy in between changed the request.`,
    { details: { status }, retryable: true, hint: 'Repeat the call: GitHub gives a new address each time.' },
  );

const gone = (host: string, status: number) =>
  new NotFoundError(`The storage that GitHub led to (${host}) has no such file (${status}): it was deleted.`, {
    details: { status },
    hint: 'GitHub keeps logs and artifacts for a time only. What was made seconds ago may not be there yet.',
  });

const refusals: Readonly<Record<number, (host: string, status: number) => Error>> = {
  ...{ 400: refused, 401: refused, 403: refused, 404: gone, 410: gone },
};
