import { type Database, statement } from '@mcp-servers/core/postgres';
import type { Logged } from '../src/events/replay.fixture.ts';
import { forbidden, watch } from '../src/work/invariants.fixture.ts';
import { goalFields, taskFields } from '../src/work/recorded.ts';
import {
  type Answers,
  findDoubleClaims,
  findInexactUndoings,
  findLostUpdates,
  findStaleReads,
  findUnfaithfulLog,
  type Recorded,
  rebuild,
  type StoredLink,
  type StoredRow,
} from './history-checks.fixture.ts';
import { findLoop } from './order-checks.fixture.ts';

const readLog = statement(
  'test_log',
  'SELECT id, type, goal_id, task_id, actor, before, after, undo_of FROM events ORDER BY id',
);
const readFeed = statement('test_feed', 'SELECT id FROM events ORDER BY xid, id');
const readRows = statement(
  'test_rows',
  `SELECT to_jsonb(g) || jsonb_build_object('tags', ARRAY(SELECT tag FROM goal_tags WHERE goal_id = g.id)) AS row FROM goals g
   UNION ALL
   SELECT to_jsonb(t) || jsonb_build_object('tags', ARRAY(SELECT tag FROM task_tags WHERE task_id = t.id)) FROM tasks t`,
);
const readLinks = statement('test_links', 'SELECT from_task_id AS "from", to_task_id AS "to", type FROM task_links');
const startWatch = statement('test_watch', watch);

/** From now on every update of a row is written down behind the product's back. */
export async function watchUpdates(sql: Database): Promise<void> {
  await sql.query(startWatch);
}

/** Ids of all events in the order of the change feed. */
export async function feedOrder(sql: Database): Promise<number[]> {
  return (await sql.query<{ id: number }>(readFeed)).map(({ id }) => id);
}

/** The whole store; nothing may write meanwhile. */
export async function readRecorded(sql: Database): Promise<Recorded> {
  const [events, rows, links] = await Promise.all([
    sql.query<Logged>(readLog),
    sql.query<{ row: StoredRow }>(readRows),
    sql.query<StoredLink>(readLinks),
  ]);
  return { events, rows: rows.map(({ row }) => row), links };
}

/** Rows that the rules of the schema forbid, each with the rule. */
export async function findForbidden(sql: Database): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(forbidden).map(async ([what, text], index) => {
      const rows = await sql.query<{ id: unknown }>(statement(`test_forbidden_${index}`, text));
      return rows.map((row) => `${what}: ${JSON.stringify(row)}`);
    }),
  );
  return found.flat();
}

const ofBoth = goalFields.filter((field) => (taskFields as readonly string[]).includes(field));
const all = [...new Set<string>([...goalFields, ...taskFields])];

/** Everything that must hold whatever was called; `answers` are those of all clients, and all their calls were answered. */
export async function findFaults(sql: Database, answers: Answers): Promise<string[]> {
  const recorded = await readRecorded(sql);
  const past = rebuild(recorded.events);
  return [
    ...(await findForbidden(sql)),
    ...findUnfaithfulLog(recorded, past, all),
    ...findLostUpdates(recorded, past, answers),
    ...findInexactUndoings(recorded, past, answers),
    ...findStaleReads(past, answers, ofBoth),
    ...findDoubleClaims(past, answers),
    ...findLoop(recorded.rows, recorded.links),
  ];
}
