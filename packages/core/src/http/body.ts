export interface Body {
  bytes: Uint8Array<ArrayBuffer>;
  /** False when it has more than `maxBytes`; then the connection is closed. */
  complete: boolean;
}

/** Reads at most `maxBytes`, counted after decompression. The connection is free again, or closed, when it returns. */
export async function readBody(response: Response, maxBytes: number): Promise<Body> {
  if (response.body === null) return { bytes: new Uint8Array(), complete: true };
  const announced = response.headers.get('content-length');
  if (announced !== null && !response.headers.has('content-encoding')) {
    // HTTP ends a body where it was announced to end, so it need not be counted.
    if (Number(announced) <= maxBytes) return { bytes: new Uint8Array(await response.arrayBuffer()), complete: true };
    await discard(response.body);
    return { bytes: new Uint8Array(), complete: false };
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop cancels the stream, and with it the request.
    if (size > maxBytes) return { bytes: join(chunks, size).slice(0, maxBytes), complete: false };
  }
  return { bytes: join(chunks, size), complete: true };
}

async function discard(body: ReadableStream): Promise<void> {
  // It may have failed already; nobody needs it any more.
  await body.cancel().catch(() => {});
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
