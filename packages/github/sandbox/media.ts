import type { IncomingHttpHeaders } from 'node:http';

/** What a client asked for by its Accept header: `raw` of application/vnd.github.raw+json and of ...v3.raw. */
export type Media =
  | 'json'
  | 'raw'
  | 'html'
  | 'text'
  | 'full'
  | 'diff'
  | 'patch'
  | 'sha'
  | 'object'
  | 'base64'
  | 'text-match'
  | 'star';

const known = new Set<string>([
  'raw',
  'html',
  'text',
  'full',
  'diff',
  'patch',
  'sha',
  'object',
  'base64',
  'text-match',
  'star',
]);

export function mediaOf(headers: IncomingHttpHeaders): Media {
  for (const part of (headers.accept ?? '').split(',')) {
    const found = /^\s*application\/vnd\.github\.(?:v3\.|[a-z-]+-preview\.)?([a-z0-9-]+)/.exec(part)?.[1];
    if (found !== undefined && known.has(found)) return found as Media;
  }
  return 'json';
}

export const mediaHeader = (media: Media): string =>
  media === 'json' ? 'github.v3; format=json' : `github.v3; param=${media}${media === 'raw' ? '' : '; format=json'}`;
