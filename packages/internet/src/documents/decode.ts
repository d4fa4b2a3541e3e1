/** Bytes of XML, JSON or plain text -> text: by byte order mark, then Content-Type, then the XML declaration, else UTF-8. */
export function decodeText(body: Uint8Array, headers?: Headers): string {
  const charset =
    markOf(body) ??
    /charset\s*=\s*"?([\w:.-]+)/i.exec(headers?.get('content-type') ?? '')?.[1] ??
    declared(body) ??
    'utf-8';
  return decoderFor(charset).decode(body);
}

function markOf(body: Uint8Array): string | undefined {
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  // "<?" in two bytes each, without a mark.
  if (body[0] === 0 && body[1] === 0x3c) return 'utf-16be';
  if (body[0] === 0x3c && body[1] === 0) return 'utf-16le';
  return undefined;
}

const declared = (body: Uint8Array): string | undefined =>
  /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w:.-]+)/i.exec(new TextDecoder('latin1').decode(body.subarray(0, 200)))?.[1];

function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    // A name that nobody knows is most often a mistake in a UTF-8 document.
    return new TextDecoder();
  }
}
