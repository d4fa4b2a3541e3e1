import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { type PatchAsked, patchBody, readBack, type StoredText, type TextPlace } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import type { GistWritten } from './written.ts';

/** Of a comment on a gist; other comments of GitHub's take one more. */
const mostChars = 65_535;

export async function addGistComment(
  github: GitHub,
  { gist_id, body }: { gist_id: string; body: string },
  { call, planning }: How,
): Promise<GistWritten> {
  const asked = { gist_id, body: fitting(body) };
  const { data } = await github.rest('POST /gists/{gist_id}/comments', asked, { ...call, planned: {} });
  if (planning) return { gist_id };
  const at = { gist_id, comment_id: String(data.id) };
  const { version, ...stored } = await readBack(placeOf(github, at, call), body);
  return { ...at, updated_at: version, ...stored };
}

export interface GistCommentChange extends PatchAsked {
  readonly gist_id: string;
  readonly comment_id: string;
}

/** By edits, or its whole text replaced. Throws ConflictError when it changed since it was read. */
export async function editGistComment(
  github: GitHub,
  { gist_id, comment_id, ...change }: GistCommentChange,
  { call }: How,
): Promise<GistWritten> {
  const at = { gist_id, comment_id };
  const { version, ...patched } = await patchBody(placeOf(github, at, call), change);
  return { ...at, updated_at: version, ...patched };
}

function placeOf(github: GitHub, at: { gist_id: string; comment_id: string }, call: GitHubCall): TextPlace {
  const comment = { gist_id: at.gist_id, comment_id: Number(at.comment_id) };
  const path = '/gists/{gist_id}/comments/{comment_id}' as const;
  return {
    name: `comment ${at.comment_id} of the gist ${at.gist_id}`,
    read: async () => toStored((await github.rest(`GET ${path}`, comment, call)).data),
    write: async (body) =>
      toStored((await github.rest(`PATCH ${path}`, { ...comment, body: fitting(body) }, call)).data),
  };
}

const toStored = ({ body, updated_at }: { body: string; updated_at: string }): StoredText => ({
  text: body,
  version: updated_at,
});

function fitting(body: string): string {
  if (body.trim() === '')
    throw new ValidationError('A comment cannot be blank.', { hint: 'To delete: github_delete.' });
  const { length } = [...body];
  if (length <= mostChars) return body;
  throw new ValidationError(`The comment has ${length} characters; on a gist ${mostChars} are allowed.`, {
    hint: 'Put it into a file of the gist.',
  });
}
