// Makes packages/github/sandbox/api.json.br anew: GitHub's own OpenAPI description, without its prose and examples. The package it
// comes from has 430 MB, too much to install for everyone.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';

const source = '@octokit/openapi@23.0.2';
const target = new URL('../packages/github/sandbox/api.json.br', import.meta.url);
const prose = new Set(['description', 'summary', 'title', 'example', 'examples', 'externalDocs', 'tags', 'x-github']);

/** Names under `properties` are fields of the API, not keywords. */
function withoutProse(value: unknown, isFields = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutProse(entry));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isFields || !prose.has(key));
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutProse(entry, key === 'properties')]));
}

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), 'github-description-'));
try {
  const { stdout } = await run('npm', ['pack', source, '--silent'], { cwd: folder });
  await run('tar', ['xzf', stdout.trim(), 'package/generated/api.github.com.json'], { cwd: folder });
  const text = await readFile(path.join(folder, 'package', 'generated', 'api.github.com.json'), 'utf8');
  const { openapi, info, paths, components } = JSON.parse(text);
  const kept = withoutProse({ openapi, info: { version: info.version }, source, paths, components });
  const packed = brotliCompressSync(JSON.stringify(kept));
  await writeFile(target, packed);
  console.log(`${Object.keys(paths).length} paths, ${packed.byteLength} bytes`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
