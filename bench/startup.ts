import { type Floors, goalsServer } from './build-floors.ts';
import { type ServerProcess, type SpawnOptions, spawnServer } from './client.ts';
import { residentMiB } from './processes.ts';
import type { Check, Figure } from './report.ts';
import { median, summarize } from './stats.ts';
import { temporaryHome, urlOf } from './store.ts';

export interface BenchOptions {
  floors: Floors;
  quick: boolean;
  /** Says what is being measured. */
  note(text: string): void;
}

interface Start {
  spawn: SpawnOptions;
  /** What ends the measurement. */
  until(server: ServerProcess): Promise<unknown>;
}

const initialize = (server: ServerProcess) => server.initialize();
const discover = (server: ServerProcess) => server.request('server/discover');
const firstAnswer = (server: ServerProcess) => server.call('find_items', { limit: 1 });

/** Spawn to first reply, spawn to the first answer out of the database, memory when idle, and the very first run. */
export async function benchStartup({ floors, quick, note }: BenchOptions): Promise<Figure[]> {
  await using store = await temporaryHome();
  const given = { DATABASE_URL: urlOf(await store.connection(), 'postgres'), MCP_SERVERS_HOME: store.home };
  const embedded = { MCP_SERVERS_HOME: store.home };
  const starts: Record<string, Start> = {
    bare: { spawn: { script: floors.bare }, until: (server) => server.echo('hello') },
    'SDK, initialize': { spawn: { script: floors.sdk, env: embedded }, until: initialize },
    'SDK, server/discover': { spawn: { script: floors.sdk, env: embedded }, until: discover },
    'goals, initialize': { spawn: { script: goalsServer, env: given }, until: initialize },
    'goals, server/discover': { spawn: { script: goalsServer, env: given }, until: discover },
    'goals embedded, server/discover': { spawn: { script: goalsServer, env: embedded }, until: discover },
    'goals, first answer': { spawn: { script: goalsServer, env: given }, until: firstAnswer },
    'goals embedded, first answer': { spawn: { script: goalsServer, env: embedded }, until: firstAnswer },
  };

  note('start-up');
  // Not measured: the schema is migrated, and whatever the first start caches is there.
  for (const start of Object.values(starts)) await timeStart(start);
  const rounds = quick ? 7 : 20;
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, start] of Object.entries(starts)) times.get(name)?.push(await timeStart(start));
  }

  const of = (name: string): number[] => times.get(name) ?? [];
  const against = (name: string, floor: string, budget?: number): Check => ({
    of: floor,
    ratio: median(of(name).map((time, round) => time / (of(floor)[round] ?? Number.NaN))),
    ...(budget !== undefined && { budget }),
  });
  const budgets: Record<string, Check[]> = {
    'SDK, initialize': [against('SDK, initialize', 'bare')],
    'SDK, server/discover': [against('SDK, server/discover', 'bare')],
    'goals, initialize': [against('goals, initialize', 'bare', 2), against('goals, initialize', 'SDK, initialize')],
    'goals, server/discover': [
      against('goals, server/discover', 'bare', 2),
      against('goals, server/discover', 'SDK, server/discover'),
    ],
    'goals embedded, server/discover': [
      against('goals embedded, server/discover', 'bare', 2),
      against('goals embedded, server/discover', 'goals, server/discover', 1.5),
    ],
    'goals, first answer': [against('goals, first answer', 'bare')],
    'goals embedded, first answer': [
      against('goals embedded, first answer', 'bare'),
      against('goals embedded, first answer', 'goals, first answer', 1.5),
    ],
  };
  const figures: Figure[] = [...times].map(([name, values]) => ({
    bench: 'start-up',
    name,
    ...summarize(values),
    checks: budgets[name] ?? [],
  }));
  const bare = median(of('bare'));
  return [
    ...figures,
    ...(await measureMemory({ bare: starts.bare, SDK: starts['SDK, initialize'], goals: starts['goals, initialize'] })),
    ...(await measureMemory({ 'goals embedded': starts['goals embedded, server/discover'] })),
    ...(await measureFirstRun(quick ? 2 : 5, bare)),
  ];
}

/** Milliseconds from spawn to the awaited reply. */
async function timeStart({ spawn, until }: Start): Promise<number> {
  const from = performance.now();
  await using server = spawnServer(spawn);
  await until(server);
  return performance.now() - from;
}

const idleMs = 1500;

/** Resident memory after tools/list and a quiet moment. */
async function measureMemory(starts: Record<string, Start | undefined>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, start] of Object.entries(starts)) {
    if (!start) continue;
    const values: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await using server = spawnServer(start.spawn);
      if (name === 'bare') await server.echo('hello');
      else await server.request('tools/list');
      await new Promise((resolve) => setTimeout(resolve, idleMs));
      const resident = residentMiB(server.pid);
      if (resident !== undefined) values.push(resident);
    }
    if (values.length === 0) continue;
    const memoryMiB = median(values);
    const checks = name.startsWith('goals') ? [{ of: '90 MiB', ratio: memoryMiB / 90, budget: 1 }] : [];
    const none = Number.NaN;
    figures.push({
      ...{ bench: 'memory, idle after tools/list', name, count: values.length, p50: none, p95: none, p99: none },
      ...{ memoryMiB, checks },
    });
  }
  return figures;
}

/** In an empty home: until the protocol answers, and until the first tool call is answered by a new database. */
async function measureFirstRun(rounds: number, bare: number): Promise<Figure[]> {
  const replies: number[] = [];
  const answers: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using store = await temporaryHome();
    const from = performance.now();
    await using server = spawnServer({ script: goalsServer, env: { MCP_SERVERS_HOME: store.home } });
    await discover(server);
    replies.push(performance.now() - from);
    await firstAnswer(server);
    answers.push(performance.now() - from);
  }
  const figure = (name: string, values: number[], budget: number): Figure => ({
    ...{ bench: 'very first run', name, ...summarize(values) },
    checks: [{ of: 'bare', ratio: median(values) / bare, budget }],
  });
  return [figure('server/discover', replies, 2), figure('first answer', answers, 30)];
}
