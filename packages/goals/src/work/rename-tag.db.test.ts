import { expect } from 'vitest';
import { refusal, type TestStore, test } from './store.fixture.ts';

async function tagsOf(here: TestStore, ids: readonly string[]) {
  const rows = [...(await here.store.goals.get(ids)), ...(await here.store.tasks.get(ids))];
  return Object.fromEntries(rows.map(({ id, tags }) => [id, tags]));
}

test('a tag is renamed on every goal and task, ignoring case, and once only', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tags: ['Urgent', 'x'],
    tasks: [
      { title: 'a', tags: ['URGENT'] },
      { title: 'b', tags: ['urgent', 'y'] },
      { title: 'c', tags: ['z'] },
    ],
  });
  const [a = '', b = '', c = ''] = ids;
  expect(await ann.renameTag({ from: 'uRGENT', to: 'Now' })).toEqual({ tag: 'Now', goals: 1, tasks: 2 });
  expect(await tagsOf(here, [id, ...ids])).toEqual({ [id]: ['Now', 'x'], [a]: ['Now'], [b]: ['Now', 'y'], [c]: ['z'] });
  expect(await ann.renameTag({ from: 'Urgent', to: 'Now' })).toEqual({ tag: 'Now', goals: 0, tasks: 0 });
  const versions = (await here.store.tasks.get(ids)).map(({ version }) => version);
  expect(versions.toSorted()).toEqual([1, 2, 2]);
  expect((await ann.find({ tags_any: ['now'] })).total).toBe(3);
  expect((await ann.find({ text: 'urgent' })).total).toBe(0);
  expect((await ann.find({ text: 'now' })).total).toBe(3);
});

test('where both are there they become one, spelled as given', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', tags: ['bug', 'DEFECT'] },
      { title: 'b', tags: ['Defect'] },
      { title: 'c', tags: ['Bug'] },
    ],
  });
  const [a = '', b = '', c = ''] = ids;
  expect(await ann.renameTag({ from: 'defect', to: 'bug' })).toEqual({ tag: 'bug', goals: 0, tasks: 2 });
  expect(await tagsOf(here, ids)).toEqual({ [a]: ['bug'], [b]: ['bug'], [c]: ['Bug'] });
});

test('the spelling alone can be changed', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tags: ['ios'], tasks: [{ title: 'a', tags: ['iOS'] }] });
  expect(await ann.renameTag({ from: 'IOS', to: 'iOS' })).toEqual({ tag: 'iOS', goals: 1, tasks: 0 });
  expect(await tagsOf(here, [id, ...ids])).toEqual({ [id]: ['iOS'], [ids[0] ?? '']: ['iOS'] });
});

test('a project limits it, and deleted items are renamed too', async ({ here }) => {
  const ann = here.as('ann');
  const shop = await ann.goal({ title: 'g', project: 'shop', tags: ['old'], tasks: [{ title: 'a', tags: ['old'] }] });
  const other = await ann.goal({ title: 'h', tags: ['old'] });
  await ann.delete(shop.ids);
  expect(await ann.renameTag({ from: 'old', to: 'new', project: 'shop' })).toEqual({ tag: 'new', goals: 1, tasks: 1 });
  expect(await tagsOf(here, [other.id])).toEqual({ [other.id]: ['old'] });
  await ann.delete(shop.ids, { restore: true });
  expect(await tagsOf(here, shop.ids)).toEqual({ [shop.ids[0] ?? '']: ['new'] });
});

test('each item has one event with its tags before and after', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tags: ['a', 'b'], tasks: [{ title: 't', tags: ['a'] }] });
  await ann.renameTag({ from: 'a', to: 'c' });
  const events = await here.sql(
    "SELECT type, goal_id, task_id, before, after FROM events WHERE type LIKE '%updated' ORDER BY id",
  );
  expect(events).toEqual([
    {
      ...{ type: 'goal_updated', goal_id: id, task_id: null },
      ...{ before: { tags: ['a', 'b'] }, after: { tags: ['b', 'c'], version: 2 } },
    },
    {
      ...{ type: 'task_updated', goal_id: id, task_id: ids[0] },
      ...{ before: { tags: ['a'] }, after: { tags: ['c'], version: 2 } },
    },
  ]);
});

test('a tag that is nowhere is an error that names those that look like it', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'g', tags: ['performance'] });
  const error = await refusal(ann.renameTag({ from: 'perfomance', to: 'speed' }));
  expect(error).toMatchObject({ code: 'not_found', message: 'There is no tag "perfomance".' });
  expect(error.hint).toContain('"performance"');
  expect((await refusal(ann.renameTag({ from: 'performance', to: 'x', project: 'p' }))).message).toContain(
    'project "p"',
  );
});

test('two renames of one tag at once leave each item with one of the names', async ({ here }) => {
  const ann = here.as('ann');
  const tasks = Array.from({ length: 20 }, (_, i) => ({ title: `t${i}`, tags: ['old', `t${i}`] }));
  const { ids } = await ann.goal({ title: 'g', tasks });
  await Promise.allSettled([
    here.as('bo').renameTag({ from: 'old', to: 'left' }),
    here.as('cy').renameTag({ from: 'OLD', to: 'right' }),
    ...ids.map((id) => here.as('di').update({ id, add_tags: ['more'] })),
  ]);
  const tags = Object.values(await tagsOf(here, ids));
  const names = new Set(tags.map((list) => list.find((tag) => tag === 'left' || tag === 'right')));
  expect(names.size).toBe(1);
  for (const list of tags) expect(list).toHaveLength(3);
});
