import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { withHome } from '../dashboard.fixture.ts';
import { runScript, type SpawnedDashboard, spawnDashboard } from '../spawn.fixture.ts';
import { eventsOf, readStream } from './stream.fixture.ts';

const changes = 1000;

test('a client has each of 1,000 changes once and in order, while dashboard, database connections and network break in turn', {
  timeout: 180_000,
}, async () => {
  await using at = await withHome();
  await using db = await withDatabase();
  const env = { MCP_SERVERS_HOME: at.home, DATABASE_URL: db.url };
  const running: SpawnedDashboard[] = [await spawnDashboard(env)];
  const newest = () => running.at(-1) as SpawnedDashboard;
  const stream = readStream(newest);
  await stream.until(({ message }) => message.type === 'snapshot');

  const written = runScript(new URL('./writer.fixture.ts', import.meta.url), [db.url, at.home, String(changes)]);
  await stream.until(({ id }) => id !== undefined);
  let done = false;
  void written.then(() => {
    done = true;
  });
  const breaks = [
    async () => {
      await newest().end('SIGKILL');
      running.push(await spawnDashboard(env));
    },
    () =>
      db.database.query({
        name: 'break',
        text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mcp-servers/dashboard' AND datname = current_database()",
      }),
    async () => stream.cut(),
  ];
  let broken = 0;
  while (!done || broken < breaks.length) {
    await breaks[broken % breaks.length]?.();
    broken += 1;
    const had = stream.received.length;
    await sleep(200);
    if (!done) await stream.until(() => stream.received.length > had);
  }
  expect(await written).toBe(0);

  const rows = await db.database.query<{ id: number }>({
    name: 'all_events',
    text: 'SELECT id FROM events ORDER BY xid, id',
  });
  const ids = rows.map(({ id }) => id);
  expect(ids).toHaveLength(changes);
  await stream.until(() => eventsOf(stream).length >= ids.length);
  await sleep(300); // A repeated one would come now.
  expect(eventsOf(stream)).toEqual(ids);
  expect(stream.connections()).toBeGreaterThan(3);
  await stream.close();
  for (const dashboard of running) await dashboard[Symbol.asyncDispose]();
});
