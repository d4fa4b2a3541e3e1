import { expect, test } from 'vitest';
import { withDatabase } from '../testing/database.ts';
import { statement } from './index.ts';

const notify = statement('t_notify', 'SELECT pg_notify($1, $2)');
const killListeners = statement(
  't_kill_listeners',
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
);

test('a subscription survives the end of its session and tells about the gap', async () => {
  await using db = await withDatabase();
  const heard: string[] = [];
  let wake = Promise.withResolvers<string>();
  const tell = (event: string) => {
    heard.push(event);
    wake.resolve(event);
  };
  const next = async () => {
    const event = await wake.promise;
    wake = Promise.withResolvers();
    return event;
  };
  // Quotes and capitals survive, because the name is quoted.
  const channel = 'Odd "channel"';
  const subscription = await db.database.listen(channel, {
    onNotify: (payload) => tell(`notify ${payload}`),
    onReconnect: () => tell('reconnect'),
  });
  await db.database.query(notify, [channel, 'one']);
  expect(await next()).toBe('notify one');
  await db.database.query(killListeners);
  expect(await next()).toBe('reconnect');
  await db.database.query(notify, [channel, 'two']);
  expect(await next()).toBe('notify two');
  await subscription.close();
  await db.database.query(notify, [channel, 'three']);
  expect(heard).toEqual(['notify one', 'reconnect', 'notify two']);
});

test('a handler that throws does not end the subscription', async () => {
  await using db = await withDatabase();
  const second = Promise.withResolvers<string>();
  await db.database.listen('c', {
    onNotify(payload) {
      if (payload === 'one') throw new Error('a handler');
      second.resolve(payload);
    },
    onReconnect() {},
  });
  await db.database.query(notify, ['c', 'one']);
  await db.database.query(notify, ['c', 'two']);
  expect(await second.promise).toBe('two');
});
