/** What bytes are: text that can be shown, or of a kind that cannot. */
export type Blob =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly encoding?: string;
      readonly lfs?: { oid: string; size: number };
    }
  | { readonly kind: 'binary'; readonly type: string };

const signatures: readonly (readonly [type: string, start: string])[] = [
  ['image/png', '89504e47'],
  ['image/jpeg', 'ffd8ff'],
  ['image/gif', '47494638'],
  ['application/pdf', '25504446'],
  ['application/zip', '504b0304'],
  ['application/gzip', '1f8b'],
  ['application/x-7z-compressed', '377abcaf271c'],
  ['application/zstd', '28b52ffd'],
  ['application/x-elf', '7f454c46'],
  ['application/x-mach-o', 'cffaedfe'],
  ['application/vnd.microsoft.portable-executable', '4d5a'],
  ['application/wasm', '0061736d'],
  ['application/vnd.sqlite3', '53514c697465'],
  ['font/woff2', '774f4632'],
  ['image/webp', '52494646'],
];

const looked = 8000;

/** As Git sees it: bytes with a NUL among the first 8,000 are binary. Text that is not UTF-8 is read as what it most likely is. */
export function readBlob(bytes: Uint8Array): Blob {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  if (start.startsWith('fffe') || start.startsWith('feff')) {
    const encoding = start.startsWith('fffe') ? 'utf-16le' : 'utf-16be';
    return { kind: 'text', text: new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes), encoding };
  }
  const known = signatures.find(([, signature]) => start.startsWith(signature))?.[0];
  if (bytes.subarray(0, looked).includes(0)) return { kind: 'binary', type: known ?? 'application/octet-stream' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const lfs = pointerOf(text);
    return { kind: 'text', text, ...(lfs && { lfs }) };
  } catch {
    if (known !== undefined) return { kind: 'binary', type: known };
    return { kind: 'text', text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  }
}

/** A file kept by Git LFS is a small text that stands for it. */
function pointerOf(text: string): { oid: string; size: number } | undefined {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  const [, oid] = /^oid (\S+)$/m.exec(text) ?? [];
  const [, size] = /^size (\d+)$/m.exec(text) ?? [];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}
