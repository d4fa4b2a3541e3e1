import type { GitHub, GitHubCall, RepositoryName, RestData } from '../client/index.ts';
import { bodyWithin, jsonLength, rowsWithin } from './budget.ts';
import { telling } from './given.ts';
import { loginOf } from './untrusted.ts';

export type Release = RestData<'GET /repos/{owner}/{repo}/releases/{release_id}'>;

/** The last change of a release; servers that do not say it yet say when it was made. */
export const releaseVersion = ({ updated_at, created_at }: Release): string => updated_at ?? created_at;

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

/** Of the room of a release, for its assets. */
const assetsPart = 0.4;

/** A release with its whole text, or the start that fits, and the assets that fit. */
export function toRelease(release: Release, maxChars: number): Record<string, unknown> {
  const about = {
    ...{ id: release.id, tag: release.tag_name, url: release.html_url },
    ...telling({
      ...{ name: release.name, draft: release.draft, prerelease: release.prerelease },
      ...{ author: loginOf(release.author), published_at: release.published_at },
    }),
    updated_at: releaseVersion(release),
  };
  const all = release.assets.map((asset) => ({
    ...{ name: asset.name, size: asset.size, downloads: asset.download_count, url: asset.browser_download_url },
  }));
  const room = maxChars - jsonLength(about);
  const { taken, left } = rowsWithin(all, Math.floor(room * assetsPart));
  const assets = { assets: taken, ...(left > 0 && { more_assets: left }) };
  return { ...about, ...bodyWithin(release.body, room - jsonLength(assets)), ...assets };
}
