import type { Bench } from './goals.ts';
import { createTexts, taskId } from './goals-data.ts';
import type { Figure } from './report.ts';
import { type Bounds, type Flight, inFlight, median, summarize } from './stats.ts';

/** Budgets are for the widest: shares of the floor's throughput. */
const widths = [1, 8, 32] as const;
const widest = 32;
const blocks = 4;

/** 1, 8 and 32 calls under way at once, in blocks by turns with the floor; then 32 over two processes, by turns with one. */
export async function measureInFlight(bench: Bench): Promise<Figure[]> {
  const { goals, other, sdk, pool, scale, quick, floors } = bench;
  const { random } = createTexts(scale);
  const anyTask = (most: number) => taskId(1 + Math.floor(random() * most));
  const goal = (round: number) => ({ title: `Keep ${round} calls under way`, tags: ['bench', 'flight'] });
  const get = (server: Bench['goals']) => server.call('get_items', { ids: [anyTask(scale)] });
  const create = (server: Bench['goals'], round: number) => server.call('create_goal', goal(round));
  const client = await pool.connect();
  const recording = await floors.statements.record(client, floors.statements.work.create(goal(0)));
  client.release();
  async function createByPg(): Promise<void> {
    const connection = await pool.connect();
    try {
      await floors.statements.replay(connection, recording);
    } finally {
      connection.release();
    }
  }

  const getting = { count: quick ? 800 : 2000, maxMs: 5000 };
  const creating = { count: quick ? 200 : 500, maxMs: 10_000 };
  const figures: Figure[] = [];
  for (const width of widths) {
    const budget = (least: number) => (width === widest ? { budget: least } : {});
    const gets = await byTurns(
      { ...getting, width },
      () => get(goals),
      () => sdk.call('get', { ids: [anyTask(1000)] }),
    );
    const creates = await byTurns({ ...creating, width }, (round) => create(goals, round), createByPg);
    figures.push(
      ...toFigures(scale, { ...gets, name: `gets, ${width} in flight`, floorName: 'the bare SDK', ...budget(0.5) }),
      ...toFigures(scale, {
        ...creates,
        name: `creates, ${width} in flight`,
        floorName: 'its SQL by pg',
        ...budget(0.6),
      }),
    );
  }
  const either = (round: number) => (round % 2 === 0 ? goals : other);
  const gets = await byTurns(
    { ...getting, width: widest },
    (round) => get(either(round)),
    () => get(goals),
  );
  const creates = await byTurns(
    { ...creating, width: widest },
    (round) => create(either(round), round),
    (round) => create(goals, round),
  );
  return [
    ...figures,
    ...toFigures(scale, { ...gets, name: 'gets, 32 over two processes', floorName: 'one process' }),
    ...toFigures(scale, { ...creates, name: 'creates, 32 over two processes', floorName: 'one process' }),
  ];
}

interface Turns {
  mine: Flight[];
  floor: Flight[];
}

async function byTurns(
  { width, ...bounds }: Bounds & { width: number },
  mine: (round: number) => Promise<unknown>,
  floor: (round: number) => Promise<unknown>,
): Promise<Turns> {
  const turns: Turns = { mine: [], floor: [] };
  for (let block = 0; block < blocks + 1; block += 1) {
    const flights = { mine: await inFlight(bounds, width, mine), floor: await inFlight(bounds, width, floor) };
    // The first block warms up.
    if (block === 0) continue;
    turns.mine.push(flights.mine);
    turns.floor.push(flights.floor);
  }
  return turns;
}

function toFigures(
  scale: number,
  { mine, floor, name, floorName, budget }: Turns & { name: string; floorName: string; budget?: number },
): Figure[] {
  const ratio = median(mine.map(({ perSecond }, block) => perSecond / (floor[block]?.perSecond ?? Number.NaN)));
  const figure = (flights: Flight[]) => ({
    ...{ bench: 'goals', scale, ...summarize(flights.flatMap(({ times }) => times)) },
    perSecond: median(flights.map(({ perSecond }) => perSecond)),
  });
  return [
    {
      ...figure(mine),
      name,
      checks: [{ of: floorName, ratio, atLeast: true, ...(budget !== undefined && { budget }) }],
    },
    { ...figure(floor), name: `  ${name}: ${floorName}`, checks: [] },
  ];
}
