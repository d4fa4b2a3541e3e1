import { gzipSync } from 'node:zlib';
import type { ObjectStore } from './objects.ts';
import { walkTree } from './trees.ts';
import { zipOf } from './zip.ts';

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

/** The same as a zip. */
export const zipball = (store: ObjectStore, of: { tree: string; folder: string }): Buffer =>
  zipOf(Object.fromEntries(filesIn(store, of).map(({ name, data }) => [name, data])));
