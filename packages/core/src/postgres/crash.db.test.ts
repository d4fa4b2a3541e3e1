import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { embeddedPostgres } from '../embedded/index.ts';
import { AppError } from '../errors.ts';
import { createLog } from '../log.ts';
import { connectionSource, openDatabase, statement } from './index.ts';

const log = createLog({ name: 'test', level: 'silent' });
const create = statement('t_create', 'CREATE TABLE writes (id int PRIMARY KEY, run int NOT NULL)');
const insert = statement('t_insert', 'INSERT INTO writes VALUES ($1, $2)');
const readIds = statement('t_ids', 'SELECT id FROM writes');
const readBackend = statement('t_backend', 'SELECT pg_backend_pid() AS pid');

test('acknowledged writes survive kills of the embedded server, which comes back by itself', async () => {
  await using store = await withEmbedded();
  const { database } = store;
  await database.query(create);
  const acknowledged = new Set<number>();
  const doubtful = new Set<number>();
  const unexpected: unknown[] = [];
  let nextId = 0;
  let running = true;

  async function write(): Promise<void> {
    while (running) {
      const id = nextId++;
      let run = 0;
      try {
        await database.transaction((tx) => tx.query(insert, [id, run++]));
        acknowledged.add(id);
      } catch (error) {
        if (error instanceof AppError && error.details?.outcome === 'unknown') doubtful.add(id);
        else unexpected.push(error);
      }
    }
  }

  const writers = Array.from({ length: 8 }, write);
  for (const victim of ['postmaster', 'postmaster', 'backend', 'postmaster'] as const) {
    const before = acknowledged.size;
    while (acknowledged.size < before + 200 && unexpected.length === 0) await pause();
    process.kill(await store.pidOf(victim), 'SIGKILL');
  }
  const before = acknowledged.size;
  while (acknowledged.size < before + 50 && unexpected.length === 0) await pause();
  running = false;
  await Promise.all(writers);

  expect(unexpected).toEqual([]);
  const stored = new Set((await database.query<{ id: number }>(readIds)).map(({ id }) => id));
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored].filter((id) => !acknowledged.has(id) && !doubtful.has(id))).toEqual([]);
  // The commit times of the embedded server leave no doubt.
  expect([...doubtful]).toEqual([]);
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

async function withEmbedded() {
  const home = await mkdtemp(path.join(tmpdir(), `mcp-test-${process.pid}-crash-`));
  const database = openDatabase({ source: connectionSource({ home }, { log }), log, application: 'test' });
  await database.ready();
  return {
    database,
    async pidOf(victim: 'postmaster' | 'backend'): Promise<number> {
      if (victim === 'postmaster') {
        return Number.parseInt(await readFile(path.join(home, 'pg17', 'data', 'postmaster.pid'), 'utf8'), 10);
      }
      const [row] = await database.query<{ pid: number }>(readBackend);
      return row?.pid ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await embeddedPostgres({ home, log }).stop('immediate');
      await rm(home, { recursive: true, force: true });
    },
  };
}
