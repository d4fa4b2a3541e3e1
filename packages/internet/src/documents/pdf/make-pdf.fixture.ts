import { createCipheriv, createHash, randomBytes } from 'node:crypto';

export interface FixtureText {
  text: string;
  x: number;
  y: number;
  size?: number;
  /** Degrees, against the clock. */
  angle?: number;
}

export interface FixtureOptions {
  title?: string;
  /** Encrypted with AES-128 under this password. */
  password?: string;
  /** Of every page. */
  rotate?: 0 | 90 | 180 | 270;
}

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

/**
 * A PDF of pages of placed text, A4. Every character is written as its UTF-16 code in a composite font without a file, with a map
 * back to Unicode, so any script can be read from it though none could be drawn.
 */
export function makePdf(pages: readonly (readonly FixtureText[])[], options: FixtureOptions = {}): Uint8Array {
  const { title, password, rotate = 0 } = options;
  const id = createHash('md5').update(JSON.stringify(pages)).digest();
  const keys = password === undefined ? undefined : encryption(password, id);
  const objects: Buffer[] = [];
  const add = (content: string | Buffer) => objects.push(Buffer.from(content));
  const stream = (data: string) => {
    const plain = Buffer.from(data, 'latin1');
    const body = keys ? encrypt(plain, keys.key, objects.length + 1) : plain;
    add(Buffer.concat([Buffer.from(`<< /Length ${body.length} >>\nstream\n`), body, Buffer.from('\nendstream')]));
  };
  const kids = pages.map((_, at) => `${6 + at * 2} 0 R`).join(' ');
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add(
    '<< /Type /Font /Subtype /Type0 /BaseFont /Fixture /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>',
  );
  add(
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Fixture /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 /FontDescriptor << /Type /FontDescriptor /FontName /Fixture /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>',
  );
  stream(
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end',
  );
  for (const [at, texts] of pages.entries()) {
    const contents = 7 + at * 2;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate ${rotate} /Resources << /Font << /F 3 0 R >> >> /Contents ${contents} 0 R >>`,
    );
    stream(texts.map(show).join('\n'));
  }
  if (title !== undefined) {
    const text = Buffer.from(`\ufeff${title}`, 'utf16le').swap16();
    const written = keys ? encrypt(text, keys.key, objects.length + 1) : text;
    add(`<< /Title <${written.toString('hex')}> /CreationDate ${keys ? '()' : "(D:20240131120000+01'00')"} >>`);
  }
  const info = title === undefined ? '' : `/Info ${objects.length} 0 R`;
  return assemble(
    objects,
    `/Root 1 0 R ${info} /ID [<${id.toString('hex')}> <${id.toString('hex')}>] ${keys?.dictionary ?? ''}`,
  );
}

function show({ text, x, y, size = 11, angle = 0 }: FixtureText): string {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians).toFixed(4), Math.sin(radians).toFixed(4)];
  const codes = Buffer.from(text, 'utf16le').swap16().toString('hex');
  return `BT /F ${size} Tf ${cos} ${sin} ${-sin} ${cos} ${x} ${y} Tm <${codes}> Tj ET`;
}

function assemble(objects: readonly Buffer[], trailer: string): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.6\n')];
  let length = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  for (const [at, object] of objects.entries()) {
    offsets.push(length);
    const whole = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(whole);
    length += whole.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} ${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** The standard security handler, revision 4, where owner and user have the same password. */
function encryption(password: string, id: Buffer): { key: Buffer; dictionary: string } {
  const md5 = (...data: Buffer[]) => createHash('md5').update(Buffer.concat(data)).digest();
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
  let ownerKey = md5(padded);
  for (let round = 0; round < 50; round += 1) ownerKey = md5(ownerKey);
  const owner = rc4Rounds(ownerKey, padded);
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff]);
  let key = md5(padded, owner, permissions, id);
  for (let round = 0; round < 50; round += 1) key = md5(key);
  const user = Buffer.concat([rc4Rounds(key, md5(padding, id)), Buffer.alloc(16)]);
  return {
    key,
    dictionary: `/Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /CF << /StdCF << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> /StmF /StdCF /StrF /StdCF /O <${owner.toString('hex')}> /U <${user.toString('hex')}> /P -4 >>`,
  };
}

function rc4Rounds(key: Buffer, data: Buffer): Buffer {
  let result = data;
  for (let round = 0; round < 20; round += 1) result = rc4(Buffer.from(key.map((byte) => byte ^ round)), result);
  return result;
}

/** OpenSSL no longer has it, and the handler's password check is defined by it. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Array.from({ length: 256 }, (_, at) => at);
  const swap = (a: number, b: number) => {
    [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
  };
  for (let at = 0, other = 0; at < 256; at += 1) {
    other = (other + (state[at] ?? 0) + (key[at % key.length] ?? 0)) & 255;
    swap(at, other);
  }
  let [a, b] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      a = (a + 1) & 255;
      b = (b + (state[a] ?? 0)) & 255;
      swap(a, b);
      return byte ^ (state[((state[a] ?? 0) + (state[b] ?? 0)) & 255] ?? 0);
    }),
  );
}

function encrypt(data: Buffer, key: Buffer, object: number): Buffer {
  const salt = Buffer.from([object & 255, (object >> 8) & 255, 0, 0, 0, 0x73, 0x41, 0x6c, 0x54]);
  const own = createHash('md5')
    .update(Buffer.concat([key, salt]))
    .digest();
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', own, iv);
  return Buffer.concat([iv, cipher.update(data), cipher.final()]);
}

/** Lines of text below one another, from a top. */
export function column(lines: readonly string[], { x = 60, top = 760, size = 11, leading = 14 } = {}): FixtureText[] {
  return lines.map((text, at) => ({ text, x, y: top - at * leading, size }));
}
