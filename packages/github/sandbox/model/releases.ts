import { invalid } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import { isAncestor } from './history.ts';
import { type PullRequest, pullsOf } from './issue.ts';
import type { Reaction } from './reactions.ts';
import { commitAt, createRef, findCommit } from './refs.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

export interface ReleaseAsset {
  readonly id: number;
  name: string;
  label: string | null;
  readonly contentType: string;
  readonly data: Buffer;
  readonly uploader: Account;
  readonly createdAt: number;
  updatedAt: number;
  downloads: number;
}

export interface Release {
  readonly id: number;
  readonly author: Account;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  isDraft: boolean;
  isPrerelease: boolean;
  makeLatest: 'true' | 'false' | 'legacy';
  readonly createdAt: number;
  updatedAt: number;
  publishedAt: number | null;
  readonly assets: ReleaseAsset[];
  readonly reactions: Reaction[];
}

/** Releases of a repository, in the order they were made. */
export const releasesOf = attach<Release[], Repository>('releases', () => []);

export interface NewRelease {
  readonly author: Account;
  readonly tag: string;
  readonly target?: string;
  readonly name?: string | null;
  readonly body?: string | null;
  readonly isDraft?: boolean;
  readonly isPrerelease?: boolean;
  readonly makeLatest?: Release['makeLatest'];
}

/** Makes a release, and its tag unless it is a draft. Throws Refusal 422. */
export function addRelease(state: State, repository: Repository, release: NewRelease): Release {
  const now = state.now();
  const added: Release = {
    ...{ target: repository.defaultBranch, name: null, body: null, isDraft: false, isPrerelease: false },
    ...{ makeLatest: 'true', ...release },
    ...{ id: state.nextId(), createdAt: now, updatedAt: now, publishedAt: null, assets: [], reactions: [] },
  };
  refuseTaken(repository, added);
  if (!added.isDraft) publish(state, repository, added);
  releasesOf(repository).push(added);
  return added;
}

export function refuseTaken(repository: Repository, release: Release): void {
  const isTaken = releasesOf(repository).some(
    (other) => other !== release && !other.isDraft && other.tag === release.tag,
  );
  if (isTaken) throw invalid({ resource: 'Release', code: 'already_exists', field: 'tag_name' });
}

/** Shows a release to everyone; a missing tag is made at its target. Throws Refusal 422. */
export function publish(state: State, repository: Repository, release: Release): void {
  const ref = `refs/tags/${release.tag}`;
  if (!repository.refs.has(ref)) {
    const commit = findCommit(repository, release.target);
    if (!commit) throw invalid({ resource: 'Release', code: 'invalid', field: 'target_commitish' });
    createRef(state, repository, { ref, sha: commit.sha, actor: release.author });
  }
  release.isDraft = false;
  release.publishedAt ??= state.now();
}

/** The one that carries "Latest". */
export function latestRelease(repository: Repository): Release | undefined {
  const published = releasesOf(repository).filter(({ isDraft, isPrerelease }) => !isDraft && !isPrerelease);
  const chosen = published.filter(({ makeLatest }) => makeLatest !== 'false');
  return (chosen.length > 0 ? chosen : published).sort((a, b) => a.createdAt - b.createdAt || a.id - b.id).at(-1);
}

/** What was merged between two tags, as GitHub writes it down. */
export function releaseNotes(
  repository: Repository,
  { tag, previous, target, html }: { tag: string; previous: string | undefined; target: string; html: string },
): { name: string; body: string } {
  const { objects } = repository;
  const head = findCommit(repository, tag)?.sha ?? commitAt(repository, target).sha;
  const published = releasesOf(repository).filter((release) => !release.isDraft && release.tag !== tag);
  const before = previous ?? published.at(-1)?.tag;
  const base = before === undefined ? undefined : commitAt(repository, before).sha;
  const isInside = ({ pull }: PullRequest) =>
    pull.merged !== undefined &&
    isAncestor(objects, pull.merged.sha, head) &&
    !(base !== undefined && isAncestor(objects, pull.merged.sha, base));
  const lines = pullsOf(repository)
    .filter(isInside)
    .map(({ title, author, number }) => `* ${title} by @${author.login} in ${html}/pull/${number}`);
  const changes = lines.length > 0 ? ["## What's Changed", ...lines, '', ''] : [];
  const compare = before === undefined ? `${html}/commits/${tag}` : `${html}/compare/${before}...${tag}`;
  return { name: tag, body: [...changes, `**Full Changelog**: ${compare}`].join('\n') };
}
