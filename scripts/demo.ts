import { randomUUID } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { UnavailableError } from '../packages/core/src/index.ts';
import { loadDriver } from '../packages/core/src/postgres/driver.ts';
import type { ConnectionSource } from '../packages/core/src/postgres/index.ts';
import type { Store } from '../packages/goals/src/index.ts';

const demoProject = 'demo';

/** Any number no other part of the program locks: the first eight bytes of "mcp demo". */
const turnKey = '7882267057254821231';

/** Waits until no other run shows the demonstration on this store; what it answers lets the next one go on. */
export async function demoTurn(source: ConnectionSource): Promise<AsyncDisposable> {
  const parameters = source.direct ?? (await source.resolve());
  const client = (await loadDriver()).client(parameters, { application: 'start', connectionTimeoutMs: 5000 });
  await client.connect();
  // Inside a transaction, so that a pooler keeps the session; its end, also by a crash, gives the turn away.
  await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s'");
  try {
    await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [turnKey]);
  } catch (cause) {
    await client.end();
    throw new UnavailableError('Another start has been at work on this store for a minute.', {
      cause,
      hint: 'Wait for it or end it, then start again.',
    });
  }
  return { [Symbol.asyncDispose]: () => client.end() };
}

/** Removes what an earlier demonstration left, with an event for each goal. Answers their ids. */
export async function clearDemo(store: Store): Promise<string[]> {
  const caller = { actor: 'mcp-servers start', client: undefined, instance: randomUUID() };
  return store.write(caller, async (unit) => {
    const removed = await unit.goals.purgeProject(demoProject);
    for (const { id } of removed) unit.record({ type: 'goal_deleted', goal_id: id, before: { project: demoProject } });
    return removed.map(({ id }) => id);
  });
}

const goal = {
  title: 'Open a small web shop',
  description: 'An example of a plan: nested tasks, and links that say what has to wait for what.',
  project: demoProject,
  tags: ['example'],
  tasks: [
    {
      title: 'Design',
      ref: 'design',
      subtasks: [
        { title: 'Draw the data model', ref: 'model', priority: 'high', acceptance: ['orders keep their prices'] },
        { title: 'Sketch the three pages', ref: 'pages' },
      ],
    },
    {
      title: 'Build',
      ref: 'build',
      subtasks: [
        { title: 'Write the API', ref: 'api', blocked_by: ['model'], estimate_minutes: 240 },
        { title: 'Write the pages', ref: 'frontend', blocked_by: ['pages', 'api'] },
        { title: 'Connect the payment provider', ref: 'payment', blocked_by: ['api'], priority: 'high' },
      ],
    },
    { title: 'Order a domain name', ref: 'domain' },
    { title: 'Test an order from end to end', ref: 'test', blocked_by: ['build'] },
    { title: 'Go live', blocked_by: ['test', 'domain'], priority: 'critical' },
  ],
} as const;

/** What the agent of the demonstration says when it finishes a task. */
const findings: Record<string, { result: unknown; note: string }> = {
  'Draw the data model': {
    result: { tables: ['products', 'orders', 'order_lines'] },
    note: 'Prices are copied into the order lines.',
  },
  'Sketch the three pages': { result: { pages: ['list', 'product', 'basket'] }, note: 'Search can wait.' },
  'Write the API': { result: { routes: 7 }, note: 'Stock is checked when the order is placed.' },
  Design: { result: { agreed: true }, note: 'Both sub-tasks are done, so this is.' },
};

const Summary = z.object({ id: z.string(), title: z.string() });
const Created = z.object({ goal: Summary, tasks: z.array(Summary) });
const Ready = z.object({ items: z.array(Summary) });
const Claimed = z.object({ claimed: z.array(Summary) });
const Reported = z.object({ became_ready: z.array(Summary).default([]) });

const TreeNode = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  percent: z.number().optional(),
  get subtasks() {
    return z.array(TreeNode).optional();
  },
});
export type TreeNode = z.infer<typeof TreeNode>;
const Progress = z.object({ total: z.number(), completed: z.number(), in_progress: z.number(), percent: z.number() });
const GoalInFull = z.object({ items: z.tuple([Summary.extend({ tree: z.array(TreeNode), progress: Progress })]) });
const Blocked = z.object({ items: z.array(z.object({ id: z.string(), blockers: z.array(Summary).default([]) })) });

export interface DemoResult {
  goal: z.infer<typeof Summary>;
  tree: TreeNode[];
  progress: z.infer<typeof Progress>;
  /** Tasks that could be claimed now. */
  ready: number;
  /** Ids of the open tasks that a task waits for. */
  waitsFor: Map<string, string[]>;
  calls: number;
  callsMs: number;
}

/** Plays an agent at work through the protocol: `say` gets each tool used and what came of it. */
export async function playDemo(client: Client, say: (tool: string, outcome: string) => void): Promise<DemoResult> {
  let calls = 0;
  let callsMs = 0;
  const call = async <S extends z.ZodType>(
    schema: S,
    name: string,
    args: Record<string, unknown>,
  ): Promise<z.output<S>> => {
    const begun = performance.now();
    const result = await client.callTool({ name, arguments: args });
    callsMs += performance.now() - begun;
    calls += 1;
    if (result.isError) throw new UnavailableError(`${name} failed: ${JSON.stringify(result.content)}`);
    return schema.parse(result.structuredContent);
  };

  const created = await call(Created, 'create_goal', goal);
  const scope = { goal_id: created.goal.id };
  say('create_goal', `${created.goal.id} ${created.goal.title}: ${created.tasks.length} tasks in one call`);
  const first = await call(Ready, 'next_tasks', scope);
  say('next_tasks', `can start now: ${names(first.items)}`);
  for (let done = 0; done < Object.keys(findings).length; done += 1) {
    const [task] = (await call(Claimed, 'claim_tasks', scope)).claimed;
    const found = task && findings[task.title];
    if (!task || !found) break;
    say('claim_tasks', `${task.id} ${task.title}`);
    const report = { id: task.id, outcome: 'completed', ...found };
    const { became_ready: ready } = await call(Reported, 'report_progress', report);
    say('report_progress', `${task.id} completed${ready.length > 0 ? `; now ready: ${names(ready)}` : ''}`);
  }
  const [open] = (await call(Claimed, 'claim_tasks', scope)).claimed;
  if (open) {
    await call(Reported, 'report_progress', { id: open.id, percent: 40, note: 'Half of it works.' });
    say('report_progress', `${open.id} ${open.title}: 40 %`);
  }

  const ids = created.tasks.map(({ id }) => id);
  const { items } = await call(GoalInFull, 'get_items', { ids: [created.goal.id], include: ['tree', 'progress'] });
  const blocked = await call(Blocked, 'get_items', { ids, include: ['blockers'], fields: ['blockers'] });
  const { items: ready } = await call(Ready, 'next_tasks', scope);
  const waitsFor = new Map(blocked.items.map(({ id, blockers }) => [id, blockers.map((blocker) => blocker.id)]));
  const [{ tree, progress, ...shown }] = items;
  return { goal: shown, tree, progress, ready: ready.length, waitsFor, calls, callsMs };
}

const names = (tasks: readonly { id: string; title: string }[]): string =>
  tasks.map(({ id, title }) => `${id} ${title}`).join(', ');
