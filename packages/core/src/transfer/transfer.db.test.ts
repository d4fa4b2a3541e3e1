import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { exportDatabase, importDatabase } from './index.ts';
import { withFolder, withStore } from './session.fixture.ts';
import { everything, rows, schema } from './shapes.fixture.ts';

test('every value survives an export and an import', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  await using to = await withStore(schema);
  const file = folder.file('all.jsonl.gz');
  const exported = await exportDatabase(from.client, file);
  expect(exported.rows).toEqual({ zebras: 2, herds: 1, 'a "table" named [table]': 3, fired: 0, store_identity: 1 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const imported = await importDatabase(to.client, file);
  expect(imported.rows).toEqual(exported.rows);
  expect((await to.client.query(everything)).rows).toEqual((await from.client.query(everything)).rows);
});

test('the file says what is in it, and the bookkeeping of migrations stays out', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  const file = folder.file('all.jsonl.gz');
  await exportDatabase(from.client, file, { now: () => new Date('2025-01-02T03:04:05Z') });
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const header = JSON.parse(lines[0] ?? '');
  expect(header).toMatchObject({
    format: 'mcp-servers-export',
    version: 1,
    at: '2025-01-02T03:04:05.000Z',
    migrations: ['0001_first', '0002_second'],
  });
  expect(header.tables.map(({ name }: { name: string }) => name)).not.toContain('pgmigrations');
  expect(header.tables.find(({ name }: { name: string }) => name === 'zebras').columns).toEqual(['seq', 'herd']);
  expect(JSON.parse(lines.at(-1) ?? '').footer.rows.zebras).toBe(2);
});

test('sequences go on after the highest number ever given, also when its row is gone', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  await using to = await withStore(schema);
  await exportDatabase(from.client, folder.file('all.jsonl.gz'));
  await importDatabase(to.client, folder.file('all.jsonl.gz'));
  const zebra = await to.client.query('INSERT INTO zebras DEFAULT VALUES RETURNING id');
  expect(zebra.rows).toEqual([{ id: 'Z-4' }]);
  // This one was given by hand, so the sequence itself never reached it.
  const herd = await to.client.query('INSERT INTO herds DEFAULT VALUES RETURNING id');
  expect(herd.rows).toEqual([{ id: '8' }]);
});

test('triggers do not fire for loaded rows, and fire again afterwards; foreign keys are as before', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  await using to = await withStore(schema);
  await exportDatabase(from.client, folder.file('all.jsonl.gz'));
  await importDatabase(to.client, folder.file('all.jsonl.gz'));
  await to.client.query('INSERT INTO zebras DEFAULT VALUES');
  expect((await to.client.query('SELECT what FROM fired')).rows).toEqual([{ what: 'zebras' }]);
  const { rows: keys } = await to.client.query(`SELECT condeferrable FROM pg_constraint WHERE contype = 'f'`);
  expect(keys.every(({ condeferrable }) => condeferrable === false)).toBe(true);
});

test('the event log of the loaded store has a new identity', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  await using to = await withStore(schema);
  await exportDatabase(from.client, folder.file('all.jsonl.gz'));
  await importDatabase(to.client, folder.file('all.jsonl.gz'));
  const logOf = async (store: typeof from) => (await store.client.query('SELECT log_id FROM store_identity')).rows;
  expect(await logOf(to)).toHaveLength(1);
  expect(await logOf(to)).not.toEqual(await logOf(from));
});

test('a file that is cut anywhere, or damaged, is refused and nothing is changed', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  await using to = await withStore(schema);
  const file = folder.file('all.jsonl.gz');
  await exportDatabase(from.client, file);
  const whole = readFileSync(file);
  const text = gunzipSync(whole).toString('utf8');
  const lines = text.trimEnd().split('\n');
  const before = (await to.client.query(everything)).rows;
  const bad: [string, Buffer][] = [
    ['half', whole.subarray(0, whole.length / 2)],
    ['without its end', whole.subarray(0, -4)],
    ['not gzip', Buffer.from(text)],
    ['empty', gzipSync('')],
    ['no footer', gzipSync(`${lines.slice(0, -1).join('\n')}\n`)],
    ['a row less', gzipSync(lines.filter((line) => line !== '["1","7"]').join('\n'))],
    ['something after the end', gzipSync(`${text}["1","7"]\n`)],
    ['not JSON', gzipSync(text.replace('{"table":"zebras"}', '{"table"'))],
    ['a value of the wrong type', gzipSync(text.replace('["1","7"]', '["one","7"]'))],
  ];
  for (const [name, content] of bad) {
    const damaged = folder.file(`${name}.gz`);
    writeFileSync(damaged, content);
    await expect(importDatabase(to.client, damaged), name).rejects.toMatchObject({
      code: expect.stringMatching(/validation|database/),
      hint: expect.stringContaining('othing was changed'),
    });
    expect((await to.client.query(everything)).rows).toEqual(before);
  }
  await importDatabase(to.client, file);
});

test('a database with data, or without a table or column of the file, is refused', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  const file = folder.file('all.jsonl.gz');
  await exportDatabase(from.client, file);
  await expect(importDatabase(from.client, file)).rejects.toMatchObject({ code: 'conflict' });
  await using without = await withStore(schema, 'DROP TABLE fired');
  await expect(importDatabase(without.client, file)).rejects.toThrow('a table fired that');
  await using older = await withStore(schema, 'ALTER TABLE store_identity DROP COLUMN name');
  await expect(importDatabase(older.client, file)).rejects.toThrow('store_identity.name');
  await expect(importDatabase(older.client, folder.file('missing.gz'))).rejects.toMatchObject({ code: 'not_found' });
});

test('an export never replaces a file and leaves none behind when it fails', async () => {
  await using folder = withFolder();
  await using from = await withStore(schema, rows);
  writeFileSync(folder.file('mine'), 'precious');
  await expect(exportDatabase(from.client, folder.file('mine'))).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(folder.file('mine'), 'utf8')).toBe('precious');
});

test('many rows, and rows much larger than a portion, pass through', async () => {
  await using folder = withFolder();
  const table = 'CREATE TABLE long (n bigint PRIMARY KEY, words text)';
  await using from = await withStore(table, `INSERT INTO long SELECT n, 'row ' || n FROM generate_series(1, 30000) n`);
  await using to = await withStore(table);
  await from.client.query(`INSERT INTO long SELECT -n, repeat('ü🦓', 500000) || n FROM generate_series(1, 5) n`);
  await exportDatabase(from.client, folder.file('long.gz'));
  await importDatabase(to.client, folder.file('long.gz'));
  const sum = `SELECT count(*) AS rows, md5(string_agg(md5(words), '' ORDER BY n)) AS sum FROM long`;
  expect((await to.client.query(sum)).rows).toEqual((await from.client.query(sum)).rows);
});
