import { createHash } from 'node:crypto';
import type { Call } from '../call.ts';
import { mentionsIn } from '../model/mentions.ts';
import { nodeId } from '../model/node-id.ts';
import type { Release, ReleaseAsset } from '../model/releases.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { isoOrNull, rollup } from './issue.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';
import { otherOrigin } from './signed.ts';
import { bodyFields } from './text.ts';

export function assetView(
  state: State,
  repository: Repository,
  { release, asset }: { release: Release; asset: ReleaseAsset },
) {
  return {
    url: `${repositoryUrl(state, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('ReleaseAsset', asset.id),
    name: asset.name,
    label: asset.label,
    uploader: simpleUser(state, asset.uploader),
    content_type: asset.contentType,
    state: 'uploaded',
    size: asset.data.length,
    digest: `sha256:${createHash('sha256').update(asset.data).digest('hex')}`,
    download_count: asset.downloads,
    created_at: iso(asset.createdAt),
    updated_at: iso(asset.updatedAt),
    browser_download_url: `${repositoryHtml(state, repository)}/releases/download/${release.tag}/${encodeURIComponent(asset.name)}`,
  };
}

export function releaseView({ state, media }: Pick<Call, 'state' | 'media'>, repository: Repository, release: Release) {
  const api = repositoryUrl(state, repository);
  const html = repositoryHtml(state, repository);
  const url = `${api}/releases/${release.id}`;
  const mentions = mentionsIn(state, release.body ?? '').length;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url.replace(state.urls.api, otherOrigin(state))}/assets{?name,label}`,
    html_url: `${html}/releases/tag/${release.isDraft ? `untagged-${release.id}` : release.tag}`,
    id: release.id,
    author: simpleUser(state, release.author),
    node_id: nodeId('Release', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.isDraft,
    immutable: false,
    prerelease: release.isPrerelease,
    created_at: iso(release.createdAt),
    updated_at: iso(release.updatedAt),
    published_at: isoOrNull(release.publishedAt),
    assets: release.assets.map((asset) => assetView(state, repository, { release, asset })),
    tarball_url: `${api}/tarball/${release.tag}`,
    zipball_url: `${api}/zipball/${release.tag}`,
    ...bodyFields(media, release.body),
    ...(mentions > 0 && { mentions_count: mentions }),
    ...(release.reactions.length > 0 && { reactions: rollup(url, release.reactions) }),
  };
}
