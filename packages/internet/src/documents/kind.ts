export type DocumentKind =
  | 'html'
  | 'pdf'
  | 'feed'
  | 'sitemap'
  | 'xml'
  | 'json'
  | 'text'
  | 'image'
  | 'audio'
  | 'video'
  | 'archive'
  | 'gzip'
  | 'office'
  | 'binary'
  | 'empty';

const sniffBytes = 4096;

// Beginnings that nothing else has. `at` is where they stand.
const signatures: readonly { kind: DocumentKind; bytes: string; at?: number }[] = [
  { kind: 'image', bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'image', bytes: '\xff\xd8\xff' },
  { kind: 'image', bytes: 'GIF8' },
  { kind: 'image', bytes: 'WEBP', at: 8 },
  { kind: 'image', bytes: 'ftypavif', at: 4 },
  { kind: 'image', bytes: 'ftyphei', at: 4 },
  { kind: 'image', bytes: '\x00\x00\x01\x00' },
  { kind: 'image', bytes: 'II*\x00' },
  { kind: 'image', bytes: 'MM\x00*' },
  { kind: 'audio', bytes: 'WAVE', at: 8 },
  { kind: 'audio', bytes: 'ID3' },
  { kind: 'audio', bytes: 'OggS' },
  { kind: 'audio', bytes: 'fLaC' },
  { kind: 'video', bytes: 'ftyp', at: 4 },
  { kind: 'video', bytes: '\x1a\x45\xdf\xa3' },
  { kind: 'gzip', bytes: '\x1f\x8b\x08' },
  { kind: 'archive', bytes: 'BZh' },
  { kind: 'archive', bytes: '7z\xbc\xaf\x27\x1c' },
  { kind: 'archive', bytes: '\xfd7zXZ\x00' },
  { kind: 'archive', bytes: '\x28\xb5\x2f\xfd' },
  { kind: 'archive', bytes: 'Rar!\x1a\x07' },
  { kind: 'office', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { kind: 'binary', bytes: '\x7fELF' },
  { kind: 'binary', bytes: '\x00asm' },
  { kind: 'binary', bytes: 'wOFF' },
  { kind: 'binary', bytes: 'wOF2' },
  { kind: 'binary', bytes: 'SQLite format 3\x00' },
];

/**
 * What a body is. Signatures in the bytes win over the Content-Type; between the kinds of text the type counts where the bytes could be
 * either, and the ending of the path where the type says nothing. JSON feeds are `feed`.
 */
export function kindOf(headers: Headers, url: string, body: Uint8Array): DocumentKind {
  if (body.length === 0) return 'empty';
  // The decoder of this name would be windows-1252, which moves some bytes.
  const latin = Buffer.from(body.subarray(0, sniffBytes)).toString('latin1');
  // Readers accept a PDF whose mark stands within the first kilobyte.
  const pdfAt = latin.slice(0, 1024).indexOf('%PDF-');
  if (pdfAt === 0 || (pdfAt > 0 && !/^\s*</.test(latin.slice(3)) && !latin.startsWith('PK'))) return 'pdf';
  const signature = signatures.find(({ bytes, at = 0 }) => latin.startsWith(bytes, at));
  if (signature) return signature.kind;
  if (latin.startsWith('PK\x03\x04') || latin.startsWith('PK\x05\x06')) return zipKind(latin);
  const text = asText(body);
  return text === undefined ? opaque(headers) : textKind(text, headers, url);
}

const zipKind = (latin: string): DocumentKind =>
  /\[Content_Types\]\.xml|word\/|xl\/|ppt\/|vnd\.oasis\.opendocument/.test(latin) ? 'office' : 'archive';

/** The beginning as text; undefined when it holds bytes that no text has. */
function asText(body: Uint8Array): string | undefined {
  const head = body.subarray(0, sniffBytes);
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
  if (utf16) return new TextDecoder(utf16).decode(head);
  let control = 0;
  for (const byte of head) {
    if (byte === 0) return undefined;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1b) control += 1;
  }
  return control > head.length / 50 ? undefined : new TextDecoder().decode(head);
}

const typeOf = (headers: Headers): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function opaque(headers: Headers): DocumentKind {
  const family = /^(image|audio|video)\//.exec(typeOf(headers))?.[1];
  return (family as DocumentKind | undefined) ?? 'binary';
}

function textKind(text: string, headers: Headers, url: string): DocumentKind {
  const type = typeOf(headers);
  const body = text.replace(/^\ufeff/, '').trimStart();
  // A page that shows code keeps its type; only JSON says so of itself.
  if (/^[[{]/.test(body) && type !== 'text/html') {
    if (/json feed|jsonfeed\.org\/version/i.test(body.slice(0, 500)) || type === 'application/feed+json') return 'feed';
    if (type.includes('json') || isJsonLike(body)) return 'json';
  }
  if (body.startsWith('<')) {
    const markup = markupKind(body);
    if (markup) return markup;
  }
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (type.includes('json')) return 'json';
  if (/^(?:application\/(?:rss|atom|rdf)\+xml)$/.test(type)) return 'feed';
  if (/(?:^|[/+])xml$/.test(type)) return 'xml';
  if (type === '' || type === 'application/octet-stream' || type === 'binary/octet-stream') {
    if (/\.html?$/i.test(pathOf(url))) return 'html';
    if (/<(?:html|body|div|p|h1|table|a\s)[\s>]/i.test(body)) return 'html';
  }
  return 'text';
}

/** By the first element; comments, declarations and a DOCTYPE in front of it do not count. */
function markupKind(body: string): DocumentKind | undefined {
  if (/^<!doctype\s+html/i.test(body)) return 'html';
  const first = firstElement(body);
  if (first === undefined) return undefined;
  const name = first.slice(first.indexOf(':') + 1);
  if (name === 'rss' || name === 'feed' || name === 'rdf') return 'feed';
  if (name === 'urlset' || name === 'sitemapindex') return 'sitemap';
  if (name === 'svg') return 'image';
  if (htmlElements.has(name)) return 'html';
  return /^<\?xml/.test(body) ? 'xml' : undefined;
}

const htmlElements: ReadonlySet<string> = new Set(
  'html head body title meta link script style div p h1 h2 h3 table ul ol a span main article section header nav form iframe img br center font b'.split(
    ' ',
  ),
);

function firstElement(body: string): string | undefined {
  let at = 0;
  for (;;) {
    while (/\s/.test(body[at] ?? '')) at += 1;
    const mark = body.startsWith('<!--', at)
      ? '-->'
      : body.startsWith('<?', at)
        ? '?>'
        : body.startsWith('<!', at)
          ? '>'
          : '';
    if (mark === '') return /^<([a-z][\w:.-]*)/i.exec(body.slice(at, at + 80))?.[1]?.toLowerCase();
    const end = body.indexOf(mark, at + 2);
    if (end < 0) return undefined;
    at = end + mark.length;
  }
}

const isJsonLike = (body: string): boolean =>
  /^\{\s*(?:"|\})/.test(body) || /^\[\s*(?:[{["\]\d-]|true|false|null)/.test(body);

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}
