import { createHash } from 'node:crypto';
import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { mostBytes } from './changes.ts';

/** The name that git gives to content. Repositories with SHA-256 have names of 64 digits. */
export function blobSha(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

export async function readBlobBytes(
  github: GitHub,
  { sha, ...name }: RepositoryName & { sha: string },
  call: GitHubCall,
): Promise<Buffer> {
  const asked = { ...name, file_sha: sha, mediaType: { format: 'raw' } };
  const how = { ...call, as: 'bytes', maxBytes: mostBytes } as const;
  return Buffer.from((await github.rest('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', asked, how)).data);
}

/** Text that comes back as the same bytes, a mark of byte order too. Throws ValidationError for anything but UTF-8. */
export function toText(bytes: Uint8Array, path: string): string {
  const text = utf8(bytes);
  if (text !== undefined) return text;
  throw new ValidationError(`${path}: edits work on UTF-8 text, and it is none.`, {
    hint: 'Give the whole new content as base64.',
  });
}

export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // Not UTF-8.
  }
}
