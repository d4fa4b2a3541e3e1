import { expect } from 'vitest';
import { expectReplays } from '../events/replays.fixture.ts';
import { type TestStore, withStore } from '../work/store.fixture.ts';
import { test, transfers } from './transfer.fixture.ts';

/** Times in a bundle have milliseconds. */
async function wholeMilliseconds(here: TestStore): Promise<void> {
  for (const table of ['goals', 'tasks']) {
    await here.sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await here.sql(
      `UPDATE ${table} SET ${['created_at', 'started_at', 'completed_at', 'deleted_at'].map((column) => `${column} = date_trunc('milliseconds', ${column})`).join(', ')}`,
    );
    await here.sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
  await here.sql("UPDATE task_links SET created_at = date_trunc('milliseconds', created_at)");
  await here.sql("UPDATE notes SET created_at = date_trunc('milliseconds', created_at)");
}

async function seed(here: TestStore): Promise<string[]> {
  const ann = here.as('ann');
  const bo = here.as('bo');
  const one = await ann.goal({
    ...{ title: 'Öffne den Laden', description: 'line\n- [ ] not a task', project: 'shop', priority: 'high' },
    ...{ tags: ['Web', 'api'], metadata: { b: 1, a: { list: [1, null] } }, due_at: '2026-01-01' },
    tasks: [
      {
        ...{ title: 'parent', ref: 'p', tags: ['x y'], estimate_minutes: 5, acceptance: ['ok', 'good'] },
        subtasks: [
          { title: 'child', ref: 'c', due_at: '2026-02-03T10:00:00Z' },
          { title: 'other', priority: 'low' },
        ],
      },
      { title: 'waits', blocked_by: ['p', 'c'], external_ref: 'X-1', defer_until: '2999-01-01', assignee: 'bo' },
      { title: 'found', discovered_from: 'c', metadata: { k: 'v' } },
    ],
  });
  const two = await bo.goal({ title: 'two', tasks: [{ title: 'far' }, { title: 'gone' }] });
  const [p = '', c = '', o = '', w = '', f = ''] = one.ids;
  const [far = '', gone = ''] = two.ids;
  await ann.link({
    add: [
      { from: f, to: far, type: 'related' },
      { from: far, to: w, type: 'blocks' },
    ],
  });
  await ann.claim({ ids: [c] });
  await ann.report(c, { percent: 30, note: 'half', note_kind: 'decision' });
  await ann.complete(c, { files: ['a'], empty: [] });
  await bo.update({ id: o, status: 'cancelled' });
  await bo.claim({ ids: [far] });
  await bo.report(far, { outcome: 'released', note: 'you go on' });
  await ann.delete(gone);
  await ann.update({ id: p, percent: 60 });
  // A parent with a higher number than its sub-task.
  const late = await ann.tasks({ goal_id: one.id, tasks: [{ title: 'late' }] });
  await ann.update({ id: p, parent_task_id: late.ids[0] });
  await wholeMilliseconds(here);
  return [one.id, two.id];
}

test('an export comes back the same in a fresh store, ids and all, and new ids go on behind', async ({
  here,
  folder,
}) => {
  const [one = ''] = await seed(here);
  const from = transfers(here);
  const { content, ...facts } = await from.export({ deleted: true });
  expect(facts).toMatchObject({ goals: 2, tasks: 8, links: 5, notes: 2 });
  await using there = await withStore();
  const to = transfers(there, { folders: [folder] });
  const answer = await to.import({ content: content as Record<string, unknown>, keep_ids: true });
  expect(answer).toMatchObject({ goals: { created: 2, refused: 0 }, tasks: { created: 8, refused: 0 } });
  expect(answer).not.toHaveProperty('refused');
  expect(await to.all()).toEqual(await from.all());
  expect(await there.sql('SELECT id FROM tasks WHERE version > 1')).toEqual([]);
  await expectReplays(there);
  const next = await there.as('ann').goal({ title: 'next', tasks: [{ title: 'n' }] });
  expect([next.id, ...next.ids]).toEqual(['GOAL-0003', 'TASK-0009']);
  const found = await there.as('ann').find({ text: 'laden' });
  expect(found.items).toMatchObject([{ id: one }]);
});

test('the same source a second time changes nothing, a dry run neither', async ({ here }) => {
  await seed(here);
  const { content } = await transfers(here).export({ deleted: true });
  const source = { content: content as Record<string, unknown>, keep_ids: true };
  await using there = await withStore();
  const to = transfers(there);
  const dry = await to.import({ ...source, dry_run: true });
  expect(dry).toMatchObject({
    goals: { created: 2 },
    tasks: { created: 8 },
    links: { created: 5 },
    notes: { created: 2 },
  });
  expect(await to.count('goals')).toBe(0);
  await to.import(source);
  const [events, versions] = [await to.count('events'), await to.versions()];
  const unchanged = { created: 0, updated: 0, refused: 0 };
  expect(await to.import(source)).toMatchObject({
    goals: { ...unchanged, unchanged: 2 },
    tasks: { ...unchanged, unchanged: 8 },
    links: unchanged,
    notes: unchanged,
  });
  expect(await to.count('events')).toBe(events);
  expect(await to.versions()).toEqual(versions);
  // Into the store it came from, which never imported it.
  const back = transfers(here);
  const before = [await back.count('events'), await back.versions(), await back.all()];
  expect(await back.import(source)).toMatchObject({
    goals: { ...unchanged, unchanged: 2 },
    tasks: { ...unchanged, unchanged: 8 },
    links: { unchanged: 5 },
    notes: { unchanged: 2 },
  });
  expect([await back.count('events'), await back.versions(), await back.all()]).toEqual(before);
});
