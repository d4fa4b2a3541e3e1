// What the goals server sends to PostgreSQL for a piece of work, recorded once and then repeated by nothing but `pg`.
import type { ClientBase } from 'pg';
import { createLog } from '../../packages/core/src/log.ts';
import type { Database, Statement } from '../../packages/core/src/postgres/index.ts';
import { claimTasks } from '../../packages/goals/src/work/claim.ts';
import { createGoal, type GoalInput } from '../../packages/goals/src/work/create.ts';
import { type FindInput, findItems } from '../../packages/goals/src/work/find.ts';
import { getItems } from '../../packages/goals/src/work/get.ts';
import { openStore, type Store } from '../../packages/goals/src/work/store.ts';
import { updateItems } from '../../packages/goals/src/work/update.ts';

export interface Sent {
  statement: Statement | 'BEGIN' | 'COMMIT';
  values: unknown[];
}
export type Recording = readonly Sent[];

const caller = { actor: 'bench', client: 'bench', instance: '00000000-0000-4000-8000-000000000001' };
const signal = new AbortController().signal;

type Work = (store: Store) => Promise<unknown>;

export const work = {
  get: (ids: string[]) => (store: Store) => getItems(store, { ids, include: [], maxChars: 90_000 }),
  find: (input: FindInput) => (store: Store) => findItems(store, input, { maxChars: 20_000 }),
  next: (limit: number) => (store: Store) => store.tasks.ready({}, limit),
  create: (input: GoalInput) => (store: Store) => createGoal(store, input, { caller, signal }),
  setStatus: (id: string, status: 'pending' | 'in_progress') => (store: Store) =>
    updateItems(store, { items: [{ id, status }], open_tasks: 'refuse', all_or_nothing: false }, { caller, signal }),
  claim: () => (store: Store) =>
    claimTasks(store, { limit: 1, lease_minutes: 30, take_over: false }, { caller, signal }),
};

/** Does the work once, on this connection, and answers the statements it took. */
export async function record(client: ClientBase, task: Work): Promise<Recording> {
  const sent: Sent[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const query = <R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> => {
    sent.push({ statement, values: [...values] });
    // One connection, one statement at a time.
    const next = last.then(async () => (await client.query({ ...statement, values: [...values] })).rows as R[]);
    last = next.catch(() => {}); // Whoever asked has the error; the next statement goes on.
    return next;
  };
  const database = {
    query: (statement: Statement, values: readonly unknown[]) =>
      // The notification of other processes follows the commit and is not part of the transaction.
      /notify/i.test(statement.text) ? Promise.resolve([]) : query(statement, values),
    async transaction<T>(inside: (tx: object) => Promise<T>): Promise<T> {
      sent.push({ statement: 'BEGIN', values: [] });
      await client.query('BEGIN');
      const value = await inside({ query, xid: '', beforeCommit() {}, afterCommit() {} });
      sent.push({ statement: 'COMMIT', values: [] });
      await client.query('COMMIT');
      return value;
    },
  };
  await task(openStore(database as unknown as Database, createLog({ name: 'bench', level: 'silent' })));
  return sent;
}

/** Sends a recording again. New numbers are allocated where the recording did, and take the place of the recorded ones. */
export async function replay(client: ClientBase, recording: Recording): Promise<void> {
  let renumber = (value: unknown): unknown => value;
  for (const { statement, values } of recording) {
    if (typeof statement === 'string') await client.query(statement);
    else {
      const { rows } = await client.query({ ...statement, values: values.map((value) => renumber(value)) });
      if (statement.name === 'tasks_allocate') renumber = renumbering(recording, rows[0]);
    }
  }
}

/** Recorded numbers begin where the recorded insert begins; a run of allocated numbers has no gaps within one statement. */
function renumbering(recording: Recording, fresh: { goals: number[]; tasks: number[] }): (value: unknown) => unknown {
  const firstOf = (name: string): number => {
    const insert = recording.find(({ statement }) => typeof statement === 'object' && statement.name === name);
    return Number(/"seq":(\d+)/.exec(String(insert?.values[0]))?.[1] ?? 0);
  };
  const goals = (fresh.goals[0] ?? 0) - firstOf('goals_insert');
  const tasks = (fresh.tasks[0] ?? 0) - firstOf('tasks_insert');
  const idOf = (prefix: string, number: string): string =>
    `${prefix}-${String(Number(number) + (prefix === 'GOAL' ? goals : tasks)).padStart(4, '0')}`;
  const inText = (text: string): string =>
    text
      .replace(/(GOAL|TASK)-(\d+)/g, (_, prefix: string, number: string) => idOf(prefix, number))
      .replace(/"seq":(\d+)/g, (_, number: string) => {
        const shift = text.startsWith('[') ? tasks : goals;
        return `"seq":${Number(number) + shift}`;
      });
  return (value) =>
    typeof value === 'string'
      ? inText(value)
      : Array.isArray(value)
        ? value.map((entry) => inText(String(entry)))
        : value;
}
