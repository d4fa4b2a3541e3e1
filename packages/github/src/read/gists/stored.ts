import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';

export type Gist = RestData<'GET /gists/{gist_id}'>;

/** A file of a gist as GitHub shows it. */
export interface StoredFile {
  readonly name: string;
  /** Bytes of all of it. */
  readonly size: number;
  readonly text: string;
  /** Why `text` is not all of it, byte for byte. */
  readonly partial?: string;
}

export async function fetchGist(github: GitHub, gist_id: string, call: GitHubCall): Promise<Gist> {
  return (await github.rest('GET /gists/{gist_id}', { gist_id }, call)).data;
}

/** By name, in GitHub's order. */
export function storedFiles({ files }: Gist): Map<string, StoredFile> {
  const there = Object.values(files ?? {}).filter((file) => file !== undefined && file !== null);
  return new Map(
    there.map(({ filename = '', size = 0, content = '', truncated = false, encoding = 'utf-8' }) => {
      const partial = partialOf({ truncated, encoding, isExact: Buffer.byteLength(content) === size });
      return [filename, { name: filename, size, text: content, ...(partial !== undefined && { partial }) }];
    }),
  );
}

function partialOf(file: { truncated: boolean; encoding: string; isExact: boolean }): string | undefined {
  if (file.truncated) return 'GitHub gives the beginning of it, at most a megabyte.';
  // Bytes that are no UTF-8 come as replacement characters, which have another length.
  return file.encoding === 'utf-8' && file.isExact ? undefined : 'It is binary, or in no UTF-8; its bytes are others.';
}
