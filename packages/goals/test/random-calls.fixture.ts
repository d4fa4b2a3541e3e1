import { importTasks } from './random-import.fixture.ts';
import {
  anyGoal,
  anyTask,
  count,
  type Lane,
  type Named,
  newWord,
  noteTasks,
  send,
  wasClaimed,
  wasRead,
  wordsOf,
  wrote,
} from './random-work.fixture.ts';

interface Created {
  goal?: { id: string; version: number };
  tasks: Named[];
}

const statuses = ['pending', 'pending', 'in_progress', 'completed', 'cancelled'];
const projects = ['p0', 'p1', 'p2'];
const spellings = ['tag', 'Tag', 'TAG', 'other', 'Other', 'third'];

/** A goal with a small plan. */
export async function createGoal(lane: Lane): Promise<Created | undefined> {
  const { random, world } = lane;
  const title = newWord(world);
  const accepted = await send(lane, 'create_goal', {
    title,
    project: random.pick(projects),
    tags: [random.pick(spellings)],
    tasks: [
      {
        title: newWord(world),
        ref: 'a',
        subtasks: [{ title: newWord(world), tags: ['tag'] }, { title: newWord(world) }],
      },
      { title: newWord(world), ref: 'b', blocked_by: random.chance(0.5) ? ['a'] : [] },
      { title: newWord(world), blocked_by: random.chance(0.3) && world.tasks.length > 0 ? ['b', anyTask(lane)] : [] },
    ],
  });
  if (!accepted) return undefined;
  const created = accepted.answer as unknown as Required<Created>;
  world.goals.push(created.goal.id);
  count(world, 'goal_created', created.goal.id);
  wrote(world, { id: created.goal.id, version: created.goal.version, floor: 0, patch: { title } });
  noteTasks(lane, created.tasks);
  return created;
}

async function createTasks(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const place = random.chance(0.4) ? { parent_task_id: anyTask(lane) } : { goal_id: anyGoal(lane) };
  const blocks = random.chance(0.3) ? [anyTask(lane)] : [];
  const links = { blocks, blocked_by: random.chance(0.5) ? [anyTask(lane)] : [] };
  const accepted = await send(lane, 'create_tasks', {
    ...place,
    tasks: [{ title: newWord(world), ...links }, { title: newWord(world) }],
  });
  if (!accepted) return;
  const { tasks } = accepted.answer as unknown as Created;
  noteTasks(lane, tasks);
  for (const id of blocks) count(world, 'task_linked', id);
  if (random.chance(0.5)) world.hot.tasks[random.int(world.hot.tasks.length)] = random.pick(tasks).id;
}

type Patch = Record<string, unknown> & { id: string };

async function update(lane: Lane, items: Patch[], options: Record<string, unknown> = {}): Promise<void> {
  const { world } = lane;
  const accepted = await send(lane, 'update_items', { items, ...options });
  if (!accepted) return;
  const outcomes = accepted.answer.items as { id: string; version?: number; changed?: string[]; error?: string }[];
  for (const [index, { id, version, error }] of outcomes.entries()) {
    const { id: asked, expected_version: _, ...patch } = items[index] as Patch;
    if (asked !== id) world.journal.unexpected.push(`update_items answers ${id} for ${asked}`);
    if (error !== undefined) for (const word of wordsOf(patch)) world.journal.refused.add(word);
    else if (version !== undefined) wrote(world, { id, version, floor: accepted.floor(id), patch });
    else if (wordsOf(patch).length > 0)
      world.journal.unexpected.push(`${id}: nothing changed by ${JSON.stringify(patch)}`);
  }
}

/** A few fields of one item, of its own kind. */
function fields(lane: Lane, id: string): Patch {
  const { random, world } = lane;
  const patches: (() => Record<string, unknown>)[] = [
    () => ({ title: newWord(world) }),
    () => ({ description: newWord(world) }),
    () => ({ metadata: { [random.pick(['a', 'b', 'c'])]: newWord(world) } }),
    () => ({ metadata: { [random.pick(['a', 'b', 'c'])]: null } }),
    () => ({ priority: random.pick(['low', 'medium', 'high', 'critical']) }),
    () => ({ due_at: random.chance(0.3) ? null : new Date(Date.UTC(2030, random.int(12), 1)).toISOString() }),
    () => ({ add_tags: [random.pick(spellings)] }),
    () => ({ remove_tags: [random.pick(spellings)] }),
    ...(id.startsWith('TASK')
      ? [
          () => ({ position: random.int(50) }),
          () => ({ estimate_minutes: 1 + random.int(90) }),
          () => ({ percent: random.int(100) }),
          () => ({ assignee: random.chance(0.3) ? null : newWord(world) }),
          () => ({ acceptance: [newWord(world)] }),
          () => ({ external_ref: random.chance(0.3) ? null : random.pick(['R1', 'R2', 'R3', 'R4']) }),
        ]
      : []),
  ];
  const expected = random.chance(0.25) && { expected_version: Math.max(1, world.versions.get(id) ?? 1) };
  return { id, ...expected, ...random.pick(patches)(), ...random.pick(patches)() };
}

async function updateFields(lane: Lane): Promise<void> {
  const { random } = lane;
  const ids = new Set(
    Array.from({ length: 1 + random.int(3) }, () => (random.chance(0.2) ? anyGoal(lane) : anyTask(lane))),
  );
  await update(
    lane,
    [...ids].map((id) => fields(lane, id)),
    { all_or_nothing: random.chance(0.3) },
  );
}

async function setStatus(lane: Lane): Promise<void> {
  const { random } = lane;
  const ids = new Set([anyTask(lane), ...(random.chance(0.4) ? [anyTask(lane)] : [])]);
  await update(
    lane,
    [...ids].map((id) => ({ id, status: random.pick(statuses) })),
  );
}

async function changeGoal(lane: Lane): Promise<void> {
  const { random } = lane;
  const change = random.chance(0.5) ? { status: random.pick(statuses) } : { project: random.pick(projects) };
  await update(lane, [{ id: anyGoal(lane), ...change }], { open_tasks: random.pick(['refuse', 'complete', 'cancel']) });
}

async function move(lane: Lane): Promise<void> {
  const { random } = lane;
  const place = random.pick([
    () => ({ goal_id: anyGoal(lane) }),
    () => ({ parent_task_id: anyTask(lane) }),
    () => ({ parent_task_id: null }),
  ]);
  await update(lane, [{ id: anyTask(lane), ...place() }]);
}

async function link(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const links = Array.from({ length: 1 + random.int(2) }, () => ({
    ...{ from: anyTask(lane), to: anyTask(lane) },
    type: random.pick(['blocks', 'blocks', 'blocks', 'discovered_from']),
  }));
  const accepted = await send(lane, 'link_tasks', random.chance(0.35) ? { remove: links } : { add: links });
  for (const { outcome, to } of (accepted?.answer.links ?? []) as { outcome: string; to: string }[]) {
    if (outcome === 'added') count(world, 'task_linked', to);
    if (outcome === 'removed') count(world, 'task_unlinked', to);
  }
}

async function claim(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const named = random.chance(0.4);
  const accepted = await send(lane, 'claim_tasks', {
    ...(named ? { ids: [anyTask(lane)], take_over: random.chance(0.4) } : { limit: 1 + random.int(2) }),
    ...(!named && random.chance(0.7) && { goal_id: anyGoal(lane) }),
    lease_minutes: 1 + random.int(60),
  });
  for (const { id, version, lease_token } of (accepted?.answer.claimed ?? []) as {
    id: string;
    version: number;
    lease_token: string;
  }[])
    wasClaimed(world, { id, version, token: lease_token, floor: accepted?.floor(id) ?? 0 });
}

/** With the lease of any lane, a recent one or a long ended one; or without. Always with something to write down. */
async function report(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const recent = world.tokens.slice(random.chance(0.8) ? -12 : -200);
  const lease = random.chance(0.75) && recent.length > 0 ? random.pick(recent) : undefined;
  const id = lease?.id ?? anyTask(lane);
  const percent = random.int(100);
  const word = newWord(world);
  const { args, patch, notes } = random.pick([
    { args: { percent, note: word }, patch: { percent }, notes: 1 },
    { args: { percent, note: word }, patch: { percent }, notes: 1 },
    {
      args: { outcome: 'completed', result: { word } },
      patch: { status: 'completed', result: { word }, lease_holder: null },
      notes: 0,
    },
    {
      args: { outcome: 'completed', result: { word }, note: word },
      patch: { status: 'completed', result: { word } },
      notes: 1,
    },
    {
      args: { outcome: 'released', note: word },
      patch: { status: 'pending', lease_holder: null, assignee: null },
      notes: 1,
    },
    {
      args: { outcome: 'failed', reason: word, retry_in_minutes: 0 },
      patch: { status: 'pending', lease_holder: null, assignee: null },
      notes: 1,
    },
  ]);
  const accepted = await send(lane, 'report_progress', {
    id,
    ...(lease && { lease_token: lease.token }),
    ...args,
  });
  if (!accepted) return;
  const { version } = accepted.answer.task as { version: number };
  const told = { id, version, floor: accepted.floor(id) };
  wrote(world, { ...told, patch });
  if (lease) world.journal.reports.push({ ...told, token: lease.token });
  for (let n = 0; n < notes; n += 1) count(world, 'note_added', id);
}

async function remove(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const restore = world.deleted.length > 0 && random.chance(0.7);
  const ids = [restore ? random.pick(world.deleted) : random.chance(0.1) ? anyGoal(lane) : anyTask(lane)];
  const how = restore ? { restore } : { force: random.chance(0.5), preview: random.chance(0.2) };
  const accepted = await send(lane, 'delete_items', { ids, ...how });
  if (!accepted || accepted.answer.preview) return;
  const { items, truncated } = accepted.answer as { items: { id: string }[]; truncated?: boolean };
  if (truncated)
    world.journal.unexpected.push('delete_items names only some of what it deleted: plans of this test are too large');
  for (const { id } of items)
    count(world, `${id.startsWith('GOAL') ? 'goal' : 'task'}_${restore ? 'restored' : 'deleted'}`, id);
  if (!restore) world.deleted = [...world.deleted.slice(-20), ...items.map(({ id }) => id)];
}

async function renameTag(lane: Lane): Promise<void> {
  const { random } = lane;
  const project = random.chance(0.7) && { project: random.pick(projects) };
  await send(lane, 'rename_tag', { from: random.pick(spellings), to: random.pick(spellings), ...project });
}

async function read(lane: Lane): Promise<void> {
  const { world } = lane;
  const accepted = await send(lane, 'get_items', { ids: [anyTask(lane), anyTask(lane), anyGoal(lane)] });
  for (const row of (accepted?.answer.items ?? []) as { id: string; version: number }[])
    wasRead(world, { id: row.id, version: row.version, floor: accepted?.floor(row.id) ?? 0, row });
}

/** The last change of the caller or of another, or a recent one that history shows. */
async function undo(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const recent = await send(lane, 'get_history', { ...(random.chance(0.7) && { ids: [anyTask(lane)] }), limit: 10 });
  const events = (recent?.answer.items ?? []) as { event: number }[];
  const named = events.length > 0 && random.chance(0.7);
  const accepted = await send(lane, 'undo_change', {
    ...(named && { event: random.pick(events).event, event_only: random.chance(0.3) }),
    ...(!named && random.chance(0.3) && { actor: random.pick(['ann', 'bo', 'cy']) }),
    preview: random.chance(0.1),
  });
  if (!accepted || accepted.answer.preview) return;
  const { redo_event } = accepted.answer as { redo_event?: number };
  if (redo_event !== undefined) world.journal.undoings.push(redo_event);
}

const lapse = (lane: Lane): Promise<void> => lane.world.lapse(anyTask(lane));

const menu: readonly (readonly [weight: number, call: (lane: Lane) => Promise<unknown>])[] = [
  ...([
    [1, createGoal],
    [3, createTasks],
    [27, updateFields],
    [10, setStatus],
    [2, changeGoal],
    [6, move],
  ] as const),
  ...([
    [8, link],
    [13, claim],
    [18, report],
    [4, remove],
    [6, undo],
    [1, renameTag],
    [1, importTasks],
    [8, read],
    [2, lapse],
  ] as const),
];
const dishes = menu.flatMap(([weight, call]) => Array.from({ length: weight }, () => call));

/** One random call. */
export const anyCall = (lane: Lane): Promise<unknown> => lane.random.pick(dishes)(lane);
