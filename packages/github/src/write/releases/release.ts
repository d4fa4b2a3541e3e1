import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { findRelease, type Release, releaseVersion } from '../../read/releases.ts';
import { differs, textDiffers } from '../differences.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { outcome } from '../steps.ts';

export interface ReleaseAsked {
  readonly action: 'create' | 'update';
  readonly tag: string;
  readonly name?: string | undefined;
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  /** GitHub writes the notes, below body or edits where they are given. */
  readonly generate_notes?: boolean | undefined;
  readonly previous_tag?: string | undefined;
  /** Where a tag that is not there is made. */
  readonly target?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly prerelease?: boolean | undefined;
  readonly latest?: boolean | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface ReleaseWritten {
  readonly id?: number;
  readonly tag?: string;
  readonly url?: string;
  readonly draft?: boolean;
  readonly updated_at?: string;
  /** With notes that GitHub wrote. */
  readonly body?: string;
  readonly verified?: boolean;
  readonly not_applied?: string[];
}

type On = RepositoryName & { asked: ReleaseAsked };

/** A release of a tag, made or changed; publishing is draft: false. */
export async function writeRelease(
  github: GitHub,
  { asked, ...at }: On,
  { call, planning }: How,
): Promise<ReleaseWritten> {
  const { tag, target } = asked;
  const before = await findRelease(github, { ...at, tag }, call);
  check(asked, before);
  if (target !== undefined) await refuseTarget(github, { ...at, tag }, call);
  const fields = await fieldsOf(github, { ...at, asked, before }, call);
  if (before && Object.keys(fields).length === 0) throw new ValidationError('Nothing to change was given.');
  const id = await send(github, { ...at, tag, fields, id: before?.id }, call);
  const body = asked.generate_notes ? { body: fields.body } : {};
  if (planning) return { tag, ...given(body) };
  const read = { ...at, release_id: id };
  const { data: now } = await github.rest('GET /repos/{owner}/{repo}/releases/{release_id}', read, call);
  const isLatest = asked.latest === undefined ? undefined : (await latestOf(github, at, call)) === id;
  return {
    ...{ id, tag: now.tag_name, url: now.html_url, draft: now.draft },
    ...given({ updated_at: now.updated_at ?? undefined, ...body }),
    ...outcome({ failed: [] }, [...notApplied(now, fields), ...differs('latest', isLatest, asked.latest)]),
  };
}

function check({ action, tag, expected_updated_at: expected }: ReleaseAsked, before: Release | undefined): void {
  if (action === 'create' && before) {
    throw new ConflictError(`${tag} has a release (${before.draft ? 'a draft' : before.html_url}).`, {
      hint: 'Change it with action "update", or choose another tag.',
    });
  }
  if (action === 'update' && !before) {
    throw new NotFoundError(`${tag} has no release.`, { hint: 'github_repo with include ["releases"] lists them.' });
  }
  if (before) checkVersion(`The release ${tag}`, releaseVersion(before), expected);
}

/** What the request has; its body with the edits and the notes. */
async function fieldsOf(
  github: GitHub,
  { asked, before, ...at }: On & { before: Release | undefined },
  call: GitHubCall,
) {
  const { draft, prerelease, latest, target } = asked;
  const notes = asked.generate_notes ? await notesOf(github, { ...at, asked }, call) : undefined;
  const own = asked.edits ? applyEdits(before?.body ?? '', asked.edits) : asked.body;
  const make_latest = latest === undefined ? undefined : latest ? ('true' as const) : ('false' as const);
  return given({
    name: asked.name ?? (before ? undefined : notes?.name),
    body: notes ? [own, notes.body].filter(Boolean).join('\n\n') : own,
    ...{ draft, prerelease, target_commitish: target, make_latest },
  });
}

async function notesOf(github: GitHub, { asked, ...at }: On, call: GitHubCall) {
  const { tag: tag_name, target, previous_tag } = asked;
  const notes = { ...at, tag_name, ...given({ target_commitish: target, previous_tag_name: previous_tag }) };
  // It only computes a text.
  const how = { ...call, class: 'read', idempotent: true } as const;
  return (await github.rest('POST /repos/{owner}/{repo}/releases/generate-notes', notes, how)).data;
}

const notApplied = (now: Release, { name, body, draft, prerelease }: Partial<Record<keyof Release, unknown>>) => [
  ...differs('name', now.name, name),
  // GitHub keeps none of a text of blanks.
  ...textDiffers('body', now.body, typeof body === 'string' && body.trim() !== '' ? body : undefined),
  ...differs('draft', now.draft, draft),
  ...differs('prerelease', now.prerelease, prerelease),
];

/** Id of the one that GitHub shows as the latest. */
async function latestOf(github: GitHub, at: RepositoryName, call: GitHubCall): Promise<number | undefined> {
  const route = 'GET /repos/{owner}/{repo}/releases/latest';
  const { status, data } = await github.rest(route, { ...at }, { ...call, expect: [404] });
  return status === 404 ? undefined : data.id;
}

/** GitHub drops the target without a word when the tag is there. */
async function refuseTarget(
  github: GitHub,
  { tag, ...at }: RepositoryName & { tag: string },
  call: GitHubCall,
): Promise<void> {
  const asked = { ...at, ref: `tags/${tag}` };
  const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
  const { status, data } = await github.rest(route, asked, { ...call, expect: [404] });
  if (status === 404) return;
  throw new ConflictError(
    `The tag ${tag} exists, at ${data.object.type} ${data.object.sha}, so it is not made at target.`,
    {
      hint: 'Leave target out for a release of the tag as it is, or choose another tag.',
      details: { actual: data.object.sha },
    },
  );
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
