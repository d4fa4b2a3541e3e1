import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { expect } from 'vitest';
import { refusal, withStore } from '../work/store.fixture.ts';
import { test, transfers } from './transfer.fixture.ts';

test('ids, a project or all select what is exported; deleted items and the demo stay out', async ({ here }) => {
  const { export: save } = transfers(here);
  const ann = here.as('ann');
  const one = await ann.goal({
    title: 'one',
    project: 'p',
    tasks: [
      { title: 'a', ref: 'a', subtasks: [{ title: 'b' }] },
      { title: 'c', blocked_by: ['a'] },
    ],
  });
  const two = await ann.goal({ title: 'two', tasks: [{ title: 'x' }] });
  await ann.goal({ title: 'show', project: 'demo' });
  const [a = '', b = '', c = ''] = one.ids;
  await ann.delete(two.ids);
  expect(await save()).toMatchObject({ goals: 2, tasks: 3, links: 1 });
  expect(await save({ deleted: true })).toMatchObject({ goals: 2, tasks: 4 });
  expect(await save({ project: 'demo' })).toMatchObject({ goals: 1, tasks: 0 });
  const { content, ...facts } = await save({ ids: [two.id, a] });
  expect(facts).toMatchObject({ goals: 1, tasks: 2, links: 0, links_outside: 1 });
  expect((content as { tasks: unknown[] }).tasks).toMatchObject([
    { id: a, title: 'a' },
    { id: b, parent: a },
  ]);
  expect((content as { tasks: object[] }).tasks[0]).not.toHaveProperty('goal');
  expect(await refusal(save({ ids: ['GOAL-0099'] }))).toBeInstanceOf(NotFoundError);
  expect(await refusal(save({ ids: two.ids }))).toBeInstanceOf(NotFoundError);
  expect(await refusal(save({ ids: [c], project: 'p' }))).toBeInstanceOf(ValidationError);
});

test('what does not fit in the answer goes to a new file, complete', async ({ here, folder }) => {
  const { export: save } = transfers(here, { folders: [path.join(folder, 'new')] });
  await here
    .as('ann')
    .goal({ title: 'g', tasks: Array.from({ length: 30 }, (_, index) => ({ title: `task ${index}` })) });
  const answer = await save({ format: 'markdown' }, { maxChars: 500 });
  expect(answer).toMatchObject({
    tasks: 30,
    bytes: expect.any(Number),
    file: expect.stringMatching(/goals-[\d-]+-[0-9a-f]{6}\.md$/),
  });
  const { file = '' } = answer;
  const text = await readFile(file, 'utf8');
  expect(text.match(/^- \[ \] TASK-/gm)).toHaveLength(30);
  expect(Buffer.byteLength(text)).toBe(answer.bytes);
  const named = await save({ file: 'all.json' });
  expect(JSON.parse(await readFile(named.file ?? '', 'utf8'))).toMatchObject({
    format: 'mcp-servers/goals',
  });
  expect((await refusal(save({ file: 'all.json' }))).code).toBe('conflict');
  expect(await readdir(path.join(folder, 'new'))).toHaveLength(2);
  expect((await refusal(transfers(here).export({}, { maxChars: 500 }))).hint).toContain('max_chars');
});

test('an export is of one moment, whatever is written meanwhile', async ({ here, folder }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'g', tasks: Array.from({ length: 100 }, (_, index) => ({ title: `old ${index}` })) });
  for (let more = 0; more < 4; more++)
    await ann.tasks({
      goal_id: 'GOAL-0001',
      tasks: Array.from({ length: 100 }, (_, index) => ({ title: `old ${index}` })),
    });
  const writing = (async () => {
    for (let round = 0; round < 10; round++) {
      await ann.update(
        Array.from({ length: 50 }, (_, index) => ({
          id: `TASK-${String(1 + index * 10).padStart(4, '0')}`,
          title: `round ${round}`,
        })),
        { all_or_nothing: true },
      );
    }
  })();
  const { export: save } = transfers(here, { folders: [folder] });
  for (let round = 0; round < 4; round++) {
    const { content } = await save();
    const titles = (content as { tasks: { title: string }[] }).tasks.map(({ title }) => title);
    expect(titles).toHaveLength(500);
    expect(new Set(titles.filter((title) => title.startsWith('round'))).size).toBeLessThanOrEqual(1);
  }
  await writing;
});

test('CSV is quoted as RFC 4180 says, and no cell is a formula', async ({ here }) => {
  const { export: save } = transfers(here);
  await here.as('ann').goal({
    ...{ title: '=1+1', description: 'a "b",\nc', tags: ['x', 'y'], metadata: { a: 1 } },
    tasks: [
      { title: '  @SUM(A1)', subtasks: [{ title: '-2' }] },
      { title: '+3' },
      { title: '＝4' },
      { title: 'plain' },
    ],
  });
  const { content } = await save({ format: 'csv' });
  const lines = String(content).split('\r\n');
  expect(lines).toHaveLength(8);
  expect(lines.at(-1)).toBe('');
  expect(lines[1]).toMatch(/^goal,GOAL-0001,,,'=1\+1,pending,medium,default,,"x, y",/);
  expect(lines[1]).toContain(',"a ""b"",\nc",');
  expect(lines[1]).toContain(',"{""a"":1}",');
  expect(lines.slice(2, 7).map((line) => line.split(',')[4])).toEqual(["'@SUM(A1)", "'-2", "'+3", "'＝4", 'plain']);
  expect(lines[3]).toMatch(/^task,TASK-0002,GOAL-0001,TASK-0001,/);
});

test('Markdown comes back as the same goals and tasks', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    ...{ title: 'Shop', description: 'What it is\n\n```\n- [ ] code', tags: ['web'], priority: 'high' },
    tasks: [
      {
        title: 'one',
        ref: 'one',
        description: '# heading\n\n- [ ] no task\n---\n<!-- comment',
        subtasks: [{ title: 'deep', priority: 'low', subtasks: [{ title: 'deeper' }] }, { title: 'beside' }],
      },
      {
        title: 'two',
        blocked_by: ['one'],
        tags: ['a', 'b'],
        assignee: 'bo',
        due_at: '2026-03-01',
        acceptance: ['green'],
      },
      { title: 'three\nlines' },
    ],
  });
  const [, , deeper = '', beside = '', , three = ''] = ids;
  await ann.claim({ ids: [deeper] });
  await ann.complete(deeper);
  await ann.update([
    { id: beside, status: 'in_progress' },
    { id: three, status: 'cancelled' },
  ]);
  const { content } = await transfers(here).export({ format: 'markdown' });
  await using there = await withStore();
  const answer = await transfers(there).import({ content: String(content) });
  expect(answer).toMatchObject({
    format: 'markdown',
    goals: { created: 1 },
    tasks: { created: 6 },
    links: { created: 1 },
  });
  const shape = `SELECT t.title, t.status, t.priority, t.assignee, t.due_at, p.title AS parent, t.blocked_by,
    ARRAY(SELECT tag FROM task_tags WHERE task_id = t.id ORDER BY 1) AS tags FROM tasks t LEFT JOIN tasks p ON p.id = t.parent_task_id ORDER BY t.title`;
  const before = (await here.sql<{ title: string }>(shape)).map((row) => ({
    ...row,
    title: row.title.replace('\n', ' '),
  }));
  expect(await there.sql(shape)).toEqual(before);
  expect(await there.sql('SELECT title, priority FROM goals')).toEqual([{ title: 'Shop', priority: 'high' }]);
});
