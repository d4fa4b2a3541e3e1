import { repositoryOf, type Wanted } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import {
  addRelease,
  latestRelease,
  publish,
  type Release,
  type ReleaseAsset,
  refuseTaken,
  releaseNotes,
  releasesOf,
} from '../model/releases.ts';
import type { Repository } from '../model/repository.ts';
import { invalid, notFound } from '../refusal.ts';
import { created, noContent, ok, type Reply, raw, redirect } from '../reply.ts';
import { assetView, releaseView } from '../views/release.ts';
import { repositoryHtml } from '../views/repository.ts';
import { refuseUnsigned, signedUrl } from '../views/signed.ts';
import { mayPush } from './issue-at.ts';
import { reactionRoutes } from './reactions.ts';

const repo = '/repos/{owner}/{repo}/releases';
const write = { role: 'write' } as const;

interface ReleaseBody {
  readonly tag_name?: string;
  readonly target_commitish?: string;
  readonly name?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly make_latest?: Release['makeLatest'];
  readonly generate_release_notes?: boolean;
}

/** Drafts are for those who may push. */
const shownOf = (call: Call, repository: Repository) =>
  releasesOf(repository).filter(({ isDraft }) => !isDraft || mayPush(call, repository));

function releaseAt(call: Call, wanted?: Wanted): { repository: Repository; release: Release } {
  const repository = repositoryOf(call, wanted);
  const release = shownOf(call, repository).find(({ id }) => id === Number(param(call, 'release_id')));
  if (!release) throw notFound();
  return { repository, release };
}

function assetAt(call: Call, wanted?: Wanted): { repository: Repository; release: Release; asset: ReleaseAsset } {
  const repository = repositoryOf(call, wanted);
  for (const release of shownOf(call, repository)) {
    const asset = release.assets.find(({ id }) => id === Number(param(call, 'asset_id')));
    if (asset) return { repository, release, asset };
  }
  throw notFound();
}

function toChange(body: ReleaseBody): Partial<Release> {
  return {
    ...(body.target_commitish !== undefined && { target: body.target_commitish }),
    ...(body.name !== undefined && { name: body.name }),
    ...(body.body !== undefined && { body: body.body }),
    ...(body.prerelease !== undefined && { isPrerelease: body.prerelease }),
    ...(body.make_latest !== undefined && { makeLatest: body.make_latest }),
  };
}

function create(call: Call): Reply {
  const repository = repositoryOf(call, write);
  const asked = bodyOf<ReleaseBody & { tag_name: string }>(call);
  if (asked.tag_name.trim() === '') throw invalid({ resource: 'Release', code: 'missing_field', field: 'tag_name' });
  const notes = asked.generate_release_notes ? notesOf(call, repository, asked) : undefined;
  const body = [asked.body, notes?.body].filter(Boolean).join('\n\n');
  const release = addRelease(call.state, repository, {
    ...{ author: actorOf(call), tag: asked.tag_name, isDraft: asked.draft ?? false },
    ...toChange({ ...asked, name: asked.name ?? notes?.name ?? asked.tag_name }),
    ...(body !== '' && { body }),
  });
  const view = releaseView(call, repository, release);
  return created(view, view.url);
}

function notesOf(
  call: Call,
  repository: Repository,
  {
    tag_name: tag,
    previous_tag_name: previous,
    target_commitish: target,
  }: { tag_name: string; previous_tag_name?: string; target_commitish?: string },
) {
  const html = repositoryHtml(call.state, repository);
  return releaseNotes(repository, { tag, previous, target: target ?? repository.defaultBranch, html });
}

function update(call: Call): Reply {
  const { repository, release } = releaseAt(call, write);
  const body = bodyOf<ReleaseBody>(call);
  const before = { ...release };
  Object.assign(release, toChange(body), body.tag_name !== undefined && { tag: body.tag_name });
  try {
    refuseTaken(repository, release);
    if (body.draft === false || (!release.isDraft && body.draft === undefined))
      publish(call.state, repository, release);
  } catch (error) {
    Object.assign(release, before);
    throw error;
  }
  if (body.draft === true) Object.assign(release, { isDraft: true, publishedAt: null });
  release.updatedAt = call.state.now();
  return ok(releaseView(call, repository, release));
}

function upload(call: Call): Reply {
  const { repository, release } = releaseAt(call, write);
  // GitHub renames what it does not take in names.
  const name = (text(call, 'name') ?? '').replaceAll(/[^\w.@+-]+/g, '.');
  const missing = { resource: 'ReleaseAsset', code: 'missing_field', field: 'name' };
  if (name === '') throw invalid(missing);
  const isTaken = release.assets.some((asset) => asset.name === name);
  if (isTaken) throw invalid({ ...missing, code: 'already_exists' });
  const now = call.state.now();
  const data = Buffer.isBuffer(call.body) ? call.body : Buffer.from(JSON.stringify(call.body ?? ''));
  const asset: ReleaseAsset = {
    ...{ id: call.state.nextId(), name, label: text(call, 'label') ?? null, data, uploader: actorOf(call) },
    ...{ contentType: call.headers['content-type'] ?? 'application/octet-stream', createdAt: now, updatedAt: now },
    downloads: 0,
  };
  release.assets.push(asset);
  return created(assetView(call.state, repository, { release, asset }));
}

function getAsset(call: Call): Reply {
  const { repository, release, asset } = assetAt(call);
  if (!call.headers.accept?.includes('application/octet-stream')) {
    return ok(assetView(call.state, repository, { release, asset }));
  }
  asset.downloads += 1;
  return redirect(302, signedUrl(call.state, `/-/releases/${repository.id}/${asset.id}`));
}

export const releases: Area = {
  name: 'releases',
  routes: {
    [`GET ${repo}`]: (call) => {
      const repository = repositoryOf(call);
      const newest = shownOf(call, repository).toReversed();
      return page(call, newest, (release) => releaseView(call, repository, release));
    },
    [`POST ${repo}`]: create,
    [`GET ${repo}/latest`]: (call) => {
      const repository = repositoryOf(call);
      const release = latestRelease(repository);
      if (!release) throw notFound();
      return ok(releaseView(call, repository, release));
    },
    [`GET ${repo}/tags/{tag}`]: (call) => {
      const repository = repositoryOf(call);
      const release = releasesOf(repository).find(({ tag, isDraft }) => !isDraft && tag === param(call, 'tag'));
      if (!release) throw notFound();
      return ok(releaseView(call, repository, release));
    },
    [`GET ${repo}/{release_id}`]: (call) => {
      const { repository, release } = releaseAt(call);
      return ok(releaseView(call, repository, release), { lastModified: release.updatedAt });
    },
    [`PATCH ${repo}/{release_id}`]: update,
    [`DELETE ${repo}/{release_id}`]: (call) => {
      const { repository, release } = releaseAt(call, write);
      releasesOf(repository).splice(releasesOf(repository).indexOf(release), 1);
      return noContent();
    },
    [`POST ${repo}/generate-notes`]: (call) => {
      const repository = repositoryOf(call, write);
      return ok(notesOf(call, repository, bodyOf<{ tag_name: string; previous_tag_name?: string }>(call)));
    },
    [`GET ${repo}/{release_id}/assets`]: (call) => {
      const { repository, release } = releaseAt(call);
      return page(call, release.assets, (asset) => assetView(call.state, repository, { release, asset }));
    },
    [`POST ${repo}/{release_id}/assets`]: upload,
    [`GET ${repo}/assets/{asset_id}`]: getAsset,
    [`PATCH ${repo}/assets/{asset_id}`]: (call) => {
      const { repository, release, asset } = assetAt(call, write);
      const { name, label } = bodyOf<{ name?: string; label?: string }>(call);
      Object.assign(asset, name !== undefined && { name }, label !== undefined && { label }, {
        updatedAt: call.state.now(),
      });
      return ok(assetView(call.state, repository, { release, asset }));
    },
    [`DELETE ${repo}/assets/{asset_id}`]: (call) => {
      const { release, asset } = assetAt(call, write);
      release.assets.splice(release.assets.indexOf(asset), 1);
      return noContent();
    },
    ...reactionRoutes(`${repo}/{release_id}`, (call) => {
      const { repository, release } = releaseAt(call);
      return { repository, target: release };
    }),
  },
  outside: {
    'GET /-/releases/{repository_id}/{asset_id}': (call) => {
      refuseUnsigned(call);
      const repository = call.state.repositories.get(Number(param(call, 'repository_id')));
      const asset = repository && releasesOf(repository).flatMap(({ assets }) => assets);
      const found = asset?.find(({ id }) => id === Number(param(call, 'asset_id')));
      if (!found) throw notFound();
      return raw(found.data, found.contentType);
    },
  },
};
