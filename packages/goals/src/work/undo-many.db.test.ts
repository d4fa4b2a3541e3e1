import { expect } from 'vitest';
import { expectReplays } from '../events/replays.fixture.ts';
import { importItems } from '../transfer/import.ts';
import { refusal, type TestStore, test } from './store.fixture.ts';
import { stored, storedAndLive } from './stored.fixture.ts';

const count = 2_000;

/** One goal with many tasks: tags, references, sub-tasks, links and notes. */
async function importMany(here: TestStore) {
  const ann = here.as('ann');
  const name = (index: number) => `t${index}`;
  const all = Array.from({ length: count }, (_, index) => index);
  const content = {
    ...{ format: 'mcp-servers/goals', version: 1, goals: [{ id: 'g', title: 'many' }] },
    tasks: all.map((index) => ({
      ...{ id: name(index), goal: 'g', title: `task ${index}`, external_ref: `R-${index}` },
      tags: ['one', ...(index % 3 ? [] : ['TWO'])],
      ...(index % 4 === 3 && { parent: name(index - 1) }),
    })),
    links: all
      .filter((index) => index >= 8 && index % 4 === 0)
      .map((to) => ({ from: name(to - 4), to: name(to), type: 'blocks' })),
    notes: all.filter((index) => index % 5 === 0).map((index) => ({ item: name(index), body: `note ${index}` })),
  };
  const again = () =>
    importItems(
      here.store,
      { content, source: 'many', dry_run: false },
      { caller: ann.caller, folders: [], maxChars: 20_000, signal: new AbortController().signal },
    );
  await again();
  return { ann, again };
}

test('a tag renamed on thousands of items is as it was before, and so is an import of thousands', {
  timeout: 300_000,
}, async ({ here }) => {
  const before = await storedAndLive(here);
  const { ann, again } = await importMany(here);
  const imported = await stored(here);
  const live = await storedAndLive(here);
  const { tag, ...renamed } = await ann.renameTag({ from: 'ONE', to: 'two' });
  expect({ tag, ...renamed }).toEqual({ tag: 'two', goals: 0, tasks: count });
  expect(await here.sql('SELECT tag, count(*) AS n FROM task_tags GROUP BY tag')).toEqual([{ tag: 'two', n: count }]);
  const undone = await ann.undo();
  expect(undone.change.types).toEqual({ task_updated: count });
  expect(await stored(here)).toEqual(imported);

  const { redo_event } = await ann.undo();
  expect(await storedAndLive(here)).toEqual(before);
  expect(await again()).toMatchObject({
    tasks: { created: 0, unchanged: count },
    warnings: [{ message: expect.stringContaining(`${count + 1} items of the source are deleted here`) }],
  });
  await ann.undo({ event: redo_event });
  expect(await storedAndLive(here)).toEqual(live);
  await expectReplays(here);
});

test('what thousands of later changes stand in the way of is refused in a short answer', {
  timeout: 300_000,
}, async ({ here }) => {
  const { ann } = await importMany(here);
  await here.as('bo').renameTag({ from: 'one', to: 'other' });
  const error = await refusal(ann.undo());
  expect(error.message).toContain(`; and ${count - 5} more.`);
  expect(error.message.length).toBeLessThan(1_000);
  expect(error.details?.events).toHaveLength(100);
});
