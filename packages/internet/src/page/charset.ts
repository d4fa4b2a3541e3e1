/** Which encoding was used to read bytes, and what said so. */
export interface Decoded {
  text: string;
  /** Name of the encoding as the WHATWG standard writes it, for example `utf-8` or `shift_jis`. */
  charset: string;
  source: 'bom' | 'content-type' | 'meta' | 'xml-declaration' | 'utf-8 without a label' | 'fallback';
  /** What was odd: a label that is unknown or that the bytes contradict. */
  note?: string;
}

interface Claim {
  label: string;
  source: 'content-type' | 'meta' | 'xml-declaration';
}

// A label that stands within this many bytes is looked for; the standard says 1024, real pages need more.
const sniffedBytes = 4096;

/**
 * Bytes -> text: byte order mark, then Content-Type, `<meta>`, XML declaration; without any of them UTF-8 if the bytes are
 * valid, else windows-1252 (https://encoding.spec.whatwg.org). A UTF-8 label that the bytes contradict is not believed; a body that was `cut` may end within a character. Never throws.
 */
export function decodeText(body: Uint8Array, headers?: Pick<Headers, 'get'>, cut = false): Decoded {
  const marked = fromMark(body);
  if (marked) return { text: decode(body, marked), charset: marked, source: 'bom' };

  const notes: string[] = [];
  for (const { label, source } of claims(body, headers?.get('content-type') ?? '')) {
    const charset = canonical(label, source);
    if (!charset) {
      notes.push(`The charset "${label.slice(0, 40)}" of the ${source} is unknown.`);
      continue;
    }
    if (charset === 'utf-8' && !isUtf8(body, cut)) {
      notes.push(`The ${source} says utf-8, which the bytes are not.`);
      continue;
    }
    return { text: decode(body, charset), charset, source, ...noteOf(notes) };
  }
  if (isUtf8(body, cut)) {
    return { text: decode(body, 'utf-8'), charset: 'utf-8', source: 'utf-8 without a label', ...noteOf(notes) };
  }
  const charset = wideWithoutMark(body) ?? 'windows-1252';
  return { text: decode(body, charset), charset, source: 'fallback', ...noteOf(notes) };
}

const noteOf = (notes: readonly string[]): { note?: string } => (notes.length > 0 ? { note: notes.join(' ') } : {});

function fromMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return undefined;
}

function* claims(body: Uint8Array, contentType: string): Generator<Claim> {
  const declared = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))/i.exec(contentType);
  const label = declared?.[1] ?? declared?.[2] ?? declared?.[3];
  if (label) yield { label, source: 'content-type' };

  const start = new TextDecoder('latin1').decode(body.subarray(0, sniffedBytes));
  const withoutComments = start.replace(/<!--[\s\S]*?-->/g, '');
  for (const [tag] of withoutComments.matchAll(/<meta\s[^>]{0,500}>/gi)) {
    const inMeta = /\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(tag)?.[1];
    if (inMeta && !/\bname\s*=/i.test(tag)) yield { label: inMeta, source: 'meta' };
  }
  const inXml = /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"']+)["']/i.exec(start)?.[1];
  if (inXml) yield { label: inXml, source: 'xml-declaration' };
}

function canonical(label: string, source: Claim['source']): string | undefined {
  const wanted = label.trim().toLowerCase();
  // A label read as ASCII cannot be true of UTF-16; the standard takes UTF-8.
  if (source !== 'content-type' && /^(utf-?16|ucs-?2|unicode|iso-10646-ucs-2)/.test(wanted)) return 'utf-8';
  if (source !== 'content-type' && wanted === 'x-user-defined') return 'windows-1252';
  try {
    return new TextDecoder(wanted).encoding;
  } catch {
    return undefined; // Not a label of the standard.
  }
}

/** UTF-16 without a mark: nearly every second byte of its markup is zero. */
function wideWithoutMark(body: Uint8Array): string | undefined {
  if (body[0] === 0x3c && body[1] === 0 && body[2] !== 0 && body[3] === 0) return 'utf-16le';
  if (body[0] === 0 && body[1] === 0x3c && body[2] === 0 && body[3] !== 0) return 'utf-16be';
  return undefined;
}

function isUtf8(body: Uint8Array, cut: boolean): boolean {
  if (wideWithoutMark(body)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

const decode = (body: Uint8Array, charset: string): string => new TextDecoder(charset).decode(body);
