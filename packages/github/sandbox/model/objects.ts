import { createHash } from 'node:crypto';

export type Mode = '100644' | '100755' | '120000' | '160000' | '040000';

export interface TreeEntry {
  readonly mode: Mode;
  readonly name: string;
  readonly sha: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970; git keeps whole seconds. */
  readonly date: number;
}

export interface Blob {
  readonly type: 'blob';
  readonly data: Buffer;
}

export interface Tree {
  readonly type: 'tree';
  readonly entries: readonly TreeEntry[];
}

export interface Commit {
  readonly type: 'commit';
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
  readonly signature?: string;
}

export interface Tag {
  readonly type: 'tag';
  readonly object: string;
  readonly objectType: GitObject['type'];
  readonly tag: string;
  readonly tagger: Person;
  readonly message: string;
}

export type GitObject = Blob | Tree | Commit | Tag;

/** Objects by their SHA-1, as git computes it. Forks share the store of their source. */
export interface ObjectStore {
  put(object: GitObject): string;
  get(sha: string): GitObject | undefined;
  /** The object of this type, or undefined. */
  find<T extends GitObject['type']>(type: T, sha: string): Extract<GitObject, { type: T }> | undefined;
  /** The same, for shas that came out of the store. Throws Error. */
  read<T extends GitObject['type']>(type: T, sha: string): Extract<GitObject, { type: T }>;
  /** The full sha that an abbreviation of at least four digits stands for; undefined where none or several do. */
  expand(prefix: string): string | undefined;
  entries(): IterableIterator<[string, GitObject]>;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, GitObject>();
  const find: ObjectStore['find'] = (type, sha) => {
    const object = objects.get(sha);
    return object?.type === type ? (object as never) : undefined;
  };
  return {
    put(object) {
      const sha = shaOf(object);
      if (!objects.has(sha)) objects.set(sha, object);
      return sha;
    },
    get: (sha) => objects.get(sha),
    find,
    read(type, sha) {
      const object = find(type, sha);
      if (!object) throw new Error(`${sha} is no ${type}`);
      return object;
    },
    expand(prefix) {
      if (!/^[0-9a-f]{4,40}$/i.test(prefix)) return undefined;
      const wanted = prefix.toLowerCase();
      if (objects.has(wanted)) return wanted;
      const found = [...objects.keys()].filter((sha) => sha.startsWith(wanted));
      return found.length === 1 ? found[0] : undefined;
    },
    entries: () => objects.entries(),
  };
}

export function shaOf(object: GitObject): string {
  const content = encode(object);
  return createHash('sha1').update(`${object.type} ${content.length}\0`).update(content).digest('hex');
}

/** The content of the object as git stores it, without its header. Source: gitformat-pack, git-hash-object. */
export function encode(object: GitObject): Buffer {
  switch (object.type) {
    case 'blob':
      return object.data;
    case 'tree':
      return Buffer.concat(
        object.entries
          .toSorted(byTreeOrder)
          .flatMap(({ mode, name, sha }) => [
            Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
            Buffer.from(sha, 'hex'),
          ]),
      );
    case 'commit':
      return lines(
        [
          `tree ${object.tree}`,
          ...object.parents.map((parent) => `parent ${parent}`),
          `author ${signed(object.author)}`,
          `committer ${signed(object.committer)}`,
          ...(object.signature ? [`gpgsig ${object.signature.trimEnd().replaceAll('\n', '\n ')}`] : []),
        ],
        object.message,
      );
    case 'tag':
      return lines(
        [
          `object ${object.object}`,
          `type ${object.objectType}`,
          `tag ${object.tag}`,
          `tagger ${signed(object.tagger)}`,
        ],
        object.message,
      );
  }
}

const lines = (header: readonly string[], message: string) => Buffer.from(`${header.join('\n')}\n\n${message}`);
const signed = ({ name, email, date }: Person) => `${name} <${email}> ${Math.floor(date / 1000)} +0000`;

/** Folders sort as if their names ended with a slash. */
export function byTreeOrder(a: TreeEntry, b: TreeEntry): number {
  return Buffer.compare(sortKey(a), sortKey(b));
}
const sortKey = ({ mode, name }: TreeEntry) => Buffer.from(mode === '040000' ? `${name}/` : name);
