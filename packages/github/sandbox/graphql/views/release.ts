import { nodeId } from '../../model/node-id.ts';
import { findCommit } from '../../model/refs.ts';
import { releasesOf as allOf, latestRelease, type Release, type ReleaseAsset } from '../../model/releases.ts';
import type { Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { html, isoOrNull, mayWrite, reactable } from './written.ts';

export function release(g: Context, repository: Repository, value: Release): View {
  const text = value.body ?? '';
  return {
    __typename: 'Release',
    id: nodeId('Release', value.id),
    databaseId: value.id,
    ...below(g, repository, `releases/tag/${value.tag}`),
    ...reactable(g, value, () => release(g, repository, value)),
    name: value.name,
    tagName: value.tag,
    description: value.body,
    descriptionHTML: html(text),
    isDraft: value.isDraft,
    isPrerelease: value.isPrerelease,
    isLatest: latestRelease(repository) === value,
    createdAt: iso(value.createdAt),
    updatedAt: iso(value.updatedAt),
    publishedAt: isoOrNull(value.publishedAt),
    author: () => g.show.user(value.author),
    repository: () => g.show.repository(repository),
    tag: () => g.show.ref(repository, `refs/tags/${value.tag}`),
    tagCommit: () => {
      const found = findCommit(repository, value.tag);
      return found ? g.show.commit(repository, found.sha) : null;
    },
    releaseAssets: (args: PageArgs & { name?: string | null }) =>
      connect('releaseAssets', args, {
        ...byId,
        items: value.assets.filter(({ name }) => !args.name || name === args.name),
        view: (one) => asset(g, { repository, value }, one),
      }),
  };
}

function asset(
  g: Context,
  { repository, value }: { repository: Repository; value: Release },
  { id, name, contentType, data, uploader, createdAt, updatedAt, downloads }: ReleaseAsset,
): View {
  const { url } = below(g, repository, `releases/download/${value.tag}/${name}`);
  return {
    ...{ id: nodeId('ReleaseAsset', id), name, contentType, size: data.length, downloadCount: downloads },
    ...{ url, downloadUrl: url, createdAt: iso(createdAt), updatedAt: iso(updatedAt) },
    uploadedBy: () => g.show.user(uploader),
    release: () => release(g, repository, value),
  };
}

/** release, releases and latestRelease of a repository; drafts are for those who may write. */
export function releasesOf(g: Context, repository: Repository): View {
  const shown = () => allOf(repository).filter(({ isDraft }) => !isDraft || mayWrite(g, repository));
  return {
    latestRelease: () => {
      const latest = latestRelease(repository);
      return latest ? release(g, repository, latest) : null;
    },
    release: ({ tagName }: { tagName: string }) => {
      const found = shown().find(({ tag }) => tag === tagName);
      return found ? release(g, repository, found) : null;
    },
    releases: (args: PageArgs & OrderArgs) => {
      const order = args.orderBy ?? { field: 'CREATED_AT', direction: 'DESC' };
      const items = sorted(shown(), order, {
        CREATED_AT: ({ createdAt, id }) => createdAt * 1e3 + (id % 1e3),
        NAME: ({ name, tag }) => name ?? tag,
      });
      return connect('releases', args, { ...byId, items, view: (item) => release(g, repository, item) });
    },
  };
}
