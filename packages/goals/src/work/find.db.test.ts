import { expect } from 'vitest';
import { type Actor, only, refusal, type TestStore, test } from './store.fixture.ts';

type Found = Awaited<ReturnType<Actor['find']>>;
const idsOf = (found: Found): unknown[] => found.items.map(({ id }) => id);

/** A goal with one task of every kind there is a filter for, and a plain one. */
async function everyKind(here: TestStore) {
  const ann = here.as('ann');
  const { id, tasks } = await ann.goal({
    title: 'g',
    project: 'shop',
    tags: ['Alpha'],
    tasks: [
      { title: 'plain' },
      { title: 'tagged', tags: ['Alpha', 'beta'] },
      { title: 'urgent', priority: 'critical', due_at: '2020-01-01' },
      { title: 'later', due_at: '2999-01-01', assignee: 'bo' },
      { title: 'referenced', external_ref: 'acme/shop#7' },
      { title: 'blocker', ref: 'blocker' },
      { title: 'blocked', blocked_by: ['blocker'], subtasks: [{ title: 'below blocked' }] },
      { title: 'held' },
      { title: 'done' },
    ],
  });
  const idOf = (title: string) => tasks.find((task) => task.title === title)?.id ?? '';
  await here.as('cy').claim({ ids: [idOf('held')] });
  await ann.complete(idOf('done'));
  return { ann, goal: id, idOf, titles: tasks.map(({ title }) => title) };
}

test('each filter alone finds what it names and leaves out the rest', async ({ here }) => {
  const { ann, goal, idOf, titles } = await everyKind(here);
  const open = titles.filter((title) => title !== 'done');
  const without = (...gone: string[]) => titles.filter((title) => !gone.includes(title));
  const notReady = ['blocked', 'below blocked', 'held', 'done'];
  const cases: [Parameters<Actor['find']>[0], string[]][] = [
    [{ status: ['completed'] }, ['done']],
    [{ status: ['pending', 'in_progress'] }, open],
    [{ priority: ['critical', 'low'] }, ['urgent']],
    [{ ready: true }, without(...notReady)],
    [{ ready: false }, notReady],
    [{ blocked: true }, ['blocked', 'below blocked']],
    [{ blocked: false }, without('blocked', 'below blocked')],
    [{ overdue: true }, ['urgent']],
    [{ overdue: false }, without('urgent')],
    [{ leased: true }, ['held']],
    [{ leased: false }, without('held')],
    [{ tags_any: ['ALPHA', 'nothing'] }, ['tagged']],
    [{ tags_any: ['nothing'] }, []],
    [{ tags_all: ['alpha', 'Beta', 'ALPHA'] }, ['tagged']],
    [{ tags_all: ['alpha', 'gamma'] }, []],
    [{ assignee: 'bo' }, ['later']],
    [{ external_ref: 'acme/shop#7' }, ['referenced']],
    [{ parent_task_id: idOf('blocked') }, ['below blocked']],
    [{ due_before: '2021-01-01' }, ['urgent']],
    [{ due_after: '2021-01-01' }, ['later']],
    [{ updated_since: '2999-01-01' }, []],
    [{ updated_since: '2000-01-01' }, titles],
    [{ stale_days: 1 }, []],
    [{ deleted: true }, []],
    [{ project: 'shop' }, titles],
    [{ project: 'other' }, []],
    [{ text: 'urgent' }, ['urgent']],
  ];
  for (const [filter, expected] of cases) {
    const found = await ann.find({ kind: 'task', ...filter, limit: 50 });
    expect({ filter, titles: found.items.map(({ title }) => title).sort() }).toEqual({
      filter,
      titles: expected.toSorted(),
    });
    expect({ filter, total: found.total }).toEqual({ filter, total: expected.length });
    if (filter?.project !== 'other')
      expect((await ann.find({ goal_id: goal, kind: 'task', ...filter, limit: 50 })).total).toBe(expected.length);
  }
});

test('goals are found by their own filters, and with a filter of tasks only tasks are', async ({ here }) => {
  const { ann, goal } = await everyKind(here);
  const other = await ann.goal({ title: 'other', priority: 'low' });
  expect(idsOf(await ann.find({ kind: 'goal' }))).toEqual([other.id, goal]);
  expect(idsOf(await ann.find({ kind: 'goal', tags_any: ['alpha'] }))).toEqual([goal]);
  expect(idsOf(await ann.find({ kind: 'goal', priority: ['low'] }))).toEqual([other.id]);
  expect(idsOf(await ann.find({ goal_id: goal, kind: 'goal' }))).toEqual([goal]);
  expect((await ann.find({ ready: true })).items.every(({ kind }) => kind === 'task')).toBe(true);
  expect((await ann.find({ tags_any: ['alpha'] })).total).toBe(2);
  const error = await refusal(ann.find({ kind: 'goal', ready: true }));
  expect(error.message).toContain('ready is a filter of tasks');
});

test('stale and deleted items are found when asked for', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = '', b = ''] = ids;
  await here.sql('UPDATE tasks SET deleted_at = now() WHERE id = $1', [a]);
  await here.sql('ALTER TABLE tasks DISABLE TRIGGER tasks_version');
  await here.sql("UPDATE tasks SET updated_at = now() - interval '10 days' WHERE id = $1", [b]);
  await here.sql('ALTER TABLE tasks ENABLE TRIGGER tasks_version');
  expect(idsOf(await ann.find({ deleted: true }))).toEqual([a]);
  expect(idsOf(await ann.find({ kind: 'task' }))).toEqual([b]);
  expect(idsOf(await ann.find({ stale_days: 9 }))).toEqual([b]);
  expect(idsOf(await ann.find({ stale_days: 11 }))).toEqual([]);
  expect((await ann.find({ text: 'a' })).items).toEqual([]);
  expect(id).toBeDefined();
});

test('work of the project demo is only found when the project or the goal is named', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'x', project: 'demo', tasks: [{ title: 'x' }] });
  expect((await ann.find({})).total).toBe(0);
  expect((await ann.find({ text: 'x' })).total).toBe(0);
  expect(idsOf(await ann.find({ project: 'demo', kind: 'task' }))).toEqual(ids);
  expect((await ann.find({ goal_id: id })).total).toBe(2);
});

/** 50 items of both kinds with few distinct sort values, so that pages break inside equal ones. */
async function mixed(here: TestStore): Promise<void> {
  const ann = here.as('ann');
  const priorities = ['low', 'medium', 'high', 'critical'] as const;
  const due = [undefined, '2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'];
  for (let g = 0; g < 10; g++) {
    const pick = { priority: priorities[g % 4], due_at: due[g % 3] };
    await ann.goal({
      title: `widget ${g}`,
      ...pick,
      tasks: Array.from({ length: 4 }, (_, t) => ({
        title: `widget ${g}.${t}`,
        priority: priorities[t % 2],
        due_at: due[(g + t) % 3],
      })),
    });
  }
  for (const table of ['goals', 'tasks']) {
    await here.sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await here.sql(
      `UPDATE ${table} SET updated_at = now() - (seq % 3) * interval '1 hour', created_at = now() - (seq % 2) * interval '1 day'`,
    );
    await here.sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
}

test('every order can be walked in pages of any size: each item once, in one order', async ({ here }) => {
  await mixed(here);
  const ann = here.as('ann');
  const queries = [
    ...(['updated', 'created', 'due', 'priority'] as const).map((sort) => ({ sort })),
    ...(['updated', 'priority', 'relevance'] as const).map((sort) => ({ sort, text: 'widget' })),
    { sort: 'relevance' as const, text: 'widgett' },
    { sort: 'due' as const, text: 'wiidget' },
  ];
  for (const query of queries) {
    const whole = await ann.find({ ...query, limit: 100 });
    expect(whole.items).toHaveLength(50);
    expect(whole.total).toBe(50);
    expect(whole.next_cursor).toBeUndefined();
    for (const limit of [1, 2, 7]) {
      const walked: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page: Found = await ann.find({ ...query, limit, cursor });
        walked.push(...idsOf(page));
        expect(page.total).toBe(50);
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      expect({ query, limit, walked }).toEqual({ query, limit, walked: idsOf(whole) });
    }
  }
});

test('each order sorts by what it names, items without a due date last', async ({ here }) => {
  await mixed(here);
  const ann = here.as('ann');
  const keys = {
    updated: (item: Record<string, unknown>) => -Date.parse(String(item.updated_at)),
    due: (item: Record<string, unknown>) =>
      item.due_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(item.due_at)),
    priority: (item: Record<string, unknown>) => ['critical', 'high', 'medium', 'low'].indexOf(String(item.priority)),
  };
  for (const [sort, key] of Object.entries(keys)) {
    const { items } = await ann.find({ sort: sort as 'due', limit: 100 });
    const values = items.map(key);
    expect(values).toEqual(values.toSorted((a, b) => (a === b ? 0 : a - b)));
  }
});

test('a cursor continues its own query only', async ({ here }) => {
  await mixed(here);
  const ann = here.as('ann');
  const { next_cursor: cursor } = await ann.find({ kind: 'task', limit: 5 });
  expect((await ann.find({ kind: 'task', limit: 9, cursor })).items).toHaveLength(9);
  for (const other of [
    { kind: 'goal' as const },
    {},
    { kind: 'task' as const, sort: 'due' as const },
    { kind: 'task' as const, project: 'x' },
  ]) {
    expect((await refusal(ann.find({ ...other, limit: 5, cursor }))).message).toContain('belongs to a different query');
  }
  expect((await refusal(ann.find({ kind: 'task', cursor: 'garbage' }))).code).toBe('validation');
});

test('exactly the fields asked for are shown, and an unknown one is an error that names near ones', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g', tags: ['a'] });
  expect((await ann.find({ fields: ['title', 'tags', 'assignee'] })).items).toEqual([{ id, title: 'g', tags: ['a'] }]);
  expect((await refusal(ann.find({ fields: ['titel'] }))).message).toContain(
    'unknown field "titel". Did you mean title?',
  );
  expect((await refusal(ann.find({ fields: ['lease_token'] }))).code).toBe('validation');
});

test('a summary holds no columns of the statement and nothing secret', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'needle', tasks: [{ title: 'needle' }] });
  await ann.claim();
  const { items } = await ann.find({ text: 'needle', kind: 'task' });
  expect(Object.keys(only(items)).sort()).toEqual([
    ...[
      'assignee',
      'goal_id',
      'id',
      'kind',
      'lease_holder',
      'lease_until',
      'priority',
      'status',
      'title',
      'updated_at',
      'version',
    ],
  ]);
});

test('pages end where the answer would be too large, and nothing is skipped', async ({ here }) => {
  const ann = here.as('ann');
  const tags = Array.from({ length: 40 }, (_, index) => `a-rather-long-tag-to-fill-the-answer-${index}`);
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [{ title: 'wide', tags }, { title: 'slim' }, { title: 'wide too', tags }],
  });
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page: Found = await ann.find({ kind: 'task', sort: 'created', limit: 20, cursor }, 600);
    expect(JSON.stringify(page.items).length).toBeLessThanOrEqual(600);
    expect(page.items.length).toBeGreaterThan(0);
    seen.push(...idsOf(page));
    if (page.next_cursor) expect(page.truncated).toBe(true);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids.toReversed());
});

test('matches are counted up to 1000, and the answer says when there are more', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  await here.sql(
    "INSERT INTO tasks (goal_id, title, created_by) SELECT $1, 'bulk ' || n, 'x' FROM generate_series(1, 1000) n",
    [id],
  );
  expect(await ann.find({ kind: 'task', limit: 1 })).toMatchObject({ total: 1000 });
  expect((await ann.find({ kind: 'task', limit: 1 })).total_is_at_least).toBeUndefined();
  await here.sql(
    "INSERT INTO tasks (goal_id, title, created_by) SELECT $1, 'bulk x', 'x' FROM generate_series(1, 5) n",
    [id],
  );
  expect(await ann.find({ kind: 'task', limit: 1 })).toMatchObject({ total: 1000, total_is_at_least: true });
});

test('a common word does not hide what the filters ask for', async ({ here }) => {
  const ann = here.as('ann');
  const many = await ann.goal({ title: 'many' });
  await here.sql(
    "INSERT INTO tasks (goal_id, title, created_by) SELECT $1, 'deploy ' || n, 'x' FROM generate_series(1, 1500) n",
    [many.id],
  );
  await here.sql('SELECT index_items(array_agg(id)) FROM tasks');
  const { id, ids } = await ann.goal({ title: 'few', tasks: [{ title: 'deploy it', priority: 'critical' }] });
  for (const filter of [{ goal_id: id }, { priority: ['critical' as const] }])
    expect(idsOf(await ann.find({ text: 'deploy', kind: 'task', ...filter }))).toEqual(ids);
  expect(idsOf(await ann.find({ text: 'deeploy', kind: 'task', goal_id: id }))).toEqual(ids);
  expect(idsOf(await ann.find({ text: 'deeploy', priority: ['critical'] }))).toEqual(ids);
  expect(await ann.find({ text: 'deeploy' })).toMatchObject({ total_is_at_least: true });
  expect(idsOf(await ann.find({ text: 'deploy', sort: 'priority', limit: 1 }))).toEqual(ids);
  const common = await ann.find({ text: 'deploy', limit: 1 });
  expect(common).toMatchObject({ total_is_at_least: true });
  expect(common.total).toBeGreaterThanOrEqual(500);
});
