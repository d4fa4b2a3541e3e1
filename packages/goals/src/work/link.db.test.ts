import { expect } from 'vitest';
import { type Actor, gate, refusal, type TestStore, test } from './store.fixture.ts';

async function blockedBy(here: TestStore, id: string): Promise<number | undefined> {
  return (await here.store.tasks.get([id]))[0]?.blocked_by;
}

const eventsOf = (here: TestStore) =>
  here.sql<{ type: string; task_id: string; before: object | null; after: { version: number } }>(
    "SELECT type, task_id, before, after FROM events WHERE type IN ('task_linked', 'task_unlinked') ORDER BY id",
  );

async function three(ann: Actor) {
  const one = await ann.goal({ title: 'one', tasks: [{ title: 'a' }, { title: 'b' }] });
  const two = await ann.goal({ title: 'two', tasks: [{ title: 'c' }] });
  const [a = '', b = ''] = one.ids;
  const [c = ''] = two.ids;
  return { one: one.id, two: two.id, a, b, c };
}

const blocks = (from: string, to: string) => ({ from, to, type: 'blocks' as const });

test('links are added across goals, and the counts of blockers follow', async ({ here }) => {
  const ann = here.as('ann');
  const { one, a, b, c } = await three(ann);
  const { links, tasks } = await ann.link({ add: [blocks(a, c), blocks(b, c), { from: a, to: b, type: 'related' }] });
  expect(links).toEqual([
    { ...blocks(a, c), outcome: 'added' },
    { ...blocks(b, c), outcome: 'added' },
    { from: a, to: b, type: 'related', outcome: 'added' },
  ]);
  expect(tasks).toEqual([{ id: c, status: 'pending', open_blockers: 2, version: 2 }]);
  expect(await ann.ready()).toEqual([a, b]);
  await ann.complete(a);
  const removed = await ann.link({ remove: [blocks(b, c)] });
  expect(removed.links).toEqual([{ ...blocks(b, c), outcome: 'removed' }]);
  expect(removed.tasks).toMatchObject([{ id: c, open_blockers: 0 }]);
  expect(await ann.ready()).toEqual([c, b]);
  const { items } = await ann.get(c, { include: ['links'] });
  expect(items).toMatchObject([{ links: [{ type: 'blocks', direction: 'in', id: a }] }]);
  expect(await ann.ready(one)).toEqual([b]);
});

test('the same links again change nothing and leave no event', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b } = await three(ann);
  const related = { from: a, to: b, type: 'related' as const };
  await ann.link({ add: [blocks(a, b), related] });
  const again = await ann.link({ add: [blocks(a, b), blocks(a, b), { ...related, from: b, to: a }] });
  expect(again.links.map(({ outcome }) => outcome)).toEqual(['was_there', 'was_there']);
  expect(again.tasks).toEqual([{ id: b, status: 'pending', open_blockers: 1, version: 2 }]);
  await ann.link({ remove: [blocks(a, b), { ...related, from: b, to: a }] });
  const gone = await ann.link({ remove: [blocks(a, b), related] });
  expect(gone.links.map(({ outcome }) => outcome)).toEqual(['was_not_there', 'was_not_there']);
  expect(await eventsOf(here)).toHaveLength(4);
});

test('each link has an event with both ends and the version of the task it points at', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b } = await three(ann);
  await ann.link({ add: [blocks(a, b)] });
  await ann.link({ remove: [blocks(a, b)], add: [blocks(b, a)] });
  // So that it can come back as it was.
  const made = { created_by: 'ann', created_at: expect.any(String) };
  expect(await eventsOf(here)).toEqual([
    { type: 'task_linked', task_id: b, before: null, after: { link: blocks(a, b), version: 2 } },
    { type: 'task_unlinked', task_id: b, before: { link: { ...blocks(a, b), ...made } }, after: { version: 3 } },
    { type: 'task_linked', task_id: a, before: null, after: { link: blocks(b, a), version: 2 } },
  ]);
});

test('a loop is refused with its path, through several goals and through parents, and nothing is kept of the call', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { one, a, b, c } = await three(ann);
  await ann.link({ add: [blocks(a, b), blocks(b, c)] });
  const error = await refusal(ann.link({ add: [blocks(c, a), { from: a, to: c, type: 'related' }] }));
  expect(error.code).toBe('validation');
  expect(error.message).toMatch(
    new RegExp(`${a} -> ${b} -> ${c} -> ${a}|${b} -> ${c} -> ${a} -> ${b}|${c} -> ${a} -> ${b} -> ${c}`),
  );
  expect(await blockedBy(here, a)).toBe(0);
  expect((await ann.get(a, { include: ['links'] })).items).toMatchObject([{ links: [{ id: b }] }]);
  const { ids } = await ann.tasks({ goal_id: one, tasks: [{ title: 'p', subtasks: [{ title: 'child' }] }] });
  const [parent = '', child = ''] = ids;
  for (const link of [blocks(parent, child), blocks(child, parent)])
    expect((await refusal(ann.link({ add: [link] }))).message).toContain('->');
  await ann.link({ add: [blocks(child, a)] });
  expect((await refusal(ann.link({ add: [blocks(c, parent)] }))).message).toContain(child);
  await ann.link({ remove: [blocks(a, b)], add: [blocks(c, a)] });
});

test('unknown and deleted ends, a link to itself and contradictions are refused by name', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await three(ann);
  const refused: [Parameters<Actor['link']>[0], string][] = [
    [{ add: [blocks(a, 'TASK-0999')] }, 'TASK-0999'],
    [{ remove: [blocks('TASK-0998', a)] }, 'TASK-0998'],
    [{ add: [blocks(a, a)] }, `${a} cannot be linked to itself`],
    [{}, '0 links'],
    [{ add: [blocks(a, b)], remove: [blocks(a, b)] }, 'in add and in remove'],
    [{ add: Array.from({ length: 101 }, (_, i) => blocks(a, `TASK-${1000 + i}`)) }, '101 links'],
  ];
  for (const [input, message] of refused) expect((await refusal(ann.link(input))).message).toContain(message);
  await ann.link({ add: [blocks(a, c)] });
  await ann.delete(c);
  expect((await refusal(ann.link({ add: [blocks(b, c)] }))).message).toContain(c);
  expect((await ann.link({ remove: [blocks(a, c)] })).links).toMatchObject([{ outcome: 'removed' }]);
});

test('a link that blocks nothing, because an end is closed, says so', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await three(ann);
  await ann.complete(a);
  const { links } = await ann.link({ add: [blocks(a, b), blocks(c, a)] });
  expect(links.map(({ note }) => note)).toEqual([
    `${a} is completed: it blocks nothing`,
    `${a} is completed: nothing is blocked`,
  ]);
  expect(await blockedBy(here, b)).toBe(0);
});

test('of two calls that would close a loop together, one is refused', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { a, b } = await three(ann);
    const outcomes = await Promise.allSettled([
      here.as('bo').link({ add: [blocks(a, b)] }),
      here.as('cy').link({ add: [blocks(b, a)] }),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect([await blockedBy(here, a), await blockedBy(here, b)].toSorted()).toEqual([0, 1]);
  }
});

test('a second link waits for one that is not committed, and sees it', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b } = await three(ann);
  const hold = gate();
  const started = gate();
  const first = here.store.write(ann.caller, async (unit) => {
    await unit.tasks.lockGraph();
    await unit.tasks.link([{ from_task_id: a, to_task_id: b, type: 'blocks' }], 'ann');
    started.open();
    await hold.passed;
  });
  await started.passed;
  const second = refusal(here.as('bo').link({ add: [blocks(b, a)] }));
  await here.whenWaiting(1);
  hold.open();
  await first;
  expect((await second).message).toContain('->');
});

test('a blocker finished while a link to it is being added is counted right, whoever is first', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { a, b } = await three(ann);
    await Promise.all([here.as('bo').link({ add: [blocks(a, b)] }), here.as('cy').complete(a)]);
    expect(await blockedBy(here, b)).toBe(0);
  }
});
