// A process that changes goals: node writer.fixture.ts <database url> <home> <changes>. Four at a time, so that they commit out of order.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@mcp-servers/core';
import { connectionSource, openDatabase } from '@mcp-servers/core/postgres';
import { openStore } from '@mcp-servers/goals';
import { createGoal, updateItems } from '@mcp-servers/goals/work';

const [DATABASE_URL = '', home = '', changes = '0'] = process.argv.slice(2);
const log = createLog({ name: 'writer', level: 'silent' });
const source = connectionSource({ DATABASE_URL, home }, { log });
const database = openDatabase({ source, log, application: 'writer' });
const store = openStore(database, log);
const call = {
  caller: { actor: 'writer', client: undefined, instance: randomUUID() },
  signal: new AbortController().signal,
};

let left = Number(changes);
async function work(): Promise<void> {
  const { goal } = await createGoal(store, { title: 'Changing' }, call);
  left -= 1;
  while (left > 0) {
    left -= 1;
    const items = [{ id: goal.id, title: `Change ${left}` }];
    await updateItems(store, { items, open_tasks: 'refuse', all_or_nothing: true }, call);
    await sleep(Math.random() * 40);
  }
}
await Promise.all(Array.from({ length: 4 }, work));
await sleep(50); // The last notification is on its way.
await database.close();
