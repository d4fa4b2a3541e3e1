import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '@mcp-servers/core';
import { connect } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { expectReplays } from '../src/events/replays.fixture.ts';
import { createGoalsServer } from '../src/server.ts';
import { test as storeTest, type TestStore, withStore } from '../src/work/store.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

const test = storeTest.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'acceptance-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

/** A client of a server on this store. */
async function serve({ store, db }: TestStore, folder: string) {
  const caller = { actor: 'ann', client: 'test', instance: randomUUID() };
  const deps = { store, database: db.database, identify: () => caller, transferFolders: [folder] };
  const client = await connect(createGoalsServer({ deps, log }));
  return {
    async ask<T>(tool: string, args: Record<string, unknown>): Promise<T> {
      const { isError, data, text } = await client.call(tool, args);
      if (isError) throw new Error(text);
      return data as T;
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** 1,000 tasks, each waiting for the one before it; every tenth has three sub-tasks in a row. */
const taskMaster = (): string => {
  const statuses = ['pending', 'in-progress', 'pending', 'review', 'deferred', 'cancelled', 'blocked'];
  const tasks = Array.from({ length: 1000 }, (_, index) => ({
    id: index + 1,
    title: `Task ${index + 1}`,
    description: `What task ${index + 1} is about.`,
    status: statuses[index % 7],
    priority: ['low', 'medium', 'high'][index % 3],
    dependencies: index > 0 ? [index] : [],
    subtasks:
      index % 10 === 0
        ? [1, 2, 3].map((id) => ({
            id,
            title: `Part ${id}`,
            status: statuses[index % 7],
            dependencies: id > 1 ? [id - 1] : [],
          }))
        : [],
  }));
  return JSON.stringify({ master: { tasks, metadata: { description: 'Main line' } } });
};

/** 5,000 lines: five goals of 999 tasks, some below others, some done. */
const markdown = (): string =>
  [1, 2, 3, 4, 5]
    .flatMap((goal) => [
      `# Goal ${goal}`,
      ...Array.from(
        { length: 999 },
        (_, line) =>
          `${line % 3 === 1 ? '  ' : ''}- [${line % 3 === 1 ? 'x' : ' '}] task ${goal}.${line} #tag${line % 4}`,
      ),
    ])
    .join('\n');

/** All that an import may not touch the second time. */
const traces = (here: TestStore) =>
  here.sql(`SELECT (SELECT count(*) FROM events) AS events, (SELECT sum(version) FROM goals) AS goal_versions,
    (SELECT sum(version) FROM tasks) AS task_versions, (SELECT max(updated_at) FROM tasks) AS updated_at,
    (SELECT count(*) FROM task_links) AS links, (SELECT count(*) FROM notes) AS notes`);

async function expectNothingNew(here: TestStore, importAgain: () => Promise<Record<string, unknown>>): Promise<void> {
  const before = await traces(here);
  const answer = await importAgain();
  for (const kind of ['goals', 'tasks', 'links', 'notes'])
    expect(answer[kind]).toMatchObject({ created: 0, updated: 0, refused: 0 });
  expect(await traces(here)).toEqual(before);
}

test('a task-master file of 1,000 tasks is imported with exact counts, and a second time changes nothing', {
  timeout: 120_000,
}, async ({ here, folder }) => {
  await using server = await serve(here, folder);
  await writeFile(path.join(folder, 'tasks.json'), taskMaster());
  const source = { file: 'tasks.json', dry_run: false };
  const answer = await server.ask<Record<string, unknown>>('import_items', source);
  const only = (created: number) => ({ created, updated: 0, unchanged: 0, refused: 0 });
  expect(answer).toMatchObject({
    ...{ format: 'task-master', goals: only(1), tasks: only(1300), links: only(999 + 200), notes: only(0) },
  });
  expect(answer).not.toHaveProperty('refused');
  expect(answer).not.toHaveProperty('warnings');
  expect(
    await here.sql(`SELECT count(*) AS tasks, count(parent_task_id) AS below, count(*) FILTER (WHERE status = 'pending') AS pending,
      count(*) FILTER (WHERE status = 'in_progress') AS in_progress, count(*) FILTER (WHERE status = 'cancelled') AS cancelled FROM tasks`),
  ).toEqual([{ tasks: 1300, below: 300, pending: 742, in_progress: 373, cancelled: 185 }]);
  expect(await here.sql('SELECT title, status FROM goals')).toEqual([{ title: 'master', status: 'in_progress' }]);
  expect(await here.sql('SELECT count(*) AS n FROM task_links')).toEqual([{ n: 1199 }]);
  await expectNothingNew(here, () => server.ask('import_items', source));
  await expectReplays(here);
});

test('a Markdown list of 5,000 lines is imported with exact counts, and a second time changes nothing', {
  timeout: 120_000,
}, async ({ here, folder }) => {
  await using server = await serve(here, folder);
  const text = markdown();
  expect(text.split('\n')).toHaveLength(5000);
  const source = { content: text, source: 'TODO.md', dry_run: false };
  const answer = await server.ask<Record<string, unknown>>('import_items', source);
  expect(answer).toMatchObject({
    format: 'markdown',
    goals: { created: 5, refused: 0 },
    tasks: { created: 4995, refused: 0 },
  });
  expect(
    await here.sql(`SELECT (SELECT count(*) FROM goals) AS goals, count(*) AS tasks, count(parent_task_id) AS below,
      count(*) FILTER (WHERE status = 'completed') AS completed, (SELECT count(*) FROM task_tags) AS tags FROM tasks`),
  ).toEqual([{ goals: 5, tasks: 4995, below: 1665, completed: 1665, tags: 4995 }]);
  await expectNothingNew(here, () => server.ask('import_items', source));
});

/** A store as it looks after work: sub-tasks, tags, notes, dependencies, results, and deleted items, one of them with the highest number. */
async function work(here: TestStore): Promise<void> {
  const ann = here.as('ann');
  const bo = here.as('bo');
  for (let round = 0; round < 20; round++) {
    const { id, ids } = await ann.goal({
      ...{
        title: `Ziel ${round} – 目標`,
        description: 'a\n\n- [ ] b',
        project: `p${round % 3}`,
        tags: ['Web', `t${round}`],
      },
      ...{ metadata: { a: [1, { b: null }], round }, due_at: '2030-01-01', priority: 'high' as const },
      tasks: [
        {
          ...{ title: 'parent', ref: 'p', tags: ['x y'], estimate_minutes: 5, acceptance: ['ok', 'good'] },
          subtasks: [{ title: 'child', ref: 'c', subtasks: [{ title: 'grandchild', tags: ['deep'] }] }],
        },
        { title: 'waits', blocked_by: ['p'], external_ref: `X-${round}`, defer_until: '2999-01-01', assignee: 'bo' },
        { title: 'found', discovered_from: 'c', metadata: { k: 'v' } },
        { title: 'done' },
      ],
    });
    const [, , grandchild = '', waits = '', found = '', done = ''] = ids;
    await bo.link({ add: [{ from: found, to: waits, type: 'related' }] });
    await bo.claim({ ids: [grandchild] });
    await bo.report(grandchild, { percent: 30, note: 'half', note_kind: 'decision' });
    await bo.report(grandchild, { outcome: 'released', note: 'you\ngo on' });
    await ann.report(id, { note: 'of the goal' });
    await ann.complete(done, round % 2 ? { files: ['a'] } : []);
    if (round % 5 === 4) await ann.delete(round % 2 ? id : found);
  }
  await ann.delete((await ann.goal({ title: 'last', tasks: [{ title: 'last' }] })).id);
}

test('what is exported, wiped and imported with its ids is the same, and new ids go on after the highest', {
  timeout: 120_000,
}, async ({ here, folder }) => {
  await work(here);
  await using server = await serve(here, folder);
  const saved = await server.ask<{ file: string }>('export_items', { format: 'json', deleted: true, file: 'all.json' });
  await using there = await withStore();
  await using other = await serve(there, folder);
  const source = { file: 'all.json', keep_ids: true, dry_run: false };
  expect(await other.ask('import_items', source)).toMatchObject({
    ...{ goals: { created: 21, refused: 0 }, tasks: { created: 121, refused: 0 } },
    ...{ links: { created: 60, refused: 0 }, notes: { created: 60, refused: 0 } },
  });
  const whole = (at: TestStore) =>
    Promise.all(
      [
        // Times of an export have milliseconds; they are compared below.
        `SELECT to_jsonb(g) - '{version,created_at,updated_at,started_at,completed_at,deleted_at}'::text[] AS row FROM goals g ORDER BY seq`,
        `SELECT to_jsonb(t) - '{version,created_at,updated_at,started_at,completed_at,deleted_at}'::text[] AS row FROM tasks t ORDER BY seq`,
        'SELECT goal_id, tag FROM goal_tags ORDER BY 1, 2',
        'SELECT task_id, tag FROM task_tags ORDER BY 1, 2',
        'SELECT from_task_id, to_task_id, type, created_by FROM task_links ORDER BY 1, 2, 3',
        'SELECT goal_id, task_id, author, kind, body FROM notes ORDER BY id',
      ].map((text) => at.sql(text)),
    );
  expect(await whole(there)).toEqual(await whole(here));
  const again = await other.ask<{ file: string }>('export_items', {
    format: 'json',
    deleted: true,
    file: 'again.json',
  });
  const read = async ({ file }: { file: string }) => {
    const { exported_at: _, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return rest;
  };
  expect(await read(again)).toEqual(await read(saved));
  await expectReplays(there);
  await expectNothingNew(there, () => other.ask('import_items', source));
  const next = await there.as('bo').goal({ title: 'next', tasks: [{ title: 'next' }] });
  expect([next.id, ...next.ids]).toEqual(['GOAL-0022', 'TASK-0122']);
});
