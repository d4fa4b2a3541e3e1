import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { isGone } from '../is-gone.ts';
import type { How } from '../run-or-plan.ts';
import type { DeleteAsked, Deleted } from './delete.ts';
import { orMissing, sending } from './sending.ts';

/** With all its versions and comments; forks stay. */
export async function removeGist(
  github: GitHub,
  { kind, name: gist_id }: DeleteAsked,
  { call, planning }: How,
): Promise<Deleted> {
  if (!/^[0-9a-zA-Z]{1,100}$/.test(gist_id)) throw new ValidationError('name must be the id of the gist.');
  const read = () => github.rest('GET /gists/{gist_id}', { gist_id }, call);
  const absent = () => missing(`gist ${gist_id}`);
  const { data } = await orMissing(read(), absent);
  // An id in other letters would be another name of the same.
  if (data.id !== gist_id) throw absent();
  await github.rest('DELETE /gists/{gist_id}', { gist_id }, sending(call));
  return { kind, name: gist_id, ...(!planning && { verified: await isGone(read()) }) };
}

export async function removeGistComment(
  github: GitHub,
  { kind, name }: DeleteAsked,
  { call, planning }: How,
): Promise<Deleted> {
  const [, gist_id = '', id] = /^([0-9a-zA-Z]{1,100})\/(\d{1,15})$/.exec(name) ?? [];
  if (id === undefined) throw new ValidationError('name must be gist_id/comment_id.');
  const comment = { gist_id, comment_id: Number(id) };
  const path = '/gists/{gist_id}/comments/{comment_id}' as const;
  const read = () => github.rest(`GET ${path}`, comment, call);
  await orMissing(read(), () => missing(`comment ${id} on the gist ${gist_id}`));
  await github.rest(`DELETE ${path}`, comment, sending(call));
  return { kind, name, ...(!planning && { verified: await isGone(read()) }) };
}

const missing = (what: string): NotFoundError =>
  new NotFoundError(`There is no ${what}.`, { hint: 'It may be gone already; check the name.' });
