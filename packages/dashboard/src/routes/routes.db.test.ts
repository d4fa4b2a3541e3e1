import { ourServers } from '@mcp-servers/core/connect';
import { tools } from '@mcp-servers/goals';
import { test as base, expect } from 'vitest';
import {
  About,
  CallList,
  ChangedGoal,
  ChangedTask,
  Connect,
  CreatedGoal,
  CreatedTasks,
  Deleted,
  EventPage,
  GoalDetail,
  GoalPage,
  Health,
  ItemPage,
  Problem,
  ServerDetail,
  ServerList,
  Stats,
  TaskDetail,
  TaskPage,
  Undone,
} from '../contract.ts';
import { type TestDashboard, withDashboard } from '../dashboard.fixture.ts';
import { routes } from './index.ts';

const test = base.extend<{ here: TestDashboard }>({
  here: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
    async ({}, use) => {
      await using here = await withDashboard({ env: { DASHBOARD_CREATE_PER_MINUTE: '10000' } });
      await use(here);
    },
    { scope: 'file' },
  ],
});

const newGoal = (here: TestDashboard, body: object) => here.expectOf(CreatedGoal, 'POST /api/goals', { body });

test('a goal is created with its plan, listed, read, and answers as the contract says', async ({ here }) => {
  const tasks = [
    { title: 'Design', ref: 'd', acceptance: ['drawn'], estimate_minutes: 30 },
    { title: 'Build', blocked_by: ['d'], subtasks: [{ title: 'Foundation' }] },
  ];
  const created = await here.ask('POST /api/goals', {
    body: { title: 'House', tags: ['big'], due_at: '2030-01-01', tasks },
  });
  expect(created.status).toBe(201);
  const { goal } = CreatedGoal.parse(created.body);
  expect(created.headers.get('location')).toBe(`/api/goals/${goal.id}`);
  expect(goal).toMatchObject({ title: 'House', version: 1, created_by: 'ann', due_at: '2030-01-01T00:00:00.000Z' });

  const page = await here.expectOf(GoalPage, 'GET /api/goals?q=house');
  expect(page.items).toMatchObject([{ id: goal.id, progress: { total: 3, blocked: 1, percent: 0 } }]);

  const detail = await here.expectOf(GoalDetail, `GET /api/goals/${goal.id.toLowerCase()}`);
  const [design, build, foundation] = detail.tasks;
  expect(detail.tasks.map(({ title, ready }) => [title, ready])).toEqual([
    ['Design', true],
    ['Build', false],
    ['Foundation', false],
  ]);
  expect(foundation?.parent_task_id).toBe(build?.id);
  expect(detail.links).toEqual([{ from: design?.id, to: build?.id, type: 'blocks' }]);

  const task = await here.expectOf(TaskDetail, `GET /api/tasks/${build?.id}`);
  expect(task).toMatchObject({
    goal: { id: goal.id, title: 'House' },
    tasks: [{ title: 'Foundation' }],
    blockers: [{ id: design?.id, title: 'Design' }],
    links: [{ from: design?.id, other_title: 'Design' }],
  });
  const all = await here.expectOf(
    TaskPage,
    `GET /api/tasks?goal_id=${goal.id}&status=pending,in_progress&sort=created`,
  );
  expect(all.total).toBe(3);
  const ready = await here.expectOf(TaskPage, `GET /api/tasks?goal_id=${goal.id}&ready=true`);
  expect(ready.items.map(({ id }) => id)).toEqual([design?.id]);
  expect((await here.ask(`GET /api/goals/${goal.id}/plan?workers=2`)).body).toMatchObject({ open_tasks: 3 });
});

test('a change says what undoes it, and undoing it says what redoes it', async ({ here }) => {
  const { goal, undo_event: creation } = await newGoal(here, { title: 'First name' });
  expect(creation).toBeGreaterThan(0);
  const changed = await here.expectOf(ChangedGoal, `PATCH /api/goals/${goal.id}`, { body: { title: 'Second name' } });
  expect(changed).toMatchObject({ goal: { title: 'Second name', version: 2 }, changed: ['title'] });
  const undone = await here.expectOf(Undone, `POST /api/events/${changed.undo_event}/undo`);
  expect(undone.items).toMatchObject([{ id: goal.id, now: { title: 'First name' } }]);
  await here.expectOf(Undone, `POST /api/events/${undone.redo_event}/undo`, { body: {} });
  expect((await here.ask(`GET /api/goals/${goal.id}`)).body.goal.title).toBe('Second name');
  await here.expectOf(Undone, `POST /api/events/${changed.undo_event}/undo`);
  const again = await here.ask(`POST /api/events/${changed.undo_event}/undo`);
  expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const history = await here.expectOf(EventPage, `GET /api/items/${goal.id}/history?limit=2`);
  expect(history.items.map(({ type }) => type)).toEqual(['goal_updated', 'goal_updated']);
  const rest = await here.expectOf(
    EventPage,
    `GET /api/items/${goal.id}/history?limit=10&cursor=${history.next_cursor}`,
  );
  expect(rest.items.at(-1)?.type).toBe('goal_created');
});

test('tasks are added, changed and deleted, and a deletion is undone', async ({ here }) => {
  const { goal } = await newGoal(here, { title: 'With tasks' });
  const body = { tasks: [{ title: 'One' }, { title: 'Two', subtasks: [{ title: 'Inner' }] }] };
  const created = await here.expectOf(CreatedTasks, `POST /api/goals/${goal.id}/tasks`, { body });
  const [one, two] = created.tasks;
  const done = await here.expectOf(ChangedTask, `PATCH /api/tasks/${one?.id}`, { body: { status: 'completed' } });
  expect(done.task).toMatchObject({ status: 'completed', percent: 100 });
  const preview = await here.expectOf(Deleted, `DELETE /api/tasks/${two?.id}?preview=true`);
  expect(preview).toMatchObject({ preview: true, tasks: 2 });
  const deleted = await here.expectOf(Deleted, `DELETE /api/tasks/${two?.id}`);
  expect((await here.ask(`GET /api/goals/${goal.id}`)).body.tasks).toHaveLength(1);
  await here.expectOf(Undone, `POST /api/events/${deleted.undo_event}/undo`);
  expect((await here.ask(`GET /api/goals/${goal.id}`)).body.tasks).toHaveLength(3);
  const closed = await here.ask(`PATCH /api/goals/${goal.id}`, { body: { status: 'completed' } });
  expect(closed).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const all = await here.expectOf(ChangedGoal, `PATCH /api/goals/${goal.id}`, {
    body: { status: 'completed', open_tasks: 'complete' },
  });
  expect(all.closed_tasks).toMatchObject({ count: 2 });
  await here.expectOf(Deleted, `DELETE /api/goals/${goal.id}`);
  const found = await here.expectOf(GoalPage, 'GET /api/goals?deleted=true');
  expect(found.items.map(({ id }) => id)).toContain(goal.id);
});

test('a change that names a stale version is refused, in the body with 409 and in If-Match with 412', async ({
  here,
}) => {
  const { goal } = await newGoal(here, { title: 'Contested' });
  const read = await here.ask(`GET /api/goals/${goal.id}`);
  const etag = read.headers.get('etag') ?? '';
  const change = (title: string, headers: Record<string, string>, more = {}) =>
    here.ask(`PATCH /api/goals/${goal.id}`, {
      body: { title, ...more },
      headers: { ...headers, authorization: `Bearer ${here.dashboard.token}` },
    });
  const first = await change('Mine', { 'if-match': etag });
  expect(first.status).toBe(200);
  expect(first.headers.get('etag')).toBe('"2"');
  expect(await change('Yours', { 'if-match': etag })).toMatchObject({
    status: 412,
    body: { code: 'precondition', current_version: 2 },
  });
  expect(await change('Yours', {}, { expected_version: 1 })).toMatchObject({
    status: 409,
    body: { current_version: 2 },
  });
  expect((await change('Yours', { 'if-match': 'nonsense' })).status).toBe(412);
  expect((await change('Yours', { 'if-match': '"2"' })).status).toBe(200);
  const stale = { 'if-match': '"2"', authorization: `Bearer ${here.dashboard.token}` };
  expect(await here.ask(`DELETE /api/goals/${goal.id}`, { headers: stale })).toMatchObject({
    status: 412,
    body: { code: 'precondition', current_version: 3 },
  });
  expect((await here.ask(`DELETE /api/goals/${goal.id}?preview=true`, { headers: stale })).status).toBe(412);
  const fresh = { 'if-match': '"3"', authorization: `Bearer ${here.dashboard.token}` };
  expect((await here.ask(`DELETE /api/goals/${goal.id}`, { headers: fresh })).status).toBe(200);
});

test('a task of a tree has the version that a change of it may demand', async ({ here }) => {
  const { goal } = await newGoal(here, { title: 'Tree', tasks: [{ title: 'Above', subtasks: [{ title: 'Below' }] }] });
  const read = () => here.expectOf(GoalDetail, `GET /api/goals/${goal.id}`);
  const [above] = (await read()).tasks;
  const change = (title: string) =>
    here.ask(`PATCH /api/tasks/${above?.id}`, {
      body: { title },
      headers: { 'if-match': `"${above?.version}"`, authorization: `Bearer ${here.dashboard.token}` },
    });
  expect((await change('Mine')).status).toBe(200);
  expect(await change('Yours')).toMatchObject({ status: 412, body: { current_version: 2 } });
  expect((await read()).tasks).toMatchObject([
    { title: 'Mine', version: 2 },
    { title: 'Below', version: 1 },
  ]);
});

test.for([
  ['PATCH /api/goals/GOAL-0999', { title: 'x' }],
  ['PATCH /api/tasks/TASK-0999', { title: 'x' }],
  ['POST /api/goals/GOAL-0999/tasks', { tasks: [{ title: 'x' }] }],
  ['DELETE /api/tasks/TASK-0999', undefined],
  ['POST /api/events/999999/undo', {}],
  ['GET /api/goals/GOAL-0999/plan', undefined],
] as const)('the refusal of %s names no tool', async ([request, body], { here }) => {
  const answer = await here.ask(request, body && { body });
  expect(answer.status).toBe(404);
  const { detail, hint = '' } = Problem.parse(answer.body);
  for (const { name } of tools) expect(`${detail} ${hint}`).not.toContain(name);
});

test('an answer that is known already is not sent again', async ({ here }) => {
  const { goal } = await newGoal(here, { title: 'Cached' });
  const get = (etag: string) =>
    here.ask(`GET /api/goals/${goal.id}`, {
      headers: { 'if-none-match': etag, authorization: `Bearer ${here.dashboard.token}` },
    });
  const etag = (await get('')).headers.get('etag') ?? '';
  expect((await get(etag)).status).toBe(304);
  await here.ask(`PATCH /api/goals/${goal.id}`, { body: { title: 'Cached no more' } });
  expect((await get(etag)).status).toBe(200);
});

test('pages follow each other until there is no more', async ({ here }) => {
  for (let n = 0; n < 5; n++) await newGoal(here, { title: `Paged ${n}`, project: 'pages' });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const more: string = cursor === undefined ? '' : `&cursor=${cursor}`;
    const page = await here.expectOf(GoalPage, `GET /api/goals?project=pages&limit=2&sort=created${more}`);
    expect(page.total).toBe(5);
    seen.push(...page.items.map(({ title }) => title));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(['Paged 4', 'Paged 3', 'Paged 2', 'Paged 1', 'Paged 0']);
});

test('reports answer as the contract says', async ({ here }) => {
  await newGoal(here, { title: 'Findable needle', tags: ['t'], tasks: [{ title: 'A needle too' }] });
  const found = await here.expectOf(ItemPage, 'GET /api/search?q=needle');
  expect(found.items.map(({ kind }) => kind).sort()).toEqual(['goal', 'task']);
  const stats = await here.expectOf(Stats, 'GET /api/stats?group_by=goal&days=3');
  expect(stats.throughput).toHaveLength(3);
  const activity = await here.expectOf(EventPage, 'GET /api/activity?types=goal_created&actor=ann&limit=1');
  expect(activity.items[0]).toMatchObject({ type: 'goal_created', actor: 'ann', client: 'dashboard' });
  const servers = (await here.expectOf(ServerList, 'GET /api/servers')).items;
  expect(servers.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual(
    ourServers.map(({ name }) => `${name} asleep`).toSorted(),
  );
  expect((await here.expectOf(ServerDetail, 'GET /api/servers/goals')).tool_list).toEqual([]);
  expect(await here.expectOf(CallList, 'GET /api/calls?status=error')).toEqual({ items: [] });
  expect(await here.expectOf(About, 'GET /api/about')).toMatchObject({ actor: 'ann', url: here.dashboard.url });
  expect(await here.expectOf(Health, 'GET /health')).toMatchObject({ status: 'healthy' });
  expect((await here.ask('GET /livez')).body).toMatchObject({ status: 'alive', service: 'mcp-dashboard' });
  expect((await here.ask('GET /readyz')).body).toEqual({ status: 'ready' });
});

test('the page is told how each client starts the server', async ({ here }) => {
  const { clients } = await here.expectOf(Connect, 'GET /api/connect');
  expect(clients.map(({ id }) => id)).toEqual(['claude-desktop', 'claude-code', 'cursor', 'vscode']);
  const [desktop, code, cursor, vscode] = clients;
  expect(desktop).toMatchObject({
    files: { windows: '%APPDATA%\\Claude\\claude_desktop_config.json' },
    config: { mcpServers: { goals: { command: expect.any(String), env: { MCP_SERVERS_HOME: here.home } } } },
  });
  expect(code?.command).toMatch(/^claude mcp add --scope user goals --env MCP_SERVERS_HOME=/);
  expect(cursor?.links).toEqual(
    ourServers.map(({ name }) => ({ server: name, href: expect.stringMatching(/^cursor:/) })),
  );
  expect(vscode?.config).toMatchObject({ servers: { goals: { type: 'stdio' } } });
});

test.for([
  ['GET /api/goals?status=done', 400, /status/],
  ['GET /api/goals?colour=red', 400, /unknown field "colour"/],
  ['GET /api/goals?limit=0', 400, /limit/],
  ['GET /api/goals?limit=10&limit=20', 400, /limit: is given 2 times/],
  ['GET /api/goals?cursor=zzz', 400, /cursor/],
  ['GET /api/goals?q=%00', 400, /NUL|U\+0000|null/i],
  ['GET /api/goals/GOAL-999999', 404, /GOAL-999999/],
  ['GET /api/goals/TASK-1', 400, /GOAL-0001/],
  ['GET /api/goals/..%2f..%2fetc', 400, /GOAL-0001/],
  ['GET /api/tasks/TASK-999999', 404, /TASK-999999/],
  ['GET /api/tasks?sort=relevance', 400, /relevance/],
  ['GET /api/search', 400, /q: required/],
  ['GET /api/stats?days=1000', 400, /days/],
  ['GET /api/servers/nobody', 404, /nobody/],
  ['GET /api/servers?x=1', 400, /takes none/],
  ['GET /api/activity?types=nonsense', 400, /nonsense/],
  ['POST /api/events/0/undo', 400, /event/],
  ['POST /api/events/999999999/undo', 404, /999999999/],
  ['GET /api/nothing', 404, /nothing at this address/],
  ['PUT /api/goals', 405, /GET, POST/],
  ['DELETE /api/goals', 405, /GET, POST/],
  ['POST /events', 405, /GET/],
] as const)('%s is refused with %i', async ([request, status, detail], { here }) => {
  const answer = await here.ask(request);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(Problem.parse(answer.body)).toMatchObject({ status, detail: expect.stringMatching(detail) });
});

test.for([
  ['no title', {}, /title: required/],
  ['an unknown field', { titel: 'x' }, /Did you mean title/],
  ['a title too long', { title: 'x'.repeat(201) }, /1-200/],
  ['an id in place of text', { title: 7 }, /title/],
  ['a list', [], /JSON object/],
  ['no JSON', '{"title":', /not JSON/],
  ['a lone surrogate', '{"title":"\\ud800"}', /surrogate/i],
  ['a NUL', '{"title":"a\\u0000b"}', /NUL|U\+0000|null/i],
  [
    'a cycle',
    {
      title: 'x',
      tasks: [
        { title: 'a', ref: 'a', blocked_by: ['b'] },
        { title: 'b', ref: 'b', blocked_by: ['a'] },
      ],
    },
    /a/,
  ],
] as const)('a goal with %s is refused', async ([, body, detail], { here }) => {
  const answer = await here.ask('POST /api/goals', { body });
  expect(Problem.parse(answer.body).detail).toMatch(detail);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

test('markup in every text field comes back as the same text', async ({ here }) => {
  const text = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&';
  const body = {
    title: text,
    description: text,
    project: 'p<b>',
    tags: ['<i>'],
    metadata: { [text]: text },
    tasks: [{ title: text, acceptance: [text] }],
  };
  const { goal } = await newGoal(here, body);
  expect(goal).toMatchObject({ title: text, description: text, tags: ['<i>'], metadata: { [text]: text } });
  const { headers } = await here.ask(`GET /api/goals/${goal.id}`);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('creations over the limit of a client are refused, with the time to wait', async () => {
  await using here = await withDashboard({ env: { DASHBOARD_CREATE_PER_MINUTE: '2' } });
  for (let n = 0; n < 2; n++) await newGoal(here, { title: `Goal ${n}` });
  const refused = await here.ask('POST /api/goals', { body: { title: 'One more' } });
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limit', retryable: true } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await here.ask('GET /api/goals')).body.total).toBe(2);
});

test('the document names every route, and the documentation has no script', async ({ here }) => {
  const { body } = await here.ask('GET /openapi.json');
  const paths = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  for (const { method, path } of routes) expect(paths).toContain(`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(paths).toContain('get /events');
  expect(JSON.stringify(body)).not.toContain('#/$defs/');
  const docs = await here.ask('GET /docs');
  expect(docs.body).toContain('POST /api/goals');
  expect(docs.body).not.toMatch(/<script|style=|https?:/);
});
