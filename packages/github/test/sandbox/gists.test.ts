import { expect, test } from 'vitest';
import { inboxOf } from '../../sandbox/model/notifications.ts';
import { refusalOf, withStage } from './collaboration.fixture.ts';

test('files of a gist are deleted by nothing and by an empty text, and never all of them', async () => {
  await using stage = await withStage();
  const { gists } = stage.asBob.rest;
  const files = { a: { content: 'a' }, b: { content: 'b' }, c: { content: 'c' } };
  const gist_id = (await gists.create({ files })).data.id ?? '';
  const change = (given: object) => gists.update({ gist_id, files: given as never });
  expect(Object.keys((await change({ a: {} })).data.files ?? {})).toEqual(['b', 'c']);
  expect(Object.keys((await change({ b: { content: '' } })).data.files ?? {})).toEqual(['c']);
  expect(await refusalOf(change({ c: null }))).toMatchObject({ status: 422, data: { errors: [{ field: 'files' }] } });
  expect(await refusalOf(change({ c: { filename: null } }))).toMatchObject({ status: 422 });
  expect(await refusalOf(change({ none: { filename: 'd' } }))).toMatchObject({ status: 422 });
  expect(await refusalOf(change({ 'd/e': { content: 'x' } }))).toMatchObject({ status: 422 });
  expect(await refusalOf(gists.create({ files: { a: { content: '' } } }))).toMatchObject({ status: 422 });
  expect(Object.keys((await change({ c: { filename: 'd' } })).data.files ?? {})).toEqual(['d']);
  expect(stage.sandbox.unknown).toEqual([]);
});

test('more than three hundred files are listed in part, and a long one is cut', async () => {
  await using stage = await withStage();
  const { gists } = stage.asBob.rest;
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`f${n}`, { content: 'x' }]));
  const made = (await gists.create({ files: { ...many, f0: { content: 'x'.repeat(1_100_000) } } })).data;
  expect([made.truncated, Object.keys(made.files ?? {}).length]).toEqual([true, 300]);
  expect(made.files?.f0).toMatchObject({ truncated: true, size: 1_100_000 });
});

test('a hundred notifications are marked at once, more in the background', async () => {
  let now = Date.UTC(2026, 2, 1, 10);
  await using stage = await withStage({ clock: () => now });
  const { asAda, asBob, at, bob } = stage;
  for (let n = 1; n <= 101; n += 1) await asAda.rest.issues.create({ ...at, title: `${n}`, body: '@bob' });
  expect((await asBob.rest.activity.markNotificationsAsRead()).status).toBe(202);
  expect(inboxOf(bob).every(({ unread }) => unread)).toBe(true);
  now += 1000;
  expect((await asBob.rest.activity.listNotificationsForAuthenticatedUser()).data).toEqual([]);
  expect((await asBob.rest.activity.markRepoNotificationsAsRead(at)).status).toBe(205);
  expect(stage.sandbox.unknown).toEqual([]);
});
