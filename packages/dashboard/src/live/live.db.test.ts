import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '@mcp-servers/core/testing';
import { openStore, type Store } from '@mcp-servers/goals';
import { createGoal, deleteItems, undoChange, updateItems } from '@mcp-servers/goals/work';
import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { silent, type TestDashboard, withDashboard } from '../dashboard.fixture.ts';
import { openLive } from './live.ts';
import { eventsOf, readStream } from './stream.fixture.ts';

/** Another process's way to the same store. */
function otherAgent({ db }: Pick<TestDashboard, 'db'>) {
  const store: Store = openStore(db.database, silent);
  const call = {
    caller: { actor: 'bob', client: 'cli', instance: randomUUID() },
    signal: new AbortController().signal,
  };
  return {
    goal: async (title: string) => (await createGoal(store, { title }, call)).goal.id,
    rename: (id: string, title: string) =>
      updateItems(store, { items: [{ id, title }], open_tasks: 'refuse', all_or_nothing: true }, call),
    describe: (id: string, description: string) =>
      updateItems(store, { items: [{ id, description }], open_tasks: 'refuse', all_or_nothing: true }, call),
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
  for (let n = 0; n < 400; n++) await agent.describe(id, String(n).padEnd(20_000, 'x'));
  await agent.rename(id, 'Done');
  await stream.until(() => eventsOf(stream).length === 402);
  expect(new Set(eventsOf(stream)).size).toBe(402);
  deaf.destroy();
  await stream.close();
});

test('a client that takes nothing in is dropped, and when it comes back it has the rest; others are not held up', async () => {
  await using db = await withDatabase();
  const store = openStore(db.database, silent);
  const dropped = { streams: 0 };
  const counter = (name: string) => ({
    inc: () => {
      if (name === 'dashboard_clients_dropped_total') dropped.streams += 1;
    },
  });
  const live = openLive({
    ...{ store, database: db.database, log: silent, patienceMs: 1000 },
    metrics: { counter, gauge: () => {} } as unknown as Parameters<typeof openLive>[0]['metrics'],
    snapshot: async () => ({ goals: [], goals_total: 0, servers: {} }),
  });
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    live.add(response, request.headers['last-event-id'] as string | undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const reading = readStream(() => ({ url, token: '' }));
  const [deaf] = (await once(get(new URL('/events', url)), 'response')) as [IncomingMessage];
  deaf.pause();
  await reading.until(({ message }) => message.type === 'snapshot');

  const agent = otherAgent({ db });
  const id = await agent.goal('Busy');
  let changes = 1;
  for (; dropped.streams === 0; changes += 1) await agent.describe(id, String(changes).padEnd(20_000, 'x'));
  await agent.rename(id, 'Done');
  changes += 1;
  await reading.until(() => eventsOf(reading).length === changes);

  const had: { cursor?: string; events: number[] } = { events: [] };
  const parser = createParser({
    onEvent({ id: cursor, data }) {
      if (cursor === undefined) return;
      had.cursor = cursor;
      had.events.push(JSON.parse(data).data.event);
    },
  });
  const text = new TextDecoder();
  const read = async () => {
    for await (const chunk of deaf) parser.feed(text.decode(chunk, { stream: true }));
  };
  await expect(read()).rejects.toThrow('aborted');
  expect(had.events.length).toBeLessThan(changes);
  const again = readStream(() => ({ url, token: '' }), had.cursor);
  await again.until(() => had.events.length + eventsOf(again).length === changes);
  expect([...had.events, ...eventsOf(again)]).toEqual(eventsOf(reading));
  expect(new Set(eventsOf(reading)).size).toBe(changes);

  await Promise.all([reading.close(), again.close()]);
  await live.close();
  await new Promise((closed) => server.close(closed));
});
