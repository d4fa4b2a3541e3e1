import type { IncomingMessage } from 'node:http';
import { ValidationError } from '@mcp-servers/core';
import { HttpError } from './problems.ts';

export const maxBodyBytes = 1024 ** 2;

const tooLarge = (): HttpError =>
  new HttpError('too_large', `The body of a request may have ${maxBodyBytes} bytes at most.`, {
    hint: 'Send less at once.',
  });

/** The JSON of a request, read to 1 MB at most. A form, which another site could send, is refused; no body at all is `{}`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type, 'content-length': length } = request.headers;
  if (Number(length) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed when it is too large: the answer still has to get out.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  if (!/^application\/(merge-patch\+)?json\s*(;|$)/i.test(type ?? '')) {
    throw new HttpError('unsupported', 'The body of a request is JSON.', {
      hint: 'Send it with "Content-Type: application/json".',
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new ValidationError('The body is not JSON in UTF-8.', {
      cause,
      hint: (cause as Error).message.slice(0, 200),
    });
  }
}
