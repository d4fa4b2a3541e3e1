import fc from 'fast-check';
import { expect } from 'vitest';
import { type Actor, only, test } from './store.fixture.ts';

async function texts(ann: Actor, texts: readonly string[]): Promise<(text: string) => Promise<string[]>> {
  const { id, ids } = await ann.goal({ title: 'zzz', tasks: texts.map((title) => ({ title })) });
  return async (text) => {
    const { items } = await ann.find({ text, goal_id: id, kind: 'task', limit: 50 });
    return items.map((item) => texts[ids.indexOf(String(item.id))] ?? '?').sort();
  };
}

test('words are found exactly, inflected, and while they are being written', async ({ here }) => {
  const find = await texts(here.as('ann'), ['Publish the release notes', 'Write tests', 'Unrelated']);
  expect(await find('publish')).toEqual(['Publish the release notes']);
  expect(await find('PUBLISH')).toEqual(['Publish the release notes']);
  expect(await find('publishing')).toEqual(['Publish the release notes']);
  expect(await find('testing')).toEqual(['Write tests']);
  expect(await find('publ')).toEqual(['Publish the release notes']);
  expect(await find('release publ')).toEqual(['Publish the release notes']);
  expect(await find('nothing like it at all')).toEqual([]);
});

test('a misspelt word finds what looks like it, but only when nothing matches as written', async ({ here }) => {
  const find = await texts(here.as('ann'), ['Publish the notes', 'Publsh typo', 'Other']);
  expect(await find('publsh')).toEqual(['Publsh typo']);
  expect(await find('publisch')).toEqual(['Publish the notes']);
  expect(await find('puplish')).toContain('Publish the notes');
  expect(await find('qqqq')).toEqual([]);
});

test('quotes ask for a phrase, a minus for its absence, OR for either', async ({ here }) => {
  const find = await texts(here.as('ann'), ['release notes draft', 'notes of the release', 'release plan']);
  expect(await find('"release notes"')).toEqual(['release notes draft']);
  expect(await find('release -notes')).toEqual(['release plan']);
  expect(await find('plan OR draft')).toEqual(['release notes draft', 'release plan']);
  expect(await find('release notes')).toEqual(['notes of the release', 'release notes draft']);
});

test('a phrase or an absence that nothing has is not answered with what looks alike', async ({ here }) => {
  const find = await texts(here.as('ann'), ['release notes draft']);
  expect(await find('"notes release"')).toEqual([]);
  expect(await find('draft -release')).toEqual([]);
});

test('Chinese, Japanese and Thai text is found by any part of it', async ({ here }) => {
  const find = await texts(here.as('ann'), [
    '修复发布流程中的错误',
    'ログイン画面を修正する',
    'แก้ไขหน้าจอเข้าสู่ระบบ',
    'Fix the login screen',
  ]);
  expect(await find('发布流程')).toEqual(['修复发布流程中的错误']);
  expect(await find('发布')).toEqual(['修复发布流程中的错误']);
  expect(await find('修复')).toEqual(['修复发布流程中的错误']);
  expect(await find('画面')).toEqual(['ログイン画面を修正する']);
  expect(await find('ログイン')).toEqual(['ログイン画面を修正する']);
  expect(await find('程')).toEqual(['修复发布流程中的错误']);
  expect(await find('误')).toEqual(['修复发布流程中的错误']);
  expect(await find('复布')).toEqual([]);
  expect(await find('หน้าจอ')).toEqual(['แก้ไขหน้าจอเข้าสู่ระบบ']);
});

test('text without spaces is found in descriptions and notes, beside other words, and can be excluded', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'zzz',
    tasks: [
      { title: 'login', description: `${'x '.repeat(1000)}修复发布流程` },
      { title: 'other', description: '发布' },
      { title: '发布 login' },
    ],
  });
  await ann.report(ids[1] ?? '', { note: '画面を修正する' });
  const found = async (text: string) => (await ann.find({ text })).items.map((item) => item.id).sort();
  expect(await found('发布流程 login')).toEqual([ids[0]]);
  expect(await found('login 发布')).toEqual([ids[0], ids[2]]);
  expect(await found('修正')).toEqual([ids[1]]);
  expect(await found('login -发布')).toEqual([]);
  expect(await found('login -修正')).toEqual([ids[0], ids[2]]);
});

test('identifiers, paths and versions of code are found, whole or in part', async ({ here }) => {
  const names = [
    'rename getUserById',
    'move foo_bar',
    'edit src/app.ts',
    'bump v1.2.3',
    'fix C++ build',
    'see acme/shop#42',
  ];
  const find = await texts(here.as('ann'), names);
  expect(await find('getUserById')).toEqual(['rename getUserById']);
  expect(await find('getuserbyid')).toEqual(['rename getUserById']);
  expect(await find('getUser')).toEqual(['rename getUserById']);
  expect(await find('UserBy')).toEqual(['rename getUserById']);
  expect(await find('foo_bar')).toEqual(['move foo_bar']);
  expect(await find('src/app.ts')).toEqual(['edit src/app.ts']);
  expect(await find('app.ts')).toEqual(['edit src/app.ts']);
  expect(await find('v1.2.3')).toEqual(['bump v1.2.3']);
  expect(await find('acme/shop#42')).toEqual(['see acme/shop#42']);
  expect(await find('50%')).toEqual([]);
});

test('ids, tags, descriptions and notes are searched, the title weighing most', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'zzz',
    tasks: [
      { title: 'a', description: 'about kangaroo' },
      { title: 'b', tags: ['kangaroo'] },
      { title: 'kangaroo' },
      { title: 'd' },
    ],
  });
  await ann.report(ids[3] ?? '', { note: 'a kangaroo was seen here' });
  const { items } = await ann.find({ text: 'kangaroo' });
  expect(items.map((item) => item.id)).toEqual([ids[2], ids[1], ids[0], ids[3]]);
  expect(items.map((item) => item.snippet)).toEqual([
    undefined,
    undefined,
    'about **kangaroo**',
    '**kangaroo** was seen here',
  ]);
  expect((await ann.find({ text: ids[1] ?? '' })).items.map((item) => item.id)).toEqual([ids[1]]);
  expect((await ann.find({ text: id })).items.map((item) => item.id)).toContain(id);
});

test('an item is found once, however many of its notes match', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'zzz', tasks: [{ title: 'kangaroo' }] });
  for (const note of ['kangaroo one', 'kangaroo two']) await ann.report(only(ids), { note });
  expect(await ann.find({ text: 'kangaroo' })).toMatchObject({ total: 1, items: [{ id: only(ids) }] });
});

test('search follows every change of title, description, tags and notes', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'first', tasks: [{ title: 'second' }] });
  const task = only(ids);
  const found = async (text: string) => (await ann.find({ text })).items.map((item) => item.id);
  await ann.update([
    { id, title: 'elephant' },
    { id: task, description: 'giraffe', add_tags: ['okapi'] },
  ]);
  expect(await found('elephant')).toEqual([id]);
  expect(await found('first')).toEqual([]);
  expect(await found('giraffe')).toEqual([task]);
  expect(await found('okapi')).toEqual([task]);
  await ann.update({ id: task, description: null, remove_tags: ['okapi'] });
  expect(await found('giraffe')).toEqual([]);
  expect(await found('okapi')).toEqual([]);
  await here.sql('DELETE FROM tasks WHERE id = $1', [task]);
  expect(await here.sql('SELECT FROM search_documents WHERE item_id = $1', [task])).toEqual([]);
});

test('notes of a task that moves go with it', async ({ here }) => {
  const ann = here.as('ann');
  const from = await ann.goal({ title: 'from', tasks: [{ title: 'a' }] });
  const to = await ann.goal({ title: 'to' });
  await ann.report(only(from.ids), { note: 'kangaroo' });
  await ann.update({ id: only(from.ids), goal_id: to.id });
  await here.sql('DELETE FROM goals WHERE id = $1', [from.id]);
  expect((await ann.find({ text: 'kangaroo' })).items.map((item) => item.id)).toEqual(from.ids);
});

test('no text that a caller can write is an error', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'some words here' });
  const pieces = fc.constantFrom(
    '"',
    '-',
    ' OR ',
    ':*',
    '&',
    '|',
    '!',
    '(',
    ')',
    "'",
    '\\',
    '%',
    '_',
    '<->',
    ' ',
    '½',
    '__',
    '发',
    '🚀',
    'a',
    'word',
    '\u202e',
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      const given = parts.join('').replaceAll('\0', '').toWellFormed().trim();
      if (given !== '') expect((await ann.find({ text: given })).total).toBeLessThanOrEqual(1);
    }),
    { seed: 20260301, numRuns: 150 },
  );
});
