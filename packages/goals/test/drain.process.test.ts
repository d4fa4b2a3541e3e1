import { setTimeout as sleep } from 'node:timers/promises';
import { statement } from '@mcp-servers/core/postgres';
import { expect } from 'vitest';
import { type Claim, findDoubleClaims, type Recorded, rebuild } from './history-checks.fixture.ts';
import { findEarlyStarts } from './order-checks.fixture.ts';
import { chosenSeed, type Random, randomOf } from './random.fixture.ts';
import { readRecorded } from './recorded.fixture.ts';
import { errorOf, type GoalsServer, openSql, patiently, spawnServer, test, textOf } from './spawn.fixture.ts';

const size = 200;

interface Created {
  goal: { id: string };
  tasks: { id: string }[];
}

/** Two calls of a hundred tasks each; a task waits for up to three random ones before it. */
async function createPlan(server: GoalsServer, random: Random): Promise<{ goal: string; ids: string[] }> {
  const task = (n: number, nameOf: (before: number) => string) => ({
    ...{ title: `Task ${n}`, ref: `t${n}` },
    blocked_by: [...new Set(Array.from({ length: n === 0 ? 0 : random.int(4) }, () => nameOf(random.int(n))))],
  });
  const half = size / 2;
  const list = (from: number, nameOf: (before: number) => string) =>
    Array.from({ length: half }, (_, n) => task(from + n, nameOf));
  const { goal, tasks } = await server.ask<Created>('create_goal', { title: 'Drain', tasks: list(0, (n) => `t${n}`) });
  const nameOf = (n: number) => (n < half ? (tasks[n]?.id ?? '') : `t${n}`);
  const more = await server.ask<Created>('create_tasks', { goal_id: goal.id, tasks: list(half, nameOf) });
  return { goal: goal.id, ids: [...tasks, ...more.tasks].map(({ id }) => id) };
}

/** What the agents were told. */
interface Told {
  claims: Claim[];
  reports: Claim[];
  /** Who completed a task, as far as that was acknowledged. */
  done: Map<string, string>;
}

interface Claimed {
  claimed: { id: string; version: number; lease_token: string }[];
}

interface Agent {
  name: string;
  server: GoalsServer;
  goal: string;
  told: Told;
}

async function claim({ server, goal, told }: Agent, args: Record<string, unknown> = {}): Promise<Claim[]> {
  const { claimed } = await server.ask<Claimed>('claim_tasks', { goal_id: goal, ...args });
  const claims = claimed.map(({ id, version, lease_token }) => ({ id, version, token: lease_token, floor: 0 }));
  told.claims.push(...claims);
  return claims;
}

const end = (agent: Pick<Agent, 'name'>, { id, token }: Claim) => ({
  ...{ id, lease_token: token, outcome: 'completed', result: { by: agent.name } },
});

async function complete(agent: Agent, held: Claim): Promise<void> {
  const { task } = await agent.server.ask<{ task: { version: number } }>('report_progress', end(agent, held));
  agent.told.reports.push({ ...held, version: task.version });
  agent.told.done.set(held.id, agent.name);
}

/** Claims and completes until every task of the goal is done. */
async function drain(agent: Agent, random: Random): Promise<void> {
  for (;;) {
    const claims = await claim(agent, { limit: 1 + random.int(3) });
    for (const held of claims) await complete(agent, held);
    if (claims.length > 0) continue;
    const { items } = await agent.server.ask<{ items: { progress: { completed: number } }[] }>('get_items', {
      ids: [agent.goal],
      include: ['progress'],
    });
    if (items[0]?.progress.completed === size) return;
    await sleep(5);
  }
}

/** Works until it holds three tasks at once some time on, and is killed while it reports on the first of them. */
async function dieInTheMiddle(agent: Agent, random: Random): Promise<Claim[]> {
  for (let left = 2 + random.int(6); left > -500; left -= 1) {
    const held = await claim(agent, { limit: 3 });
    const [first] = held;
    if (first && held.length === 3 && left <= 0) {
      const unanswered = agent.server.call('report_progress', end(agent, first)).catch(() => undefined);
      await sleep(random.int(4));
      await agent.server.kill();
      if (await unanswered) agent.told.done.set(first.id, agent.name);
      return held;
    }
    for (const one of held) await complete(agent, one);
    if (held.length === 0) await sleep(5);
  }
  throw new Error(`${agent.name} never held three tasks at once`);
}

const endLeases = statement(
  'test_end_leases',
  "UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = ANY ($1::text[]) AND lease_until IS NOT NULL",
);

test('four agents finish 200 dependent tasks once each and in order, though one of them is killed with three in hand', {
  timeout: 120_000,
}, async ({ shared }) => {
  const seed = chosenSeed();
  process.stderr.write(`PROPERTY_SEED=${seed}\n`);
  await using open = new AsyncDisposableStack();
  const sql = open.use(openSql(shared.home));
  const told: Told = { claims: [], reports: [], done: new Map() };
  const enter = async (name: string, goal: string): Promise<Agent> => {
    const server = open.use(await spawnServer(shared.home, { actor: name }));
    return { name, server, goal, told };
  };
  const ada = await enter('ada', '');
  await patiently(ada.server, 'get_stats', {});
  const { goal, ids } = await createPlan(ada.server, randomOf(seed));
  ada.goal = goal;
  const rest = await Promise.all(['ben', 'cem'].map((name) => enter(name, goal)));
  const dee = await enter('dee', goal);
  const drained = Promise.all([ada, ...rest].map((agent, n) => drain(agent, randomOf(seed + n))));

  const held = await dieInTheMiddle(dee, randomOf(seed + 9));
  // A new session of the same person takes one over. The time of the others' lease is moved: its least is a minute.
  const again = await enter('dee', goal);
  const [first, second, third] = held as [Claim, Claim, Claim];
  const [taken] = await claim(again, { goal_id: undefined, ids: [third.id], take_over: true });
  await sql.query(endLeases, [[first.id, second.id]]);
  if (taken) await complete(again, taken);
  await drained;

  const late = { by: 'the dead' };
  for (const one of held) {
    const refused = await again.server.call('report_progress', { ...end(dee, one), result: late });
    expect({ error: refused.isError, ...errorOf(refused) }, textOf(refused)).toMatchObject({
      error: true,
      code: 'conflict',
    });
  }
  const recorded = await readRecorded(sql);
  const mine: Recorded = {
    events: recorded.events.filter(({ goal_id, task_id }) => goal_id === goal && task_id !== null),
    rows: recorded.rows.filter(({ id }) => ids.includes(id)),
    links: recorded.links.filter(({ to }) => ids.includes(to)),
  };
  const endings = mine.events.filter(({ after }) => after?.status === 'completed');
  expect(endings.map(({ task_id }) => task_id).sort()).toEqual(ids.toSorted());
  expect(findEarlyStarts(mine, mine.events)).toEqual([]);
  expect(findDoubleClaims(rebuild(mine.events), told)).toEqual([]);
  const comeBack = mine.events.filter(({ type }) => type === 'task_lease_expired').map(({ task_id }) => task_id);
  expect(comeBack).toContain(second.id);
  expect([first.id, second.id]).toEqual(expect.arrayContaining(comeBack));
  for (const { id, result } of mine.rows) expect(result, id).toEqual({ by: told.done.get(id) ?? dee.name });
});
