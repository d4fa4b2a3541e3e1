import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { NotFoundError } from '@mcp-servers/core';
import type { Context } from 'hono';
import { securityHeaders } from './headers.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Names of files with a hash of their content never mean anything else. */
const forEver = 'public, max-age=31536000, immutable';

/** The built page: its files, and `index.html` for every address that the page itself understands. */
export function servePage(folder: string): (context: Context) => Promise<Response> {
  return async (context) => {
    const asked = decodePath(context.req.path);
    const extension = path.extname(asked);
    const file = extension === '' ? undefined : await readInside(folder, asked);
    if (file) {
      const type = types[extension.toLowerCase()] ?? 'application/octet-stream';
      const cached = asked.startsWith('/assets/') ? forEver : 'no-cache';
      return new Response(new Uint8Array(file), { headers: { 'content-type': type, 'cache-control': cached } });
    }
    if (extension !== '') throw new NotFoundError('There is no such file.');
    const index = await readInside(folder, '/index.html');
    return index ? sendIndex(index.toString('utf8')) : notBuilt();
  };
}

function sendIndex(html: string): Response {
  const nonce = randomBytes(16).toString('base64');
  return new Response(html.replaceAll('__CSP_NONCE__', nonce), {
    headers: { 'content-type': types['.html'] ?? '', 'cache-control': 'no-store', ...securityHeaders(nonce) },
  });
}

function notBuilt(): Response {
  const text = [
    'The page of the dashboard is not built here.',
    '',
    'Build it:  npx -y pnpm@12.21.0 build',
    'then load this address again. The API works without it: /docs, /health, /api/goals.',
    '',
  ].join('\n');
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } });
}

function decodePath(asked: string): string {
  try {
    return decodeURIComponent(asked);
  } catch {
    throw new NotFoundError('There is no such file.');
  }
}

/** Undefined for whatever does not really lie below the folder, links followed. */
async function readInside(folder: string, asked: string): Promise<Buffer | undefined> {
  if (asked.includes('\0') || asked.split(/[/\\]/).some((part) => part.startsWith('.'))) return undefined;
  try {
    const root = await realpath(folder);
    const file = await realpath(path.join(root, asked));
    return file.startsWith(root + path.sep) ? await readFile(file) : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
