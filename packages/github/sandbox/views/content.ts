import { blobAt } from '../model/changes.ts';
import type { Repository } from '../model/repository.ts';
import type { State } from '../model/state.ts';
import type { FileEntry } from '../model/trees.ts';
import { encodePath, rawUrl } from './git.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';

export interface ContentAt {
  readonly repository: Repository;
  /** As the client named it, and the tree it leads to. */
  readonly ref: string;
  readonly tree: string;
  readonly path: string;
  readonly entry: FileEntry;
}

const types = {
  '040000': 'dir',
  '160000': 'submodule',
  '120000': 'symlink',
  '100644': 'file',
  '100755': 'file',
} as const;

/** An entry of a directory listing: everything but the content. */
export function contentEntry(state: State, { repository, ref, path, entry }: ContentAt) {
  const url = repositoryUrl(state, repository);
  const html = repositoryHtml(state, repository);
  const type = types[entry.mode];
  const encoded = encodePath(path);
  const self = `${url}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = type === 'submodule' ? null : `${url}/git/${type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`;
  const shown = type === 'submodule' ? null : `${html}/${type === 'dir' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const size = type === 'file' || type === 'symlink' ? repository.objects.read('blob', entry.sha).data.length : 0;
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    size,
    url: self,
    html_url: shown,
    git_url: git,
    download_url: type === 'file' || type === 'symlink' ? rawUrl(state, repository, { ref, path }) : null,
    // In listings GitHub calls submodules files, for old clients.
    type: type === 'submodule' ? 'file' : type,
    _links: { self, git, html: shown },
  };
}

/** A file, symlink or submodule on its own; a file beyond the bound comes without its content. */
export function contentFile(state: State, at: ContentAt) {
  const { repository, entry, tree, path } = at;
  const shared = contentEntry(state, at);
  if (entry.mode === '160000') {
    return { ...shared, type: 'submodule', submodule_git_url: submoduleUrl(repository, tree, path) };
  }
  const { data } = repository.objects.read('blob', entry.sha);
  if (entry.mode === '120000') return { ...shared, type: 'symlink', target: data.toString('utf8') };
  const isLarge = data.length > state.bounds.contents;
  return { ...shared, content: isLarge ? '' : base64Lines(data), encoding: isLarge ? 'none' : 'base64' };
}

/** base64 in lines of 60, as GitHub writes it. */
export const base64Lines = (data: Buffer): string => data.toString('base64').replaceAll(/.{1,60}/g, '$&\n');

function submoduleUrl({ objects }: Repository, tree: string, path: string): string | null {
  const modules = blobAt(objects, tree, '.gitmodules')?.toString('utf8') ?? '';
  const section = modules.split(/^\[/m).find((part) => new RegExp(`^\\s*path\\s*=\\s*${path}\\s*$`, 'm').test(part));
  return /^\s*url\s*=\s*(\S+)/m.exec(section ?? '')?.[1] ?? null;
}
