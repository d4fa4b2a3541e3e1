import { randomUUID } from 'node:crypto';
import { AppError, type Call, createLog } from '@mcp-servers/core';
import { openGoalsCache } from '../src/cache/index.ts';
import { createIdentify } from '../src/identity.ts';
import { tools } from '../src/tools/index.ts';
import { type FindInput, findItems } from '../src/work/find.ts';
import { openStore } from '../src/work/store.ts';
import { sweep } from '../src/work/sweep.ts';
import { updateItems } from '../src/work/update.ts';
import type { Client, PlanRecorder } from './plans.fixture.ts';

type Input = Record<string, unknown>;
type Output = Record<string, unknown>;

/** Every way in which the lists are asked, by what it is called in the table of plans. */
const lists: Record<string, Partial<FindInput>> = {
  'the whole store': {},
  tasks: { kind: 'task' },
  goals: { kind: 'goal' },
  'of a project': { project: 'api' },
  'of a goal': { goal_id: 'GOAL-0003' },
  'by status': { status: ['pending', 'in_progress'], project: 'api', kind: 'task' },
  cancelled: { status: ['cancelled'] },
  'oldest cancelled of a project': { status: ['cancelled'], project: 'default' },
  'by creation': { sort: 'created' },
  'by priority': { sort: 'priority' },
  'by due date': { sort: 'due' },
  'open, by priority': { sort: 'priority', status: ['pending', 'in_progress'], kind: 'task' },
  'of a project, by priority': { sort: 'priority', project: 'website' },
  'of a project, by due date': { sort: 'due', project: 'website' },
  critical: { priority: ['critical'] },
  assignee: { assignee: 'margaret' },
  ready: { ready: true },
  'not ready': { ready: false },
  blocked: { blocked: true },
  overdue: { overdue: true },
  leased: { leased: true },
  stale: { stale_days: 300 },
  deleted: { deleted: true },
  'due within': { due_after: new Date().toISOString(), due_before: new Date(Date.now() + 86_400_000).toISOString() },
  'changed since': { updated_since: new Date(Date.now() - 86_400_000).toISOString() },
  'any tag': { tags_any: ['reminder', 'document'] },
  'all tags': { tags_all: ['add', 'check'] },
  'external reference': { external_ref: 'issue-77' },
  'sub-tasks': { parent_task_id: 'TASK-0002' },
  text: { text: 'invoice payment' },
  'text in a project': { text: 'invoice payment', project: 'mobile' },
  'text, by change': { text: 'invoice payment', sort: 'updated' },
  'text, rare': { text: '4242' },
  'misspelt text': { text: 'invoicce calender' },
  'misspelt text in a goal': { text: 'invoicce calender', goal_id: 'GOAL-0003' },
};

const histories: Record<string, Input> = {
  'the whole log': {},
  'of a goal': { ids: ['GOAL-0003'] },
  'of tasks': { ids: ['TASK-0500', 'TASK-0600'] },
  'of an actor': { actor: 'margaret' },
  'of an unknown actor': { actor: 'nobody' },
  'of a project': { project: 'api' },
  'since a time': { since: new Date(Date.now() - 3_600_000).toISOString() },
  'of a type': { types: ['goal_created'] },
};

/**
 * Has the package send every statement it has at a seeded store: each tool in each of its ways, and what runs in the background.
 * Calls that are refused are part of it.
 */
export async function sendEverything(client: Client, { database, begin }: PlanRecorder): Promise<void> {
  const instance = randomUUID();
  const log = createLog({ name: 'plans', level: 'silent' });
  const store = openStore(database, log);
  const identify = createIdentify(store.agents, { actor: 'planner', instance: () => instance, log });
  const call: Call = {
    signal: new AbortController().signal,
    requestId: '1',
    client: undefined,
    maxChars: 90_000,
    log,
    annotate: () => undefined,
    progress: () => undefined,
  };

  async function run(name: string, input: Input, what = ''): Promise<Output> {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error(`there is no tool ${name}`);
    begin(what === '' ? name : `${name}: ${what}`);
    return tool.run(tool.input.parse(input), { store, database, identify, allowPurge: true }, call);
  }
  async function refused(name: string, input: Input, what: string): Promise<void> {
    const outcome = await run(name, input, what).catch((error: unknown) => error);
    if (!(outcome instanceof AppError)) throw new Error(`${name} was not refused: ${JSON.stringify(outcome)}`);
  }
  async function one(text: string): Promise<string> {
    begin('');
    const { rows } = await client.query<{ id: string }>(text);
    if (!rows[0]) throw new Error(`the seed has no row for: ${text}`);
    return rows[0].id;
  }

  for (const [what, input] of Object.entries(lists)) {
    begin(`find_items: ${what}`);
    const { next_cursor: cursor } = await findItems(store, { ...input, limit: 20 }, call);
    begin(`find_items: ${what}, next page`);
    if (cursor !== undefined) await findItems(store, { ...input, limit: 20, cursor }, call);
  }
  const goal =
    await one(`SELECT goal_id AS id FROM tasks WHERE status = 'pending' AND deleted_at IS NULL AND project = 'api'
    AND goal_id IN (SELECT id FROM goals WHERE status = 'in_progress' AND deleted_at IS NULL) GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
  const include = ['tree', 'links', 'notes', 'history', 'progress', 'blockers'];
  await run('get_items', { ids: ['TASK-0077'] }, 'one');
  await run('get_items', { ids: Array.from({ length: 100 }, (_, index) => `TASK-${1000 + index * 777}`) }, '100');
  await run('get_items', { ids: [goal, 'TASK-0077', 'TASK-0101'], include }, 'with every include');

  for (const scope of [{}, { project: 'api' }, { goal_id: goal }]) {
    const of = Object.keys(scope)[0] ?? 'all';
    await run('next_tasks', scope, of);
    for (const group_by of ['goal', 'project', 'tag', 'assignee'])
      await run('get_stats', { ...scope, group_by }, `${of} by ${group_by}`);
    begin(`why nothing is ready: ${of}`);
    await store.tasks.waiting(scope);
  }
  await run('resume_work', {});
  await run('resume_work', { project: 'api' }, 'of a project');
  await run('plan_goal', { goal_id: goal });
  for (const [what, input] of Object.entries(histories)) {
    for (const order of ['newest', 'oldest']) {
      const page = await run('get_history', { ...input, order }, `${what}, ${order} first`);
      if (page.next_cursor)
        await run('get_history', { ...input, order, cursor: page.next_cursor }, `${what}, ${order} first, next page`);
    }
  }

  const created = await run(
    'create_goal',
    { title: 'Plan', project: 'api', tags: ['add'], idempotency_key: 'a' },
    'without tasks',
  );
  const id = (created.goal as { id: string }).id;
  await run('create_goal', { title: 'Plan', project: 'api', tags: ['add'], idempotency_key: 'a' }, 'again');
  const steps = Array.from({ length: 50 }, (_, index) => ({
    ...{
      title: `Step ${index}`,
      ref: `s${index}`,
      tags: ['add'],
      ...(index >= 10 && { blocked_by: [`s${index - 10}`] }),
    },
  }));
  const big = await run('create_goal', { title: 'Big', project: 'api', tasks: steps }, 'with 50 tasks');
  const [first = '', second = '', third = '', fourth = ''] = (big.tasks as { id: string }[]).map((task) => task.id);
  await run('create_tasks', {
    goal_id: id,
    tasks: [{ title: 'More', blocked_by: [first], subtasks: [{ title: 'Below' }] }],
  });
  await run('create_tasks', { parent_task_id: second, tasks: [{ title: 'Below' }] }, 'below a task');

  const claim = await run('claim_tasks', { ids: [third] }, 'named');
  await refused('claim_tasks', { ids: [third, fourth, first] }, 'refused');
  await run('claim_tasks', { ids: [third], take_over: true }, 'taken over');
  for (const scope of [{}, { project: 'api' }, { goal_id: goal }]) {
    const { claimed } = await run('claim_tasks', scope, Object.keys(scope)[0] ?? 'all');
    const [held] = claimed as { task?: { id: string }; id?: string }[];
    const task_id = held?.id ?? held?.task?.id ?? '';
    await run('report_progress', { id: task_id, percent: 50, note: 'half', note_kind: 'handoff' }, 'note');
    const undone = await run('undo_change', {}, 'of a note');
    await run('undo_change', { event: undone.redo_event }, 'of an undo');
    await run('report_progress', { id: task_id, outcome: 'released', note: 'later' }, 'released');
  }
  if (!claim.claimed) throw new Error('nothing was claimed');
  await run('report_progress', { id: third, outcome: 'completed', result: { ok: true } }, 'completed');

  const patch = { title: 'Other', add_tags: ['x'], remove_tags: ['add'], priority: 'high' };
  await run('update_items', { items: [{ id: first, ...patch, status: 'in_progress' }] }, 'a task');
  await run('update_items', { items: [{ id, ...patch, project: 'website' }] }, 'a goal to another project');
  await refused(
    'update_items',
    { items: [{ id: first, title: 'Stale', expected_version: 1 }], all_or_nothing: true },
    'stale',
  );
  await run('update_items', { items: [{ id: fourth, goal_id: id }] }, 'a task to another goal');
  await refused(
    'update_items',
    { items: [{ id: (big.goal as { id: string }).id, status: 'completed' }], all_or_nothing: true },
    'a goal with open tasks',
  );
  await run(
    'update_items',
    { items: [{ id: (big.goal as { id: string }).id, status: 'completed' }], open_tasks: 'cancel' },
    'a goal and its open tasks',
  );
  const [a, b] = [
    await one(
      "SELECT id FROM tasks WHERE status = 'pending' AND blocked_by = 0 AND deleted_at IS NULL ORDER BY seq DESC LIMIT 1",
    ),
    second,
  ];
  await run(
    'link_tasks',
    {
      add: [
        { from: 'TASK-0500', to: a, type: 'related' },
        { from: b, to: a },
      ],
    },
    'add',
  );
  await run('link_tasks', { remove: [{ from: b, to: a }] }, 'remove');
  await run('update_items', { items: [{ id: a, external_ref: 'planned-1' }] }, 'a reference');
  await run('update_items', { items: [{ id: a, external_ref: null }] }, 'no reference');
  await run('undo_change', {});
  await run('delete_items', { ids: [goal], preview: true }, 'preview');
  await run('delete_items', { ids: [goal] });
  await run('delete_items', { ids: [goal], restore: true }, 'restore');
  await run('delete_items', { ids: [id] }, 'before purge');
  await run('delete_items', { ids: [id, 'TASK-0002'].slice(0, 1), purge: true }, 'purge');
  await run('rename_tag', { from: 'reminder', to: 'Reminders' });
  await refused('rename_tag', { from: 'remindr', to: 'Nudges' }, 'unknown');

  const sample =
    '# Imported\n\n- [ ] **TASK-200001** One\n  > **decision** by ada, 2026-01-01T10:00:00Z: Because\n  - [ ] Below\n- [x] Two\n';
  for (const what of ['first', 'again']) {
    await run('import_items', { content: sample, format: 'markdown', source: 'sample', dry_run: false }, what);
  }
  const small = await one(`SELECT goal_id AS id FROM tasks WHERE deleted_at IS NULL GROUP BY 1
    HAVING bool_or(external_ref IS NOT NULL) AND count(*) > 10 ORDER BY count(*) LIMIT 1`);
  const { content } = await run('export_items', { ids: [small], format: 'json' });
  // The same under other ids, as from another store.
  const written = typeof content === 'string' ? content : JSON.stringify(content);
  const foreign = written.replaceAll(/(GOAL|TASK)-(\d+)/g, (_, kind, number) => `${kind}-${Number(number) + 100_200}`);
  const changed = foreign.replaceAll(/("title": ?")/g, '$1New ');
  for (const [what, text] of Object.entries({ 'own format': foreign, 'own format, changed': changed })) {
    await run('import_items', { content: text, format: 'json', keep_ids: true, dry_run: false }, what);
  }
  for (const kind of ['goal', 'task'] as const) {
    for (const prefix of ['', '12', 'invoice', kind === 'goal' ? 'GOAL-19' : 'TASK-99']) {
      begin(`completion of a ${kind}: ${prefix}`);
      await store.directory.beginningWith(prefix, { kind, open: true, limit: 20 });
    }
  }
  begin('completion');
  await store.directory.projects('ap', 20);
  await store.directory.near('GOAL-99999');
  await store.directory.near('TASK-999999');
  begin('daily-review');
  await store.days.day({ from: new Date(Date.now() - 86_400_000), until: new Date(), limit: 20 });

  begin('update_items: a task and its goal, with a cache');
  const cached = openStore(database, log, openGoalsCache({}, { database, log }));
  // As the transactions of a cache that is on have it.
  await client.query("SET mcp_servers.tells_cache = 'on'");
  await updateItems(
    cached,
    {
      items: [
        { id: goal, title: 'Told' },
        { id: 'TASK-0077', title: 'Told' },
      ],
      ...{ open_tasks: 'refuse', all_or_nothing: true },
    },
    { caller: { actor: 'planner', client: undefined, instance }, signal: call.signal },
  );
  await client.query('RESET mcp_servers.tells_cache');

  begin('background');
  await sweep({ store, database, instance });
  await store.goals.purgeProject('demo');
  await new Promise((resolve) => setTimeout(resolve, 50));
  // The plan of the last statement comes when the next one begins.
  await client.query('SELECT 1');
}
