import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type AppError, createLog, toAppError } from '@mcp-servers/core';
import { type TestDatabase, withDatabase } from '@mcp-servers/core/testing';
import { test as plainTest } from 'vitest';
import type { Caller } from '../items/caller.ts';
import { PlanTask } from '../tasks/plan.ts';
import { type ClaimInput, claimTasks } from './claim.ts';
import { createGoal, createTasks, type GoalInput, type TasksInput } from './create.ts';
import { type DeleteInput, deleteItems } from './delete.ts';
import { type FindInput, findItems } from './find.ts';
import { type GetInput, getItems } from './get.ts';
import { type LinkInput, linkTasks } from './link.ts';
import { type RenameInput, renameTag } from './rename-tag.ts';
import { type ReportInput, reportProgress } from './report.ts';
import { type ResumeInput, resumeWork } from './resume.ts';
import { openStore, type Store } from './store.ts';
import { type UndoInput, undoChange } from './undo.ts';
import { type ItemPatch, type UpdateInput, updateItems } from './update.ts';

/** A task as a caller writes it, before its schema has run. */
type Plan = Record<string, unknown> & { title: string; subtasks?: Plan[] };
type WithPlan<T> = Omit<T, 'tasks'> & { tasks?: Plan[] };

/** A caller in a session of its own, with the tools' defaults filled in. */
export type Actor = ReturnType<typeof actor>;

function actor(store: Store, caller: Caller) {
  const call = { caller, signal: new AbortController().signal };
  const plan = (tasks: readonly Plan[]): PlanTask[] => tasks.map((task) => PlanTask.parse(task));
  return {
    caller,
    async goal({ tasks = [], ...input }: WithPlan<GoalInput>) {
      const created = await createGoal(store, { ...input, tasks: plan(tasks) }, call);
      return { ...created, id: created.goal.id, ids: created.tasks.map(({ id }) => id) };
    },
    async tasks({ tasks = [], ...input }: WithPlan<TasksInput>) {
      const created = await createTasks(store, { ...input, tasks: plan(tasks) }, call);
      return { ...created, ids: created.tasks.map(({ id }) => id) };
    },
    claim: (input: Partial<ClaimInput> = {}) =>
      claimTasks(store, { limit: 1, lease_minutes: 30, take_over: false, ...input }, call),
    report: (id: string, input: Partial<ReportInput> = {}) =>
      reportProgress(store, { retry_in_minutes: 15, ...input, id }, call),
    complete: (id: string, result?: unknown) =>
      reportProgress(store, { retry_in_minutes: 15, outcome: 'completed', result, id }, call),
    async update(items: ItemPatch | ItemPatch[], input: Partial<UpdateInput> = {}) {
      const all = [items].flat();
      return (await updateItems(store, { items: all, open_tasks: 'refuse', all_or_nothing: false, ...input }, call))
        .items;
    },
    link: (input: LinkInput) => linkTasks(store, input, call),
    delete: (ids: string | string[], input: Partial<DeleteInput> & { allowPurge?: boolean } = {}) => {
      const { allowPurge = false, ...given } = input;
      return deleteItems(store, { ...given, ids: [ids].flat() }, { ...call, allowPurge });
    },
    undo: (input: UndoInput = {}) => undoChange(store, input, call),
    renameTag: (input: RenameInput) => renameTag(store, input, call),
    find: (input: Partial<FindInput> = {}, maxChars = 90_000) =>
      findItems(store, { limit: 20, ...input }, { maxChars }),
    get: (ids: string | string[], input: Partial<GetInput> = {}) =>
      getItems(store, { include: [], maxChars: 90_000, ...input, ids: [ids].flat() }),
    resume: (input: Partial<ResumeInput> = {}) => resumeWork(store, { maxChars: 20_000, ...input }, caller),
    ready: async (goal_id?: string) => (await store.tasks.ready({ goal_id }, 100)).map(({ id }) => id),
  };
}

export interface TestStore extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly store: Store;
  /** A new session of this person. */
  as(name: string): Actor;
  sql<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Empties the store; numbers of ids begin anew. */
  clear(): Promise<void>;
  /** Resolves when as many sessions of this database wait for a lock. */
  whenWaiting(sessions: number): Promise<void>;
}

const clear = `DO $$ BEGIN
  DELETE FROM goals;
  DELETE FROM events;
  DELETE FROM idempotency_keys;
  DELETE FROM agents;
  ALTER SEQUENCE goals_seq_seq RESTART;
  ALTER SEQUENCE tasks_seq_seq RESTART;
END $$`;

/** Tests with an empty store, `here`. The tests of a file share its database, one after the other: making one costs more than most tests. */
export const test = plainTest.extend<{ here: TestStore; ofFile: TestStore }>({
  ofFile: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures it depends on from this pattern.
    async ({}, use) => {
      await using store = await withStore();
      await use(store);
    },
    { scope: 'file' },
  ],
  here: async ({ ofFile }, use) => {
    await ofFile.clear();
    await use(ofFile);
  },
});

/** The store on a database of its own. */
export async function withStore(): Promise<TestStore> {
  const log = createLog({ name: 'test', level: 'silent' });
  const db = await withDatabase({ poolMax: 12, log });
  const store = openStore(db.database, log);
  const sql: TestStore['sql'] = (text, values) =>
    db.database.query({ name: `t_${createHash('sha1').update(text).digest('hex')}`, text }, values);
  return {
    ...{ db, store, sql },
    as: (name) => actor(store, { actor: name, client: 'test', instance: randomUUID() }),
    async clear() {
      await sql(clear);
    },
    async whenWaiting(sessions) {
      for (;;) {
        const [row] = await sql<{ n: number }>(
          "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        if ((row?.n ?? 0) >= sessions) return;
        await setTimeout(5);
      }
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** The AppError that a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<AppError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return toAppError(outcome.error);
  throw new Error(`nothing was refused: ${JSON.stringify(outcome.value)}`);
}

/** The first of a list that must not be empty. */
export function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error('the list is empty');
  return first;
}

/** Opens when told: lets a test hold one transaction open while another runs into it. */
export function gate(): { open(): void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: () => resolve(), passed: promise };
}
