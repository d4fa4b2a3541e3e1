import { ConflictError, NotFoundError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { nearHint } from '../../read/near.ts';
import { findRelease } from '../../read/releases.ts';
import { isGone } from '../is-gone.ts';
import { findMilestone } from '../milestones.ts';
import type { How } from '../run-or-plan.ts';
import type { Deleted, On } from './delete.ts';
import { missing, orMissing, sending } from './sending.ts';

const tagStays = 'Its tag stays; kind "tag" deletes that.';

export async function removeRelease(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const release = await findRelease(github, { ...at, tag: name }, call);
  if (!release) throw missing(asked, at);
  const one = { ...at, release_id: release.id };
  await github.rest('DELETE /repos/{owner}/{repo}/releases/{release_id}', one, sending(call));
  // The tag of a draft is made when it is published.
  const said = { kind, name, ...(!release.draft && { note: tagStays }) };
  if (planning) return said;
  return { ...said, verified: await isGone(github.rest('GET /repos/{owner}/{repo}/releases/{release_id}', one, call)) };
}

/** Throws ConflictError while a release is of it: GitHub would make that a draft without a word. */
export async function removeTag(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const tag = { ...at, ref: `tags/${name}` };
  const read = () => github.rest('GET /repos/{owner}/{repo}/git/ref/{ref}', tag, call);
  const { data } = await orMissing(read(), () => missing(asked, at));
  if (await findRelease(github, { ...at, tag: name }, call)) {
    throw new ConflictError(`The release ${name} is of this tag; nothing was deleted.`, {
      hint: 'Delete the release first (kind "release"), or leave the tag.',
    });
  }
  await github.rest('DELETE /repos/{owner}/{repo}/git/refs/{ref}', tag, sending(call));
  return { kind, name, was: data.object.sha, ...(!planning && { verified: await isGone(read()) }) };
}

/** Its issues stay. Throws NotFoundError unless the title is exactly its own. */
export async function removeMilestone(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const { found, titles } = await findMilestone(github, { ...at, title: name }, call);
  if (!found) {
    const { message } = missing(asked, at);
    throw new NotFoundError(message, { hint: nearHint(name, titles) });
  }
  const one = { ...at, milestone_number: found.number };
  const path = '/repos/{owner}/{repo}/milestones/{milestone_number}' as const;
  await github.rest(`DELETE ${path}`, one, sending(call));
  return { kind, name, ...(!planning && { verified: await isGone(github.rest(`GET ${path}`, one, call)) }) };
}
