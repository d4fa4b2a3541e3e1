// A process that changes goals and tasks as agents do: node changes.fixture.ts <database url> <home>. A line with a number on its
// standard input makes as many changes, four at a time, so that they commit out of order; it answers with `done`.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@mcp-servers/core';
import { connectionSource, openDatabase } from '@mcp-servers/core/postgres';
import { openStore } from '@mcp-servers/goals';
import { createGoal, deleteItems, updateItems } from '@mcp-servers/goals/work';

const [DATABASE_URL = '', home = ''] = process.argv.slice(2);
const log = createLog({ name: 'writer', level: 'silent' });
const database = openDatabase({
  source: connectionSource({ DATABASE_URL, home }, { log }),
  log,
  application: 'writer',
});
const store = openStore(database, log);
const caller = { actor: 'writer', client: undefined, instance: randomUUID() };
const call = { caller, signal: new AbortController().signal };

const longestPauseMs = 30;
const tasksPerGoal = 4;
const statuses = ['in_progress', 'completed', 'pending'] as const;

interface Patch {
  id: string;
  title?: string;
  percent?: number;
  status?: (typeof statuses)[number];
}

const update = (patch: Patch) =>
  updateItems(store, { items: [patch], open_tasks: 'refuse', all_or_nothing: true }, call);

/** One agent with goals of its own, so that none waits for another. Each call of what it answers is one change. */
function agent(name: string): (n: number) => Promise<unknown> {
  const goals: { id: string; tasks: string[] }[] = [];

  async function create(n: number): Promise<void> {
    const titles = Array.from({ length: tasksPerGoal }, (_, index) => ({ title: `Step ${index} of ${name} ${n}` }));
    const { goal, tasks } = await createGoal(store, { title: `Goal ${n} of ${name}`, tasks: titles }, call);
    goals.push({ id: goal.id, tasks: tasks.map(({ id }) => id) });
  }

  /** Not the first one: a page has it open. */
  async function remove(): Promise<void> {
    const [removed] = goals.splice(1, 1);
    if (removed) await deleteItems(store, { ids: [removed.id] }, { ...call, allowPurge: false });
  }

  return (n) => {
    const goal = goals[n % Math.max(1, goals.length)];
    const task = goal?.tasks[(n >> 2) % tasksPerGoal];
    if (!goal || !task || n % 40 === 0) return create(n);
    if (n % 97 === 0 && goals.length > 2) return remove();
    if (n % 5 === 0) return update({ id: goal.id, title: `Goal ${n} of ${name}, renamed` });
    if (n % 5 === 1) return update({ id: task, title: `Step ${n} of ${name}, renamed` });
    if (n % 5 === 2) return update({ id: goal.id, status: 'in_progress', title: `Goal ${n} of ${name}, at work` });
    return update({ id: task, status: statuses[n % 3] ?? 'pending', title: `Step ${n} of ${name}` });
  };
}

const agents = ['ada', 'bo', 'cy', 'di'].map(agent);
let made = 0;
let left = 0;
async function work(change: (n: number) => Promise<unknown>): Promise<void> {
  while (left > 0) {
    left -= 1;
    made += 1;
    await change(made);
    await sleep(Math.random() * longestPauseMs);
  }
}

for await (const line of createInterface(process.stdin)) {
  left = Number(line);
  await Promise.all(agents.map(work));
  process.stdout.write('done\n');
}
await database.close();
