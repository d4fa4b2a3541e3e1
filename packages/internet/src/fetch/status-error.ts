import { AppError, type ErrorCode } from '@mcp-servers/core';
import { retryAfterOf } from '@mcp-servers/core/http';
import type { Fetched } from './fetched.ts';

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'auth',
  402: 'auth',
  403: 'auth',
  404: 'not_found',
  407: 'auth',
  410: 'not_found',
  429: 'rate_limit',
  451: 'auth',
};

const causes: Readonly<Record<number, string>> = {
  401: 'The page wants a login, which this server does not have.',
  403: 'The site refuses this reader; it may refuse all robots.',
  404: 'The address is wrong or the page is gone: search for it, or look at web_sitemap.',
  410: 'The page is gone for good.',
  429: 'The site wants fewer requests.',
  451: 'The site may not show it for legal reasons.',
};

/** What an answer other than the page itself stands for, with what to do about it. */
export function statusError({ status, url, requested, headers }: Fetched): AppError {
  const code = codes[status] ?? (status >= 500 ? 'unavailable' : 'validation');
  const moved = url === requested ? '' : ` (from ${requested})`;
  const retryAfterSeconds = retryAfterOf(headers);
  return new AppError(code, `${url}${moved} answered with HTTP ${status}.`, {
    hint: causes[status] ?? (status >= 500 ? 'The site has a problem: try later.' : 'Check the address.'),
    retryable: status === 429 || status >= 500,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    details: { status },
  });
}
