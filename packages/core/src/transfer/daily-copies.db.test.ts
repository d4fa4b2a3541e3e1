import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import type { ConnectionSource } from '../postgres/index.ts';
import { startDailyCopies } from './index.ts';
import { withFolder, withStore } from './session.fixture.ts';
import { rows, schema } from './shapes.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

const sourceOf = (kind: ConnectionSource['kind'], url: string): ConnectionSource => ({
  kind,
  resolve: async () => ({ connectionString: url }),
  describe: () => ({ kind, host: 'test', port: 0, database: 'test', user: 'test' }),
});

test('a process with an embedded store writes the copy of the day in the background', async () => {
  await using folder = withFolder();
  await using store = await withStore(schema, rows);
  const copies = startDailyCopies({ source: sourceOf('embedded', store.url), home: folder.file(''), log, firstMs: 1 });
  await expect.poll(() => existsSync(folder.file('copies')) && readdirSync(folder.file('copies'))).toHaveLength(1);
  await copies.close();
  expect(readdirSync(folder.file('copies'))[0]).toMatch(/^\d{4}-\d{2}-\d{2}\.jsonl\.gz$/);
});

test('closing ends a copy that has not begun, and a given store is left to its own backups', async () => {
  await using folder = withFolder();
  await using store = await withStore(schema, rows);
  await startDailyCopies({ source: sourceOf('embedded', store.url), home: folder.file(''), log }).close();
  await startDailyCopies({ source: sourceOf('given', store.url), home: folder.file(''), log, firstMs: 1 }).close();
  expect(existsSync(folder.file('copies'))).toBe(false);
});
