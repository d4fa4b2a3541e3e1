import { crc32, gzipSync } from 'node:zlib';
import type { ObjectStore } from './objects.ts';
import { walkTree } from './trees.ts';

export interface ArchivedFile {
  readonly name: string;
  readonly data: Buffer;
}

function filesIn(store: ObjectStore, { tree, folder }: { tree: string; folder: string }): ArchivedFile[] {
  return [...walkTree(store, tree)].flatMap(({ path, sha }) => {
    const blob = store.find('blob', sha);
    return blob ? [{ name: `${folder}/${path}`, data: blob.data }] : [];
  });
}

/** A gzipped tar of a tree below one folder; symlinks are files here. */
export function tarball(store: ObjectStore, of: { tree: string; folder: string }): Buffer {
  const blocks = filesIn(store, of).flatMap(({ name, data }) => [tarHeader(name, data.length), padded(data)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Source: POSIX ustar. */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(-100), 0);
  header.write('0000644\0', 100);
  header.write('0000000\0'.repeat(2), 108);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

const padded = (data: Buffer) => Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);

export const zipball = (store: ObjectStore, of: { tree: string; folder: string }): Buffer => zip(filesIn(store, of));

/** A zip of files, not compressed. Source: PKWARE APPNOTE. */
export function zip(files: readonly ArchivedFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    const title = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    // Names are UTF-8.
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([signature(0x04034b50), shared, title, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), word(20), shared, tail, title]));
    bodies.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, index, signature(0x06054b50), end]);
}

const word = (value: number) => Buffer.from([value & 0xff, value >> 8]);
function signature(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
