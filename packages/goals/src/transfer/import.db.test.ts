import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import { expect } from 'vitest';
import { expectReplays } from '../events/replays.fixture.ts';
import { only, refusal, type TestStore } from '../work/store.fixture.ts';
import { bundleFormat } from './bundle.ts';
import { test, transfers } from './transfer.fixture.ts';

const bundle = (parts: Record<string, unknown>) => ({ format: bundleFormat, version: 1, ...parts });
const plan = (change: Record<string, unknown> = {}) =>
  bundle({
    goals: [{ id: 'g', title: 'Garden', tags: ['home'] }],
    tasks: [
      { id: 'a', goal: 'g', title: 'Dig', ...change },
      { id: 'b', goal: 'g', parent: 'a', title: 'Buy a spade', description: 'a good one' },
      { id: 'c', goal: 'g', title: 'Plant' },
    ],
    links: [{ from: 'a', to: 'c', type: 'blocks' }],
    notes: [{ item: 'b', kind: 'decision', body: 'steel', author: 'eve', created_at: '2025-01-02T03:04:05Z' }],
  });
const tasksOf = (here: TestStore) =>
  here.sql<Record<string, unknown>>(
    'SELECT id, title, status, blocked_by, parent_task_id, version FROM tasks ORDER BY seq',
  );

test('what the source changed is updated, in these fields only, and what was done here stays', async ({ here }) => {
  const { import: load, count, versions } = transfers(here);
  await load({ content: plan(), source: 'garden' });
  const [dig, spade] = (await tasksOf(here)).map(({ id }) => String(id));
  await here.as('bo').update([
    { id: dig ?? '', priority: 'high' },
    { id: spade ?? '', status: 'in_progress' },
  ]);
  const before = [await count('events'), await versions()];
  expect(await load({ content: plan(), source: 'garden' })).toMatchObject({ tasks: { unchanged: 3 } });
  expect([await count('events'), await versions()]).toEqual(before);

  const answer = await load({ content: plan({ title: 'Dig deep', tags: ['spring'] }), source: 'garden' });
  expect(answer).toMatchObject({
    goals: { unchanged: 1 },
    tasks: { updated: 1, unchanged: 2 },
    links: { unchanged: 1 },
    notes: { unchanged: 1 },
  });
  expect(answer.examples).toEqual([
    { outcome: 'updated', key: 'a', id: dig, title: 'Dig deep', fields: ['title', 'tags'] },
  ]);
  const { items } = await here.as('bo').get([dig ?? '', spade ?? '']);
  expect(items).toMatchObject([
    { title: 'Dig deep', priority: 'high', tags: ['spring'], version: 3 },
    { status: 'in_progress', version: 2 },
  ]);
  await expectReplays(here);
});

test('the source finishing, moving and adding tasks follows; nothing is deleted', async ({ here }) => {
  const { import: load } = transfers(here);
  await load({ content: plan(), source: 's' });
  const next = bundle({
    goals: [{ id: 'g', title: 'Garden' }],
    tasks: [
      { id: 'a', goal: 'g', title: 'Dig', status: 'completed' },
      { id: 'b', goal: 'g', title: 'Buy a spade' },
      { id: 'd', goal: 'g', parent: 'b', title: 'Compare prices', status: 'in_progress' },
    ],
    links: [{ from: 'd', to: 'a', type: 'blocks' }],
  });
  expect(await load({ content: next, source: 's' })).toMatchObject({
    tasks: { created: 1, updated: 2 },
    links: { created: 1 },
  });
  expect(await tasksOf(here)).toMatchObject([
    { title: 'Dig', status: 'completed', blocked_by: 1 },
    { title: 'Buy a spade', parent_task_id: null },
    { title: 'Plant', blocked_by: 0 },
    { title: 'Compare prices', status: 'in_progress', parent_task_id: 'TASK-0002' },
  ]);
  const { items } = await here.as('bo').get(['GOAL-0001', 'TASK-0001']);
  expect(items).toMatchObject([{ status: 'in_progress' }, { percent: 100, completed_at: expect.any(String) }]);
  await expectReplays(here);
});

test('two sources, goals or projects do not meet, and inline text is a source of its own', async ({ here }) => {
  const { import: load, count } = transfers(here);
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'Target' });
  const text = '- [ ] one\n- [x] two\n';
  await load({ content: text });
  await load({ content: text });
  expect(await count('goals')).toBe(2);
  await load({ content: text, source: 'x' });
  await load({ content: text, source: 'x', project: 'p' });
  await load({ content: text, goal_id: id });
  await load({ content: text, goal_id: id });
  expect(await here.sql('SELECT goal_id, count(*) AS tasks FROM tasks GROUP BY goal_id ORDER BY goal_id')).toEqual(
    ['GOAL-0001', 'GOAL-0002', 'GOAL-0003', 'GOAL-0004'].map((goal_id) => ({ goal_id, tasks: 2 })),
  );
});

test('two imports of one source at the same moment make everything once', async ({ here }) => {
  const sessions = Array.from({ length: 4 }, () => transfers(here));
  const answers = await Promise.all(sessions.map((one) => one.import({ content: plan(), source: 's' })));
  expect(answers.map((answer) => answer.tasks.created).sort()).toEqual([0, 0, 0, 3]);
  expect(await tasksOf(here)).toHaveLength(3);
  expect(await sessions[0]?.count('notes')).toBe(1);
});

test('entries that cannot be taken are refused with a reason, the others come in', async ({ here }) => {
  const { import: load } = transfers(here);
  await here.as('ann').goal({ title: 'g', tasks: [{ title: 't', external_ref: 'X' }] });
  const deep = Array.from({ length: 9 }, (_, index) => ({
    id: `l${index}`,
    goal: 'g',
    title: 'level',
    ...(index > 0 && { parent: `l${index - 1}` }),
  }));
  const content = bundle({
    goals: [
      { id: 'g', title: 'G' },
      { id: 'h', title: 'H' },
    ],
    tasks: [
      { id: 'lost', goal: 'nowhere', title: 'x' },
      { id: 'orphan', parent: 'nobody', title: 'x' },
      { id: 'below', parent: 'lost', title: 'x' },
      { id: 'stray', goal: 'h', parent: 'l0', title: 'x' },
      { id: 'p', parent: 'q', title: 'x' },
      { id: 'q', parent: 'p', title: 'x' },
      { id: 'ref', goal: 'g', title: 'x', external_ref: 'X' },
      { id: 'live', goal: 'g', title: 'x' },
      { id: 'dead', goal: 'g', title: 'x', deleted_at: '2026-01-01' },
      { id: 'child', goal: 'g', parent: 'dead', title: 'x' },
      ...deep,
    ],
    links: [
      { from: 'live', to: 'unknown', type: 'blocks' },
      { from: 'live', to: 'lost', type: 'blocks' },
      { from: 'live', to: 'live', type: 'related' },
    ],
    notes: [{ item: 'unknown', body: 'x' }],
  });
  const dry = await load({ content, dry_run: true });
  const { next: _, dry_run: __, examples: ___, ...expected } = dry;
  const { dry_run: ____, examples: _____, ...answer } = await load({ content });
  expect(answer).toEqual(expected);
  expect(answer).toMatchObject({
    goals: { created: 2 },
    tasks: { created: 10, refused: 9 },
    links: { created: 0, refused: 3 },
    notes: { refused: 1 },
  });
  expect(Object.fromEntries((answer.refused ?? []).map(({ key, reason }) => [key, reason]))).toEqual({
    'task lost': 'its goal "nowhere" is not in the source',
    'task orphan': 'its parent "nobody" is not in the source',
    'task below': 'its parent "lost" is refused',
    'task stray': 'its parent "l0" is in another goal',
    'task p': 'its parents form a loop',
    'task q': 'its parents form a loop',
    'task ref': 'its external_ref "X" is taken by TASK-0001',
    'task child': '"dead" above it is deleted',
    'task l8': 'it would be 9 levels deep, 8 is the most',
    'link live blocks unknown': 'there is no task "unknown" in the source',
    'link live blocks lost': '"lost" is refused',
    'link live related live': 'a task cannot be linked to itself',
    'note on unknown': 'there is no "unknown" in the source',
  });
  await expectReplays(here);
});

test('a loop is refused with its path, also one through what is stored', async ({ here }) => {
  const { import: load, count } = transfers(here);
  const loop = bundle({
    goals: [{ id: 'g', title: 'G' }],
    tasks: ['a', 'b'].map((id) => ({ id, goal: 'g', title: id })),
    links: [
      { from: 'a', to: 'b', type: 'blocks' },
      { from: 'b', to: 'a', type: 'blocks' },
    ],
  });
  for (const dry_run of [true, false]) {
    const error = await refusal(load({ content: loop, dry_run }));
    expect(error.message).toMatch(/for ever: (a -> b -> a|b -> a -> b)/);
  }
  expect(await count('goals')).toBe(0);
  await load({ content: { ...loop, links: [] }, source: 's' });
  await here.as('ann').link({ add: [{ from: 'TASK-0001', to: 'TASK-0002', type: 'blocks' }] });
  const error = await refusal(
    load({ content: { ...loop, links: [{ from: 'b', to: 'a', type: 'blocks' }] }, source: 's' }),
  );
  expect(error.message).toMatch(/TASK-0001 -> TASK-0002 -> TASK-0001|TASK-0002 -> TASK-0001 -> TASK-0002/);
  const nested = {
    ...loop,
    tasks: [
      { id: 'a', goal: 'g', title: 'a', parent: 'b' },
      { id: 'b', goal: 'g', title: 'b' },
    ],
    links: [],
  };
  expect((await refusal(load({ content: nested, source: 's' }))).message).toContain('for ever');
});

test('what is closed here, held by somebody or deleted here is not changed behind their back', async ({ here }) => {
  const { import: load } = transfers(here);
  const ann = here.as('ann');
  await load({ content: plan(), source: 's' });
  await ann.claim({ ids: ['TASK-0002'] });
  await ann.delete('TASK-0003');
  const changed = (status: string) => {
    const content = plan({ status: 'pending' });
    const tasks = (content as unknown as { tasks: Record<string, unknown>[] }).tasks;
    return { ...content, tasks: [tasks[0], { ...tasks[1], status }, { ...tasks[2], title: 'Plant trees' }] };
  };
  const answer = await load({ content: changed('completed'), source: 's' });
  expect(answer.refused).toEqual([
    { key: 'task b', reason: 'TASK-0002 is held by ann, and its status would change' },
    { key: 'task c', reason: 'TASK-0003 is deleted here: restore it first' },
  ]);
  await ann.complete('TASK-0002');
  await ann.update({ id: 'TASK-0001', status: 'completed' });
  await ann.update({ id: 'GOAL-0001', status: 'completed' });
  const again = await load({ content: { ...changed('in_progress'), links: [] }, source: 's' });
  expect(again.refused).toMatchObject([
    { key: 'task b', reason: 'TASK-0001 above it is completed: reopen it first' },
    { key: 'task c' },
  ]);
  expect(await refusal(load({ content: '- [ ] x', goal_id: 'GOAL-0001' }))).toBeInstanceOf(ConflictError);
  await ann.delete('GOAL-0001');
  for (const goal_id of ['GOAL-0001', 'GOAL-0009'])
    expect(await refusal(load({ content: '- [ ] x', goal_id }))).toBeInstanceOf(NotFoundError);
});

test('a parent or goal that the source closes over open work stays in progress, and says so', async ({ here }) => {
  const { import: load } = transfers(here);
  const content = bundle({
    goals: [{ id: 'g', title: 'z', status: 'completed', completed_at: '2025-01-01' }],
    tasks: [
      { id: 'a', goal: 'g', title: 'a', status: 'completed' },
      { id: 'b', goal: 'g', parent: 'a', title: 'b', status: 'cancelled' },
      { id: 'c', goal: 'g', parent: 'b', title: 'c' },
      {
        id: 'd',
        goal: 'g',
        title: 'd',
        status: 'completed',
        created_at: '2025-01-01',
        started_at: '2025-01-02',
        completed_at: '2025-01-03',
      },
    ],
  });
  const { warnings } = await load({ content });
  expect(warnings?.map(({ at }) => at)).toEqual(['b', 'a', 'g']);
  expect(
    await here.sql(
      'SELECT title, status, completed_at::date::text AS done FROM goals UNION ALL SELECT title, status, completed_at::date::text FROM tasks ORDER BY 1',
    ),
  ).toEqual([
    { title: 'a', status: 'in_progress', done: null },
    { title: 'b', status: 'in_progress', done: null },
    { title: 'c', status: 'pending', done: null },
    { title: 'd', status: 'completed', done: '2025-01-03' },
    { title: 'z', status: 'in_progress', done: null },
  ]);
});

test('kept ids that are something else here are refused by name, and numbers far ahead too', async ({ here }) => {
  const { import: load, count } = transfers(here);
  await here.as('ann').goal({ title: 'Mine', tasks: [{ title: 'my task' }] });
  const content = bundle({
    goals: [
      { id: 'GOAL-0001', title: 'Other', created_at: '2020-01-01' },
      { id: 'GOAL-0005', title: 'New' },
    ],
    tasks: [
      { id: 'TASK-0001', goal: 'GOAL-0005', title: 'other task' },
      { id: 'x', goal: 'GOAL-0005', title: 'x' },
      { id: 'TASK-0002', goal: 'GOAL-0001', title: 'y' },
    ],
  });
  const { refused } = await load({ content, keep_ids: true });
  expect(refused).toEqual([
    { key: 'goal GOAL-0001', reason: 'GOAL-0001 is something else here: "Mine"' },
    { key: 'task TASK-0001', reason: 'TASK-0001 is something else here: "my task"' },
    { key: 'task x', reason: 'its key is no id of a task, and keep_ids is set' },
    { key: 'task TASK-0002', reason: 'its goal "GOAL-0001" is refused' },
  ]);
  expect((await here.as('ann').goal({ title: 'next' })).id).toBe('GOAL-0006');
  const far = bundle({ goals: [{ id: 'GOAL-99999999', title: 'far' }] });
  expect(await refusal(load({ content: far, keep_ids: true }))).toBeInstanceOf(ValidationError);
  expect(await count('goals')).toBe(3);
});

test('a cancelled or failing import leaves nothing', async ({ here }) => {
  const { import: load, count } = transfers(here);
  const stop = new AbortController();
  await here.sql(
    "CREATE OR REPLACE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
  );
  await here.sql('CREATE TRIGGER stop_here BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION stop_here()');
  await refusal(load({ content: plan() }));
  await here.sql('DROP TRIGGER stop_here ON notes');
  stop.abort();
  await refusal(load({ content: plan() }, { signal: stop.signal }));
  for (const table of ['goals', 'tasks', 'events', 'import_entries', 'search_documents'])
    expect(await count(table)).toBe(0);
  expect(await load({ content: plan() })).toMatchObject({ tasks: { created: 3 } });
  expect(only(await here.sql<{ title: string }>('SELECT title FROM goals')).title).toBe('Garden');
});
