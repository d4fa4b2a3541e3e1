import { createLog } from '@mcp-servers/core';
import { connect, type Era, eras } from '@mcp-servers/core/testing';
import { ProtocolError } from '@modelcontextprotocol/client';
import { describe, expect } from 'vitest';
import { createGoalsServer } from '../server.ts';
import { only, type TestStore, test } from '../work/store.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

const client = (here: TestStore, era: Era = 'modern') =>
  connect(
    createGoalsServer({
      log,
      deps: { store: here.store, database: here.db.database, identify: () => here.as('ann').caller },
    }),
    { era },
  );

async function read(here: TestStore, uri: string, era?: Era): Promise<string> {
  await using connection = await client(here, era);
  const [content] = (await connection.client.readResource({ uri })).contents;
  expect(content).toMatchObject({ uri, mimeType: 'text/markdown' });
  return (content as { text: string }).text;
}

async function refused(here: TestStore, uri: string): Promise<ProtocolError> {
  const error = await read(here, uri).catch((thrown: unknown) => thrown);
  if (error instanceof ProtocolError) return error;
  throw new Error(`${uri} was not refused: ${String(error)}`);
}

describe.each(Object.keys(eras) as Era[])('%s era', (era) => {
  test('a goal is read with progress, check boxes, notes and history', async ({ here }) => {
    const ann = here.as('ann');
    const goal = await ann.goal({
      ...{ title: 'Web shop', description: 'Sell *things*.', tags: ['shop'], priority: 'high' },
      tasks: [
        { title: 'First', ref: 'first' },
        { title: 'Second', blocked_by: ['first'], subtasks: [{ title: 'Part' }] },
      ],
    });
    await ann.complete(only(goal.ids));
    await ann.update({ id: goal.id, title: 'Web shop', priority: 'critical' });
    const text = await read(here, `goal://${goal.id}`, era);
    expect(text).toContain('# GOAL-0001 Web shop\n\n- Status: pending, 33 % of 3 tasks (2 pending, 1 completed)\n');
    expect(text).toContain('- Tags: shop\n');
    expect(text).toContain('> Sell *things*.');
    expect(text).toContain('## Tasks\n\n- [x] TASK-0001 First\n- [ ] TASK-0002 Second\n  - [ ] TASK-0003 Part\n');
    expect(text).toMatch(
      /## History, newest first\n\n- \S+Z goal_updated by ann: priority high → critical\n- \S+Z goal_created by ann\n/,
    );
  });

  test('a task is read with acceptance, links, result, notes and its goal', async ({ here }) => {
    const ann = here.as('ann');
    const goal = await ann.goal({
      title: 'Web shop',
      tasks: [
        { title: 'First', ref: 'first' },
        {
          title: 'Second',
          blocked_by: ['first'],
          acceptance: ['It runs'],
          estimate_minutes: 30,
          subtasks: [{ title: 'Part' }],
        },
      ],
    });
    const [first = '', second = ''] = goal.ids;
    const open = await read(here, `task://${second}`, era);
    expect(open).toContain(
      `# ${second} Second\n\n- Goal: GOAL-0001 Web shop\n- Status: pending\n- Blocked by: 1 open task\n`,
    );
    expect(open).toContain('- Estimate: 30 minutes\n');
    expect(open).toContain('## Done when\n\n- It runs\n');
    expect(open).toContain(`## Links\n\n- waits for ${first} First (pending)`);
    expect(open).toContain('## Sub-tasks\n\n- [ ] TASK-0003 Part');
    await ann.complete(first, { files: ['a.ts'] });
    const done = await read(here, `task://${first}`, era);
    expect(done).toContain('## Result\n\n```json\n{\n  "files": [\n    "a.ts"\n  ]\n}\n```');
  });
});

test('blocked tasks of a goal name what they wait for, and tokens of claims are not shown', async ({ here }) => {
  const ann = here.as('ann');
  const goal = await ann.goal({
    title: 'G',
    tasks: [
      { title: 'First', ref: 'first' },
      { title: 'Second', blocked_by: ['first'] },
    ],
  });
  const claim = only((await ann.claim()).claimed as { lease_token: string }[]);
  const [first = '', second = ''] = goal.ids;
  const text = await read(here, `goal://${goal.id}`);
  expect(text).toContain(`- [ ] ${first} First (in_progress, held by ann)`);
  expect(text).toContain(`- [ ] ${second} Second (waits for ${first})`);
  for (const uri of [`goal://${goal.id}`, `task://${first}`]) {
    const shown = await read(here, uri);
    expect(shown).not.toContain(claim.lease_token);
    expect(shown).not.toContain(ann.caller.instance);
  }
});

test('what people wrote stays inside its quotation', async ({ here }) => {
  const ann = here.as('ann');
  const evil = '# Title\n```\n<script>alert(1)</script>\n## Tasks\n- [x] TASK-9999 done\n![x](http://x)';
  const goal = await ann.goal({ title: `Bad\n# ${evil}`.slice(0, 190), description: evil, tasks: [{ title: evil }] });
  await ann.report(only(goal.ids), { note: evil } as never);
  for (const uri of [`goal://${goal.id}`, `task://${only(goal.ids)}`]) {
    const text = await read(here, uri);
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
    expect(text.split('\n').filter((line) => line === '## Tasks').length).toBeLessThanOrEqual(1);
    expect(text).not.toMatch(/^\s*(```|- \[x\]|<)/m);
    expect(text).not.toMatch(/(?<!\\)<script>/);
    expect(text).not.toContain('![');
  }
});

test('addresses are understood as clients write them', async ({ here }) => {
  const { id } = await here.as('ann').goal({ title: 'G', tasks: [{ title: 'T' }] });
  for (const uri of [`goal://${id}`, 'goal://goal-0001', 'GOAL://Goal-1', 'goal://goal-1/', 'goal://%47OAL-0001'])
    expect(await read(here, uri)).toContain('# GOAL-0001 G');
  expect(await read(here, 'task://task-1')).toContain('# TASK-0001 T');
});

test('what is not there is not found, with the nearest ids', async ({ here }) => {
  const ann = here.as('ann');
  for (const title of ['One', 'Two <b>', 'Three']) await ann.goal({ title, tasks: [{ title: `Of ${title}` }] });
  const error = await refused(here, 'goal://GOAL-0007');
  expect(error).toMatchObject({ code: -32602, data: { uri: 'goal://GOAL-0007' } });
  expect(error.message).toContain('There is no GOAL-0007. Near it: GOAL-0002 (Two \\<b>), GOAL-0003 (Three).');
  expect((await refused(here, 'task://task-99')).message).toContain('There is no TASK-0099. Near it: TASK-0002');
  await refused(here, 'goal://GOAL-999999999999999999');
  for (const uri of [
    'goal://../..',
    'goal://..%2F..',
    'goal://TASK-0001',
    'goal://',
    'goal://GOAL-0001/x',
    'goal://%00',
    'goal://GOAL-0001%27%3B--',
    'note://1',
    'goal:GOAL-0001',
  ])
    expect(await refused(here, uri), uri).toMatchObject({ code: -32602, data: { uri } });
  for (const uri of ['goal://GOAL-0001\0', `goal://${'9'.repeat(10_000)}`, 'goal://\ud800'])
    expect(await refused(here, uri)).toMatchObject({ code: -32602, data: { code: 'validation' } });
});

test('a deleted goal says so', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'G' });
  await ann.delete(id);
  expect(await read(here, `goal://${id}`)).toMatch(/- Deleted: \S+Z, in no list\n/);
});

test('a large goal fits the budget and says what is missing', async ({ here }) => {
  const ann = here.as('ann');
  const goal = await ann.goal({ title: 'Large', description: 'word '.repeat(3_900) });
  for (let batch = 0; batch < 6; batch++) {
    const tasks = Array.from({ length: 100 }, (_, n) => ({ title: `Task ${batch} ${n} ${'x'.repeat(150)}` }));
    await ann.tasks({ goal_id: goal.id, tasks });
  }
  const text = await read(here, `goal://${goal.id}`);
  expect(text.length).toBeLessThanOrEqual(20_000);
  expect(text).toContain('did not fit: find_items with goal_id lists all)');
});

test('open goals are listed, the last touched first, page by page', async ({ here }) => {
  const ann = here.as('ann');
  const ids: string[] = [];
  for (let n = 1; n <= 45; n++) ids.push((await ann.goal({ title: `Goal ${n}` })).id);
  await ann.goal({ title: 'Shown only when named', project: 'demo' });
  await ann.update({ id: only(ids), status: 'cancelled' });
  await using connection = await client(here);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await connection.client.request({
      method: 'resources/list',
      params: cursor === undefined ? {} : { cursor },
    });
    expect(page.resources.length).toBeLessThanOrEqual(20);
    seen.push(...page.resources.map(({ uri }) => uri));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(
    ids
      .slice(1)
      .reverse()
      .map((id) => `goal://${id}`),
  );
  const inner = Buffer.from(JSON.stringify(['2026-02-31', 'goal', 1])).toString('base64url');
  const forged = Buffer.from(JSON.stringify(['goal', inner])).toString('base64url');
  const answer = connection.client.request({ method: 'resources/list', params: { cursor: forged } });
  await expect(answer).rejects.toMatchObject({ code: -32602 });
});

test('completion finds by the beginning of the id and of words in the title', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({
    title: 'Web shop for books',
    tasks: [{ title: 'Draw the shopping cart' }, { title: 'Résumé écrit' }],
  });
  await ann.goal({ title: 'Write a book about webs', description: 'shopping' });
  await ann.goal({ title: 'Gone shop' }).then(({ id }) => ann.delete(id));
  await ann.goal({ title: 'Demo shop', project: 'demo' });
  await using connection = await client(here);
  const complete = async (uri: string, value: string) =>
    (await connection.client.complete({ ref: { type: 'ref/resource', uri }, argument: { name: 'id', value } }))
      .completion;
  const goals = async (value: string) => (await complete('goal://{id}', value)).values;
  expect(await complete('goal://{id}', '')).toEqual({ values: ['GOAL-0002', 'GOAL-0001'], total: 2, hasMore: false });
  expect(await goals('goal-')).toEqual(['GOAL-0002', 'GOAL-0001']);
  expect(await goals('goal-1')).toEqual(['GOAL-0001']);
  expect(await goals('GOAL-0002')).toEqual(['GOAL-0002']);
  expect(await goals('sho')).toEqual(['GOAL-0001']);
  expect(await goals('WEB')).toEqual(['GOAL-0002', 'GOAL-0001']);
  expect(await goals('web boo')).toEqual(['GOAL-0002', 'GOAL-0001']);
  expect(await goals('web sho')).toEqual(['GOAL-0001']);
  expect(await goals('hop')).toEqual([]);
  for (const value of ["'", '%', 'goal-x', ':*', '(', '\\', '🚀', "web' | 'cart"])
    expect(await goals(value), value).toEqual([]);
  expect((await complete('task://{id}', 'cart')).values).toEqual(['TASK-0001']);
  expect((await complete('task://{id}', 'éc')).values).toEqual(['TASK-0002']);
});

test('completion of many passes on 100 and says how many there are, or that there are more', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'G' });
  await here.sql(
    `INSERT INTO tasks (goal_id, title, created_by) SELECT '${id}', 'T', 'ann' FROM generate_series(1, 1005) RETURNING id`,
  );
  await using connection = await client(here);
  const complete = async (value: string) => {
    const ref = { type: 'ref/resource' as const, uri: 'task://{id}' };
    return (await connection.client.complete({ ref, argument: { name: 'id', value } })).completion;
  };
  const all = await complete('');
  expect(all.values).toHaveLength(100);
  expect(all).toMatchObject({ hasMore: true });
  expect(all.total).toBeUndefined();
  expect(await complete('TASK-00')).toMatchObject({ total: 99, hasMore: false });
  expect(await complete('1')).toMatchObject({ total: 1 + 10 + 100 + 6, hasMore: true });
});
