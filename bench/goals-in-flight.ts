import type { Bench } from './goals.ts';
import { createTexts, taskId } from './goals-data.ts';
import type { Figure } from './report.ts';
import { type Bounds, type Flight, inFlight, median, summarize } from './stats.ts';

const width = 32;
const blocks = 4;

/** 32 calls under way at once, in blocks by turns with the floor. */
export async function measureInFlight(bench: Bench): Promise<Figure[]> {
  const { goals, sdk, pool, scale, quick, floors } = bench;
  const { random } = createTexts(scale);
  const anyTask = (most: number) => taskId(1 + Math.floor(random() * most));
  const goal = (round: number) => ({ title: `Keep ${round} calls under way`, tags: ['bench', 'flight'] });

  const gets = await byTurns(
    { count: quick ? 800 : 2000, maxMs: 5000 },
    () => goals.call('get_items', { ids: [anyTask(scale)] }),
    () => sdk.call('get', { ids: [anyTask(1000)] }),
  );
  const client = await pool.connect();
  const recording = await floors.statements.record(client, floors.statements.work.create(goal(0)));
  client.release();
  const creates = await byTurns(
    { count: quick ? 200 : 500, maxMs: 10_000 },
    (round) => goals.call('create_goal', goal(round)),
    async () => {
      const connection = await pool.connect();
      try {
        await floors.statements.replay(connection, recording);
      } finally {
        connection.release();
      }
    },
  );
  return [
    ...toFigures(scale, { ...gets, name: 'gets, 32 in flight', floorName: 'the bare SDK', least: 0.5 }),
    ...toFigures(scale, { ...creates, name: 'creates, 32 in flight', floorName: 'its SQL by pg', least: 0.6 }),
  ];
}

interface Turns {
  mine: Flight[];
  floor: Flight[];
}

async function byTurns(
  bounds: Bounds,
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
  { mine, floor, name, floorName, least }: Turns & { name: string; floorName: string; least: number },
): Figure[] {
  const ratio = median(mine.map(({ perSecond }, block) => perSecond / (floor[block]?.perSecond ?? Number.NaN)));
  const figure = (flights: Flight[]) => ({
    ...{ bench: 'goals', scale, ...summarize(flights.flatMap(({ times }) => times)) },
    perSecond: median(flights.map(({ perSecond }) => perSecond)),
  });
  return [
    { ...figure(mine), name, checks: [{ of: floorName, ratio, budget: least, atLeast: true }] },
    { ...figure(floor), name: `  ${name}: ${floorName}`, checks: [] },
  ];
}
