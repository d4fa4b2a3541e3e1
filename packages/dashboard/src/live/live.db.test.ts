import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '@mcp-servers/goals';
import { createGoal, deleteItems, undoChange, updateItems } from '@mcp-servers/goals/work';
import { expect, test } from 'vitest';
import { silent, type TestDashboard, withDashboard } from '../dashboard.fixture.ts';
import { eventsOf, readStream } from './stream.fixture.ts';

/** Another process's way to the same store. */
function otherAgent({ db }: TestDashboard) {
  const store: Store = openStore(db.database, silent);
  const call = {
    caller: { actor: 'bob', client: 'cli', instance: randomUUID() },
    signal: new AbortController().signal,
  };
  return {
    goal: async (title: string) => (await createGoal(store, { title }, call)).goal.id,
    rename: (id: string, title: string) =>
      updateItems(store, { items: [{ id, title }], open_tasks: 'refuse', all_or_nothing: true }, call),
    remove: (id: string) => deleteItems(store, { ids: [id] }, { ...call, allowPurge: false }),
    undo: () => undoChange(store, {}, call),
  };
}

test('a stream begins with a snapshot, then tells every change of any process, in order', async () => {
  await using here = await withDashboard();
  const agent = otherAgent(here);
  const old = await agent.goal('There before');
  const stream = readStream(() => here.dashboard);
  const first = await stream.until(({ message }) => message.type === 'snapshot');
  expect(first.id).toBeUndefined();
  expect(first.message.data).toMatchObject({
    goals: [{ id: old, title: 'There before' }],
    goals_total: 1,
    servers: { goals: 'asleep' },
    resumed: false,
  });
  const id = await agent.goal('New');
  await agent.rename(id, 'Renamed');
  await agent.remove(id);
  await agent.undo();
  const last = await stream.until(({ message }) => 'change' in message.data && message.data.change === 'goal_restored');
  expect(last).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}:\d+:\d+$/),
    message: { type: 'goal_updated', data: { id, actor: 'bob', client: 'cli', title: 'Renamed' } },
  });
  const told = stream.received.flatMap(({ id: cursor, message }) => (cursor ? [message.type] : []));
  expect(told.slice(-4)).toEqual(['goal_created', 'goal_updated', 'goal_deleted', 'goal_updated']);
  await stream.close();
});

test('a client that comes back has what it missed once, and nothing that it had', async () => {
  await using here = await withDashboard();
  const agent = otherAgent(here);
  const stream = readStream(() => here.dashboard);
  await stream.until(({ message }) => message.type === 'snapshot');
  const id = await agent.goal('One');
  const { id: cursor } = await stream.until((received) => received.id !== undefined);
  await stream.close();
  for (let n = 0; n < 5; n++) await agent.rename(id, `Name ${n}`);
  const again = readStream(() => here.dashboard, cursor);
  await again.until(
    ({ message }) => 'title' in message.data && message.data.title === 'Name 4' && eventsOf(again).length === 5,
  );
  expect(again.received[0]?.message).toMatchObject({ type: 'snapshot', data: { resumed: true } });
  const events = eventsOf(again);
  expect(events).toEqual([...events].sort((a, b) => a - b));
  expect(new Set(events).size).toBe(5);
  await again.close();
});

test('a cursor of another log, or none at all, begins anew', async () => {
  await using here = await withDashboard();
  for (const cursor of [`${randomUUID()}:1:1`, 'nonsense', '']) {
    const stream = readStream(() => here.dashboard, cursor);
    const { message } = await stream.until(() => true);
    expect(message).toMatchObject({ type: 'snapshot', data: { resumed: false } });
    await stream.close();
  }
});

test('a heartbeat comes without an id', async () => {
  await using here = await withDashboard({ heartbeatMs: 20 });
  const stream = readStream(() => here.dashboard);
  const beat = await stream.until(({ message }) => message.type === 'heartbeat');
  expect(beat.id).toBeUndefined();
  await stream.close();
});

test('a client that never reads does not hold up another, and costs a bounded buffer', async () => {
  await using here = await withDashboard();
  const { port } = new URL(here.dashboard.url);
  const deaf = connect(Number(port), '127.0.0.1').pause();
  deaf.write(`GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${here.dashboard.token}\r\n\r\n`);
  while (here.dashboard.parts.live.clients() < 1) await sleep(10);
  const stream = readStream(() => here.dashboard);
  await stream.until(({ message }) => message.type === 'snapshot');
  const agent = otherAgent(here);
  const id = await agent.goal('Busy');
  const store = openStore(here.db.database, silent);
  const call = {
    caller: { actor: 'bob', client: undefined, instance: randomUUID() },
    signal: new AbortController().signal,
  };
  for (let n = 0; n < 400; n++) {
    const items = [{ id, description: String(n).padEnd(20_000, 'x') }];
    await updateItems(store, { items, open_tasks: 'refuse', all_or_nothing: true }, call);
  }
  await agent.rename(id, 'Done');
  await stream.until(() => eventsOf(stream).length === 402);
  expect(new Set(eventsOf(stream)).size).toBe(402);
  deaf.destroy();
  await stream.close();
});
