import type { Recording } from './floors/statements.ts';
import type { Bench } from './goals.ts';
import { createTexts, searchTexts, taskId } from './goals-data.ts';
import type { Check } from './report.ts';

type Call = (round: number) => Promise<unknown>;

export interface Contenders {
  goals: Call;
  /** The same statements, sent by bare `pg`. */
  floor: Call;
  /** Default: one create of the bare SDK. */
  sdk?: Call;
  /** Not measured: brings the store back to where the next call finds work. */
  after?: Call;
}

interface Measured {
  /** Medians in milliseconds. */
  p50: number;
  floorMs: number;
  sdkMs: number;
  /** The median of an operation that was measured before at this scale. */
  earlier(name: string): number;
}

export interface Operation {
  name: string;
  /** Measured calls at most. */
  count: number;
  prepare(bench: Bench): Promise<Contenders>;
  checks(measured: Measured): Check[];
}

const samples = 25;

const cycle = <T>(items: readonly T[], round: number): T => items[round % items.length] as T;

/** Bare `pg` repeating what the work of each sample sends. */
async function floorOf<Input>(
  { client, floors: { statements } }: Bench,
  inputs: readonly Input[],
  work: (input: Input) => Parameters<typeof statements.record>[1],
): Promise<Call> {
  const recordings: Recording[] = [];
  for (const input of inputs) recordings.push(await statements.record(client, work(input)));
  return (round) => statements.replay(client, cycle(recordings, round));
}

const idsOf = ({ scale }: Bench, count: number, seed: number): string[] => {
  const { random } = createTexts(seed);
  return Array.from({ length: count }, () => taskId(1 + Math.floor(random() * scale)));
};

const plusFloors = ({ p50, floorMs, sdkMs }: Measured, times: number): Check => ({
  of: `SDK + ${times} SQL`,
  ratio: p50 / (sdkMs + times * floorMs),
  budget: 1,
});
const ofEarlier = ({ p50, earlier }: Measured, name: string): Check => ({
  of: name,
  ratio: p50 / earlier(name),
  budget: 5,
});
const ofSql = ({ p50, floorMs }: Measured, budget?: number): Check => ({
  of: 'its SQL',
  ratio: p50 / floorMs,
  ...(budget !== undefined && { budget }),
});
const sdkGet = (bench: Bench): Call => {
  const ids = idsOf({ ...bench, scale: 1000 }, 200, 1);
  return (round) => bench.sdk.call('get', { ids: [cycle(ids, round)] });
};

const filters = (round: number) => ({
  kind: 'task' as const,
  status: ['pending' as const, 'in_progress' as const],
  project: round % 2 === 0 ? 'api' : 'website',
});

/** A goal of the requirement's size: 50 tasks in five groups, with tags, each group waiting for the one before. */
function plan(title: string) {
  const texts = createTexts(7);
  const tasks = Array.from({ length: 50 }, (_, index) => ({
    title: texts.title(),
    description: texts.description(),
    ref: `t${index}`,
    tags: ['release', `part-${index % 5}`],
    ...(index >= 10 && { blocked_by: [`t${index - 10}`] }),
  }));
  return { title, description: texts.description(), tags: ['release', 'plan'], tasks };
}

const simpleGoal = (round: number) => {
  const texts = createTexts(round);
  return { title: texts.title(), description: texts.description(), project: 'api', tags: ['bench', 'create'] };
};

export const operations: readonly Operation[] = [
  {
    name: 'get one',
    count: 900,
    async prepare(bench) {
      const ids = idsOf(bench, 200, 2);
      const { work } = bench.floors.statements;
      return {
        goals: (round) => bench.goals.call('get_items', { ids: [cycle(ids, round)] }),
        floor: await floorOf(bench, ids, (id) => work.get([id])),
        sdk: sdkGet(bench),
      };
    },
    checks: (measured) => [plusFloors(measured, 2)],
  },
  {
    name: 'batch get of 100',
    count: 150,
    async prepare(bench) {
      const batches = Array.from({ length: samples }, (_, seed) => idsOf(bench, 100, seed));
      const { work } = bench.floors.statements;
      return {
        goals: (round) => bench.goals.call('get_items', { ids: cycle(batches, round), max_chars: 90_000 }),
        floor: await floorOf(bench, batches, work.get),
      };
    },
    checks: (measured) => [ofEarlier(measured, 'get one'), { of: '50 ms', ratio: measured.p50 / 50, budget: 1 }],
  },
  {
    name: 'list 20, filtered',
    count: 300,
    async prepare(bench) {
      const { work } = bench.floors.statements;
      return {
        goals: (round) => bench.goals.call('find_items', { where: filters(round), limit: 20 }),
        floor: await floorOf(bench, [0, 1], (round) => work.find({ ...filters(round), limit: 20, sort: 'updated' })),
      };
    },
    checks: (measured) => [ofEarlier(measured, 'get one'), ofSql(measured)],
  },
  {
    name: 'next ready task',
    count: 300,
    async prepare(bench) {
      return {
        goals: () => bench.goals.call('next_tasks', { limit: 1 }),
        floor: await floorOf(bench, [1], bench.floors.statements.work.next),
      };
    },
    checks: (measured) => [ofEarlier(measured, 'get one'), ofSql(measured)],
  },
  {
    name: 'full-text search',
    count: 150,
    async prepare(bench) {
      const { work } = bench.floors.statements;
      return {
        goals: (round) => bench.goals.call('find_items', { text: cycle(searchTexts, round) }),
        floor: await floorOf(bench, searchTexts, (text) => work.find({ text, sort: 'relevance', limit: 20 })),
      };
    },
    checks: (measured) => [ofSql(measured, 1.3)],
  },
  {
    name: 'create goal',
    count: 300,
    async prepare(bench) {
      const { work } = bench.floors.statements;
      const inputs = Array.from({ length: samples }, (_, index) => simpleGoal(index));
      return {
        goals: (round) => bench.goals.call('create_goal', simpleGoal(round)),
        floor: await floorOf(bench, inputs, work.create),
      };
    },
    checks: (measured) => [plusFloors(measured, 2.5)],
  },
  {
    name: 'update status',
    count: 300,
    async prepare(bench) {
      const { work } = bench.floors.statements;
      const ids = await startable(bench);
      const half = Math.ceil(ids.length / 2);
      const mine = ids.slice(0, half);
      const flips = (ids.length > 1 ? ids.slice(half) : mine).flatMap((id) =>
        (['in_progress', 'pending'] as const).map((status) => ({ id, status })),
      );
      return {
        goals: (round) => {
          const status = Math.floor(round / mine.length) % 2 === 0 ? 'in_progress' : 'pending';
          return bench.goals.call('update_items', { items: [{ id: cycle(mine, round), status }] });
        },
        floor: await floorOf(bench, flips, ({ id, status }) => work.setStatus(id, status)),
      };
    },
    checks: (measured) => [plusFloors(measured, 2.5)],
  },
  {
    name: 'claim the next task',
    count: 120,
    async prepare(bench) {
      const { client, floors, goals } = bench;
      const floor = await floorOf(bench, [1], floors.statements.work.claim);
      await client.query(release);
      return { goals: () => goals.call('claim_tasks', {}), floor, after: () => client.query(release) };
    },
    checks: (measured) => [plusFloors(measured, 2.5)],
  },
  {
    name: 'create goal with 50 tasks',
    count: 60,
    async prepare(bench) {
      const { work } = bench.floors.statements;
      return {
        goals: (round) => bench.goals.call('create_goal', plan(`Plan ${round}`)),
        floor: await floorOf(bench, [plan('Plan')], work.create),
      };
    },
    checks: (measured) => [ofEarlier(measured, 'create goal'), ofSql(measured)],
  },
];

/** Pending tasks that nothing keeps from starting, in the order of their numbers. */
async function startable({ client }: Bench): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT t.id FROM tasks t WHERE t.status = 'pending' AND t.blocked_by = 0 AND t.parent_task_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM tasks c WHERE c.parent_task_id = t.id)
     ORDER BY t.seq LIMIT $1`,
    [samples * 2],
  );
  return rows.map(({ id }) => id);
}

const release = `UPDATE tasks SET status = 'pending', lease_holder = NULL, lease_instance = NULL, lease_token = NULL, lease_until = NULL
  WHERE lease_until IS NOT NULL`;
