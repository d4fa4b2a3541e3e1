import type { FolderEntry, ReadPath } from './folder.ts';
import { partsOf } from './paths.ts';

export type Located =
  | { readonly kind: 'file'; readonly path: string; readonly sha: string; readonly size: number }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly entries: readonly FolderEntry[];
      readonly complete: boolean;
    }
  | { readonly kind: 'submodule'; readonly path: string; readonly sha: string; readonly url: string | undefined }
  | {
      readonly kind: 'symlink';
      readonly path: string;
      readonly sha: string;
      readonly target: string;
      readonly why: string;
    }
  | { readonly kind: 'missing'; readonly path: string; readonly siblings: readonly string[]; readonly folder: string };

export interface LocateOptions {
  readonly read: ReadPath;
  /** The text of a symbolic link. */
  readonly readLink: (sha: string) => Promise<string>;
}

const mostLinks = 8;

/** What is at a path, symbolic links followed on the way as long as they stay inside the repository. */
export async function locate(path: string, options: LocateOptions): Promise<Located> {
  const parts = partsOf(path);
  if (parts === undefined) return { kind: 'missing', path, siblings: [], folder: '' };
  return walk(parts, options, 0);
}

async function walk(parts: readonly string[], options: LocateOptions, links: number): Promise<Located> {
  const path = parts.join('/');
  const name = parts.at(-1);
  const above = parts.slice(0, -1);
  const folder = await options.read(above.join('/'));
  if (name === undefined)
    return folder?.kind === 'folder' ? { ...folder, kind: 'directory', path } : missing(parts, []);
  if (folder === undefined) return above.length === 0 ? missing(parts, []) : below(parts, options, links);
  if (folder.kind === 'other') return below(parts, options, links);
  const listed = folder.entries.find((entry) => entry.name === name);
  const entry = listed ?? (folder.complete ? undefined : await single(path, options));
  if (entry === undefined) {
    return missing(
      parts,
      folder.entries.map((each) => each.name),
    );
  }
  if (entry.type === 'symlink') return follow({ parts, rest: [], sha: entry.sha }, options, links);
  if (entry.type === 'file') return { kind: 'file', path, sha: entry.sha, size: entry.size };
  const inside = await options.read(path);
  if (entry.type === 'dir') {
    return inside?.kind === 'folder' ? { ...inside, kind: 'directory', path } : missing(parts, []);
  }
  const url = inside?.kind === 'other' ? inside.submoduleUrl : undefined;
  return { kind: 'submodule', path, sha: entry.sha, url };
}

/** One of more entries than GitHub lists. */
async function single(path: string, { read }: LocateOptions): Promise<FolderEntry | undefined> {
  const found = await read(path);
  if (found?.kind === 'other') return found.entry;
  return found && { name: path, type: 'dir', sha: '', size: 0 };
}

/** The folder is none: something on the way to it is a link, a submodule, or not there. */
async function below(parts: readonly string[], options: LocateOptions, links: number): Promise<Located> {
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const above = await options.read(parts.slice(0, length - 1).join('/'));
    if (above?.kind !== 'folder') continue;
    const entry = above.entries.find(({ name }) => name === parts[length - 1]);
    const at = parts.slice(0, length);
    if (entry?.type === 'symlink')
      return follow({ parts: at, rest: parts.slice(length), sha: entry.sha }, options, links);
    if (entry?.type === 'submodule') return walk(at, options, links);
    const names = above.entries.map(({ name }) => name);
    return { kind: 'missing', path: parts.join('/'), siblings: names, folder: at.slice(0, -1).join('/') };
  }
  return missing(parts, []);
}

async function follow(
  { parts, rest, sha }: { parts: readonly string[]; rest: readonly string[]; sha: string },
  options: LocateOptions,
  links: number,
): Promise<Located> {
  const target = await options.readLink(sha);
  const link = { kind: 'symlink', path: parts.join('/'), sha, target } as const;
  const to = target.startsWith('/') ? undefined : partsOf(target, parts.slice(0, -1));
  if (to === undefined) return { ...link, why: 'it leads out of the repository' };
  if (links >= mostLinks) return { ...link, why: 'it leads in a circle' };
  const found = await walk([...to, ...rest], options, links + 1);
  return found.kind === 'missing' ? { ...link, why: 'there is nothing at its target' } : found;
}

function missing(parts: readonly string[], siblings: readonly string[]): Located {
  return { kind: 'missing', path: parts.join('/'), siblings, folder: parts.slice(0, -1).join('/') };
}
