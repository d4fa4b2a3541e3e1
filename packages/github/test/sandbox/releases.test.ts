import { expect, test } from 'vitest';
import { refusalOf, withStage } from './collaboration.fixture.ts';

test('a draft release gets its tag when it is published, and its assets by upload', async () => {
  await using stage = await withStage();
  const { asBob, asEve, at, app, sandbox } = stage;
  const { repos } = asBob.rest;
  const draft = (await repos.createRelease({ ...at, tag_name: 'v1', name: 'One', body: 'Hi @ada', draft: true })).data;
  expect(app.refs.has('refs/tags/v1')).toBe(false);
  expect((await asEve.rest.repos.listReleases(at)).data).toEqual([]);
  expect(await refusalOf(repos.getLatestRelease(at))).toMatchObject({ status: 404 });
  const uploaded = await asBob.request({
    ...{ method: 'POST', url: draft.upload_url, name: 'my app.zip', data: Buffer.from('zip!') },
    headers: { 'content-type': 'application/zip' },
  } as never);
  expect(uploaded.data).toMatchObject({ name: 'my.app.zip', size: 4, content_type: 'application/zip' });
  const release = (await repos.updateRelease({ ...at, release_id: draft.id, draft: false })).data;
  expect(release).toMatchObject({ draft: false, assets: [{ name: 'my.app.zip' }] });
  expect(app.refs.has('refs/tags/v1')).toBe(true);
  expect((await asEve.rest.repos.getLatestRelease(at)).data.id).toBe(draft.id);
  expect((await asEve.rest.repos.getReleaseByTag({ ...at, tag: 'v1' })).data.name).toBe('One');
  const asset_id = release.assets[0]?.id ?? 0;
  const headers = { accept: 'application/octet-stream' };
  const bytes = await asEve.rest.repos.getReleaseAsset({ ...at, asset_id, headers });
  expect(Buffer.from(bytes.data as unknown as ArrayBuffer).toString()).toBe('zip!');
  await asBob.rest.reactions.createForRelease({ ...at, release_id: draft.id, content: 'rocket' });
  const twice = repos.createRelease({ ...at, tag_name: 'v1' });
  expect(await refusalOf(twice)).toMatchObject({ status: 422, data: { errors: [{ code: 'already_exists' }] } });
  const nowhere = repos.createRelease({ ...at, tag_name: 'v2', target_commitish: 'gone' });
  expect(await refusalOf(nowhere)).toMatchObject({ status: 422, data: { errors: [{ field: 'target_commitish' }] } });
  expect(await refusalOf(asEve.rest.repos.createRelease({ ...at, tag_name: 'v3' }))).toMatchObject({ status: 403 });
  const notes = (await repos.generateReleaseNotes({ ...at, tag_name: 'v2' })).data;
  expect(notes.body).toContain('compare/v1...v2');
  await repos.deleteReleaseAsset({ ...at, asset_id });
  await repos.deleteRelease({ ...at, release_id: draft.id });
  expect(app.refs.has('refs/tags/v1')).toBe(true);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a mention reaches the inbox, is read, muted and done', async () => {
  await using stage = await withStage();
  const { asAda, asBob, at, sandbox } = stage;
  const { activity } = asBob.rest;
  await asAda.rest.issues.create({ ...at, title: 'Look', body: '@bob please, not `@eve`' });
  const [thread] = (await activity.listNotificationsForAuthenticatedUser()).data;
  expect(thread).toMatchObject({ reason: 'mention', unread: true, subject: { title: 'Look', type: 'Issue' } });
  const on = { thread_id: Number(thread?.id) };
  await activity.markThreadAsRead(on);
  expect((await activity.listNotificationsForAuthenticatedUser()).data).toEqual([]);
  expect((await activity.listNotificationsForAuthenticatedUser({ all: true })).data.length).toBe(1);
  await asAda.rest.issues.createComment({ ...at, issue_number: 1, body: '@bob again' });
  expect((await activity.getThread(on)).data.unread).toBe(true);
  await activity.markRepoNotificationsAsRead(at);
  expect((await activity.listRepoNotificationsForAuthenticatedUser(at)).data).toEqual([]);
  expect((await activity.setThreadSubscription({ ...on, ignored: true })).data.ignored).toBe(true);
  await asAda.rest.issues.createComment({ ...at, issue_number: 1, body: '@bob muted' });
  expect((await activity.getThread(on)).data.unread).toBe(false);
  await activity.markThreadAsDone(on);
  expect((await activity.listNotificationsForAuthenticatedUser({ all: true })).data).toEqual([]);
  expect((await activity.setRepoSubscription({ ...at, subscribed: true })).data.subscribed).toBe(true);
  expect((await stage.asEve.rest.activity.listNotificationsForAuthenticatedUser()).data).toEqual([]);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('gists keep their revisions, secrets out of lists, and strangers out of changes', async () => {
  await using stage = await withStage();
  const { asBob, asEve, sandbox } = stage;
  const { gists } = asBob.rest;
  const made = (
    await gists.create({ files: { 'a.md': { content: '# A\r\n' }, 'b.txt': { content: 'b' } }, public: false })
  ).data;
  const gist_id = made.id ?? '';
  expect(made.files?.['a.md']).toMatchObject({ content: '# A\r\n', language: 'Markdown', truncated: false });
  const files = { 'a.md': { filename: 'c.md' }, 'b.txt': null } as never;
  const changed = (await gists.update({ gist_id, description: 'D', files })).data;
  expect(Object.keys(changed.files ?? {})).toEqual(['c.md']);
  expect(changed.history?.length).toBe(2);
  const old = (await gists.getRevision({ gist_id, sha: changed.history?.[1]?.version ?? '' })).data;
  expect(Object.keys(old.files ?? {})).toEqual(['a.md', 'b.txt']);
  expect((await asEve.rest.gists.listPublic()).data).toEqual([]);
  expect((await asEve.rest.gists.get({ gist_id })).data.description).toBe('D');
  expect(await refusalOf(asEve.rest.gists.update({ gist_id, description: 'x' }))).toMatchObject({ status: 404 });
  const { id: comment_id } = (await asEve.rest.gists.createComment({ gist_id, body: 'nice' })).data;
  await asEve.rest.gists.updateComment({ gist_id, comment_id, body: 'nicer' });
  await gists.star({ gist_id });
  expect((await gists.listStarred()).data.length).toBe(1);
  expect((await asEve.rest.gists.fork({ gist_id })).status).toBe(201);
  await asEve.rest.gists.deleteComment({ gist_id, comment_id });
  await gists.delete({ gist_id });
  expect(await refusalOf(gists.get({ gist_id }))).toMatchObject({ status: 404 });
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});
