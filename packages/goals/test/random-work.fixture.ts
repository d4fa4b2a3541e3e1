import type { Answers, Claim, Read, Report, Write } from './history-checks.fixture.ts';
import type { Random } from './random.fixture.ts';
import { errorOf, type GoalsServer, textOf } from './spawn.fixture.ts';

/** Everything clients were told, and what went wrong at once. */
export interface Journal extends Answers {
  writes: Write[];
  reads: Read[];
  claims: Claim[];
  reports: Report[];
  undoings: number[];
  tally: Map<string, number>;
  refused: Set<string>;
  /** Calls by tool, refusals by code. */
  calls: Map<string, number>;
  errors: Map<string, number>;
  /** Answers that no rule explains. */
  unexpected: string[];
}

/** What all lanes know together. A few items are hot: most calls meet there. */
export interface World {
  readonly journal: Journal;
  goals: string[];
  tasks: string[];
  hot: { goals: string[]; tasks: string[] };
  /** The highest version of each item that anybody was told of. */
  versions: Map<string, number>;
  /** Leases, running and ended ones. */
  tokens: { id: string; token: string }[];
  deleted: string[];
  /** Sources that were imported, and where to. */
  imported: { source: string; goal_id: string }[];
  words: number;
  /** Ends the lease of a task as if its time had passed. */
  lapse(id: string): Promise<void>;
}

/** One call after another on one server, side by side with other lanes on the same. */
export interface Lane {
  server: GoalsServer;
  random: Random;
  world: World;
}

export function newWorld(lapse: World['lapse']): World {
  const journal: Journal = {
    ...{ writes: [], reads: [], claims: [], reports: [], undoings: [], unexpected: [] },
    ...{ tally: new Map(), refused: new Set(), calls: new Map(), errors: new Map() },
  };
  return {
    ...{
      journal,
      goals: [],
      tasks: [],
      hot: { goals: [], tasks: [] },
      versions: new Map(),
      tokens: [],
      deleted: [],
      imported: [],
      lapse,
    },
    words: 0,
  };
}

const raise = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** A word that no other call writes. */
export function newWord(world: World): string {
  world.words += 1;
  return `w${world.words}w`;
}

export const wordsOf = (value: unknown): string[] => JSON.stringify(value).match(/\bw\d+w\b/g) ?? [];

/** An accepted call: what was answered, and what was known of the versions before it was sent. */
export interface Accepted {
  answer: Record<string, unknown>;
  floor(id: string): number;
}

/** Refused by a rule; or given up on a slow machine, with nothing saved. */
const refusals = ['validation', 'not_found', 'conflict', 'unavailable'];

/** One call; undefined when it was refused. Any other error is written down as unexpected. */
export async function send(
  { server, world }: Lane,
  tool: string,
  args: Record<string, unknown>,
): Promise<Accepted | undefined> {
  const { journal } = world;
  const known = new Map(world.versions);
  raise(journal.calls, tool);
  const result = await server.call(tool, args);
  if (!result.isError) {
    return { answer: result.structuredContent as Record<string, unknown>, floor: (id) => known.get(id) ?? 0 };
  }
  const { code = 'none' } = errorOf(result);
  raise(journal.errors, code);
  if (!refusals.includes(code)) {
    const log = server.stderr().slice(-1500);
    journal.unexpected.push(`${tool} ${JSON.stringify(args)}: ${code}: ${textOf(result)}\n${log}`);
  }
  for (const word of wordsOf(args)) journal.refused.add(word);
  return undefined;
}

function learn({ versions }: World, id: string, version: number): void {
  versions.set(id, Math.max(version, versions.get(id) ?? 0));
}

/** Notes an acknowledged change. */
export function wrote(world: World, write: Write): void {
  if (!Number.isInteger(write.version)) world.journal.unexpected.push(`${write.id}: changed without a version`);
  world.journal.writes.push(write);
  learn(world, write.id, write.version);
}

export function wasRead(world: World, read: Read): void {
  world.journal.reads.push(read);
  learn(world, read.id, read.version);
}

export function wasClaimed(world: World, claim: Claim): void {
  world.journal.claims.push(claim);
  world.tokens.push({ id: claim.id, token: claim.token });
  learn(world, claim.id, claim.version);
  count(world, 'task_claimed', claim.id);
}

/** Notes that an event of this type was acknowledged once more. */
export const count = ({ journal }: World, type: string, id: string): void => raise(journal.tally, `${type} ${id}`);

/** Mostly a hot one. */
export function anyTask({ random, world }: Lane): string {
  return random.pick(random.chance(0.8) && world.hot.tasks.length > 0 ? world.hot.tasks : world.tasks);
}

export function anyGoal({ random, world }: Lane): string {
  return random.pick(random.chance(0.8) && world.hot.goals.length > 0 ? world.hot.goals : world.goals);
}

/** What a creation answers of a task. */
export interface Named {
  id: string;
  title: string;
}

/** Notes created tasks. */
export function noteTasks({ world }: Lane, tasks: readonly Named[]): void {
  for (const { id, title } of tasks) {
    world.tasks.push(id);
    count(world, 'task_created', id);
    wrote(world, { id, version: 1, floor: 0, patch: { title } });
  }
}
