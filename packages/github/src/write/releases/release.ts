import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import type { Mode } from '../run-or-plan.ts';

export interface ReleaseAsked {
  readonly action: 'create' | 'update';
  readonly tag: string;
  readonly name?: string | undefined;
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  /** GitHub writes the notes; of a new release below the body, else instead of it. */
  readonly generate_notes?: boolean | undefined;
  readonly previous_tag?: string | undefined;
  /** Where a tag that is not there is made. */
  readonly target?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly prerelease?: boolean | undefined;
  readonly latest?: boolean | undefined;
}

export interface ReleaseWritten {
  readonly id?: number;
  readonly tag?: string;
  readonly url?: string;
  readonly draft?: boolean;
  readonly body?: string;
  readonly verified?: boolean;
  readonly not_applied?: string[];
}

export type Release = RestData<'GET /repos/{owner}/{repo}/releases/{release_id}'>;
type On = RepositoryName & { asked: ReleaseAsked };
type How = Mode & { call: GitHubCall };

/** A release of a tag, made or changed; publishing is draft: false. */
export async function writeRelease(
  github: GitHub,
  { asked, ...at }: On,
  { call, planning }: How,
): Promise<ReleaseWritten> {
  const { action, tag, target, previous_tag } = asked;
  const before = await findRelease(github, { ...at, tag }, call);
  if (action === 'create' && before) {
    throw new ConflictError(`${tag} has a release (${before.draft ? 'a draft' : before.html_url}).`, {
      hint: 'Change it with action "update", or choose another tag.',
    });
  }
  if (action === 'update' && !before) {
    throw new NotFoundError(`${tag} has no release.`, { hint: 'github_repo with include ["releases"] lists them.' });
  }
  const notes = asked.generate_notes
    ? (
        await github.rest(
          'POST /repos/{owner}/{repo}/releases/generate-notes',
          { ...at, tag_name: tag, ...given({ target_commitish: target, previous_tag_name: previous_tag }) },
          // It only computes a text.
          { ...call, class: 'read' },
        )
      ).data
    : undefined;
  const own = asked.edits ? applyEdits(before?.body ?? '', asked.edits) : asked.body;
  const body = notes ? [own, notes.body].filter(Boolean).join('\n\n') : own;
  const name = asked.name ?? (before ? undefined : notes?.name);
  const { draft, prerelease, latest } = asked;
  const fields = given({
    ...{ name, body, draft, prerelease, target_commitish: target },
    make_latest: latest === undefined ? undefined : latest ? ('true' as const) : ('false' as const),
  });
  if (before && Object.keys(fields).length === 0) throw new ValidationError('Nothing to change was given.');
  const id = await send(github, { ...at, tag, fields, id: before?.id }, call);
  if (planning) return { tag, ...given({ body: notes && body }) };
  const read = { ...at, release_id: id };
  const { data: now } = await github.rest('GET /repos/{owner}/{repo}/releases/{release_id}', read, call);
  const missing = Object.entries({ name, body: body?.trim() === '' ? undefined : body, draft, prerelease }).flatMap(
    ([key, meant]) =>
      meant === undefined || now[key as keyof Release] === meant ? [] : [`${key} is not what was written`],
  );
  return {
    ...{ id, tag: now.tag_name, url: now.html_url, draft: now.draft },
    ...given({ body: notes && body }),
    verified: missing.length === 0,
    ...(missing.length > 0 && { not_applied: missing }),
  };
}

async function send(
  github: GitHub,
  { tag, fields, id, ...at }: RepositoryName & { tag: string; fields: object; id: number | undefined },
  call: GitHubCall,
): Promise<number> {
  const how = { ...call, planned: { id: 0 } };
  if (id === undefined) {
    const route = 'POST /repos/{owner}/{repo}/releases';
    return (await github.rest(route, { ...at, tag_name: tag, ...fields }, how)).data.id;
  }
  const asked = { ...at, release_id: id, ...fields };
  await github.rest('PATCH /repos/{owner}/{repo}/releases/{release_id}', asked, how);
  return id;
}

const mostPages = 5;

/** Of a tag; drafts are found in the list alone. */
export async function findRelease(
  github: GitHub,
  { tag, ...at }: RepositoryName & { tag: string },
  call: GitHubCall,
): Promise<Release | undefined> {
  const route = 'GET /repos/{owner}/{repo}/releases/tags/{tag}';
  const published = await github.rest(route, { ...at, tag }, { ...call, expect: [404] });
  if (published.status !== 404) return published.data;
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await github.rest('GET /repos/{owner}/{repo}/releases', { ...at, per_page: 100, page }, call);
    const found = data.find((release) => release.tag_name === tag);
    if (found || data.length < 100) return found;
  }
  return undefined;
}
