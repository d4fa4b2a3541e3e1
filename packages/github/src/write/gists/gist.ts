import { ValidationError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { fetchGist, storedFiles } from '../../read/gists/stored.ts';
import { given } from '../../read/given.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { repeatable } from '../writes.ts';
import { checkFiles, type GistFileChange, planFiles } from './files.ts';
import { aboutGist, compareFiles, type GistWritten, versionsBetween } from './written.ts';

export interface GistChange {
  readonly description?: string | undefined;
  readonly files?: readonly GistFileChange[] | undefined;
  readonly expected_updated_at?: string | undefined;
}

/** A new gist, read back; secret unless told otherwise. */
export async function createGist(
  github: GitHub,
  asked: Pick<GistChange, 'description' | 'files'> & { public: boolean },
  { call, planning }: How,
): Promise<GistWritten> {
  const { description, files = [] } = asked;
  checkFiles(files, { isNew: true });
  const plan = planFiles(new Map(), files);
  const body = { ...given({ description }), public: asked.public, files: plan.body };
  const { data } = await github.rest('POST /gists', body as never, { ...call, planned: {} });
  if (planning) return {};
  const now = await fetchGist(github, data.id ?? '', call);
  const rows = compareFiles(now, plan.files);
  const isRight = now.public === asked.public && (now.description ?? '') === (description ?? '');
  return { ...aboutGist(now), files: rows, verified: isRight && rows.every(({ verified }) => verified === true) };
}

/** Only what is given changes; files that are not named stay. Throws ConflictError when it changed since it was read. */
export async function updateGist(
  github: GitHub,
  { gist_id, ...change }: GistChange & { gist_id: string },
  { call, planning }: How,
): Promise<GistWritten> {
  const { description, files = [] } = change;
  if (description === undefined && files.length === 0) {
    throw new ValidationError('Nothing to change was given.', { hint: 'Give description or files.' });
  }
  checkFiles(files, { isNew: false });
  const before = await fetchGist(github, gist_id, call);
  checkVersion(`The gist ${gist_id}`, before.updated_at ?? '', change.expected_updated_at);
  if (files.length > 0 && before.truncated) {
    throw new ValidationError('GitHub shows 300 files of this gist, not all of them.', {
      hint: 'Change its files with git.',
    });
  }
  const there = storedFiles(before);
  const plan = files.length > 0 ? planFiles(there, files) : undefined;
  const body = { gist_id, ...given({ description }), ...(plan && { files: plan.body }) };
  await github.rest('PATCH /gists/{gist_id}', body as never, { ...call, planned: {} });
  if (planning) return { gist_id };
  const now = await fetchGist(github, gist_id, call);
  const rows = compareFiles(now, plan?.files ?? [], there);
  const isRight = description === undefined || (now.description ?? '') === description;
  const note = versionsBetween(before, now);
  return {
    ...aboutGist(now),
    ...(plan && { files: rows }),
    verified: isRight && rows.every(({ verified }) => verified === true),
    ...(note !== undefined && { note }),
  };
}

/** As visible as what it is a fork of. */
export async function forkGist(
  github: GitHub,
  { gist_id }: { gist_id: string },
  { call, planning }: How,
): Promise<GistWritten> {
  const { data } = await github.rest('POST /gists/{gist_id}/forks', { gist_id }, { ...call, planned: {} });
  if (planning) return {};
  const now = await fetchGist(github, data.id, call);
  return { ...aboutGist(now), verified: now.fork_of?.id === gist_id };
}

export async function starGist(
  github: GitHub,
  { gist_id, starred }: { gist_id: string; starred: boolean },
  { call, planning }: How,
): Promise<GistWritten> {
  const how = repeatable(call);
  if (starred) await github.rest('PUT /gists/{gist_id}/star', { gist_id }, how);
  else await github.rest('DELETE /gists/{gist_id}/star', { gist_id }, how);
  if (planning) return { gist_id };
  const { status } = await github.rest('GET /gists/{gist_id}/star', { gist_id }, { ...call, expect: [404] });
  const isStarred = status === 204;
  return { gist_id, starred: isStarred, verified: isStarred === starred };
}
