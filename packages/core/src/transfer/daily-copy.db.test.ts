import { readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { dailyCopy, importDatabase } from './index.ts';
import { connect, withFolder, withStore } from './session.fixture.ts';
import { everything, rows, schema } from './shapes.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });
const day = (n: number) => () => new Date(Date.UTC(2025, 0, n, 23, 30));

test('one copy a day is written, seven are kept, and other files stay', async () => {
  await using folder = withFolder();
  await using store = await withStore(schema, rows);
  const copies = folder.file('copies');
  for (let n = 1; n <= 9; n += 1) {
    expect(await dailyCopy({ client: store.client, folder: copies, log, now: day(n) })).toContain(`2025-01-0${n}`);
    expect(await dailyCopy({ client: store.client, folder: copies, log, now: day(n) })).toBe(undefined);
    if (n === 1) writeFileSync(folder.file('copies/notes.txt'), 'mine');
  }
  expect(readdirSync(copies)).toEqual([...[3, 4, 5, 6, 7, 8, 9].map((n) => `2025-01-0${n}.jsonl.gz`), 'notes.txt']);

  await using restored = await withStore(schema);
  await importDatabase(restored.client, folder.file('copies/2025-01-09.jsonl.gz'));
  expect((await restored.client.query(everything)).rows).toEqual((await store.client.query(everything)).rows);
});

test('processes that copy at the same moment write one copy', async () => {
  await using folder = withFolder();
  await using store = await withStore(schema, rows);
  const others = await Promise.all(Array.from({ length: 3 }, () => connect(store.url)));
  try {
    const copy = (client: typeof store.client) =>
      dailyCopy({ client, folder: folder.file('copies'), log, now: day(1) });
    const files = await Promise.all([store.client, ...others].map(copy));
    expect(files.filter((file) => file !== undefined)).toHaveLength(1);
    expect(readdirSync(folder.file('copies'))).toEqual(['2025-01-01.jsonl.gz']);
  } finally {
    await Promise.all(others.map((client) => client.end()));
  }
});
