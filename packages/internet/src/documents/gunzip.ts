import { createGunzip } from 'node:zlib';
import { ValidationError } from '@mcp-servers/core';

/** True for bytes that begin as gzip does, whatever they are called. */
export const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b && body[2] === 0x08;

/** Unpacks at most so many bytes and stops there; `cut` tells. Throws ValidationError for what is no gzip. */
export async function gunzip(body: Uint8Array, maxBytes: number): Promise<{ body: Uint8Array; cut: boolean }> {
  const stream = createGunzip();
  stream.end(body);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } catch (cause) {
    throw new ValidationError('The gzip data is damaged or incomplete.', { cause });
  } finally {
    stream.destroy();
  }
  return { body: new Uint8Array(Buffer.concat(chunks).subarray(0, maxBytes)), cut: size > maxBytes };
}
