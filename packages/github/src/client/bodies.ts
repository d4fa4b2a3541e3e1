import { NetworkError } from '@mcp-servers/core';
import type { BodyForm } from './github.ts';

/** The body of an answer in the form that is wanted. Throws NetworkError for what should be JSON and is not. */
export async function readBody(response: Response, as: BodyForm): Promise<unknown> {
  if (as === 'bytes') return new Uint8Array(await response.arrayBuffer());
  const text = await response.text();
  if (as === 'text') return text;
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'no type';
    throw new NetworkError(`GitHub answered with ${type} where JSON was expected.`, {
      retryable: false,
      hint: 'Check GITHUB_API_URL and whether a proxy is in between.',
    });
  }
}

/** The body of a request as a plan shows it. */
export function shownBody(body: string | Uint8Array): unknown {
  if (typeof body !== 'string') return `(${body.length} bytes)`;
  try {
    return JSON.parse(body);
  } catch {
    return body; // An upload of text.
  }
}
