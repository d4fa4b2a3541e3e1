import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { withDatabase } from '../testing/database.ts';

export interface TestStore extends AsyncDisposable {
  client: pg.Client;
  url: string;
}

/** A database of its own and one session in it, with the statements run. */
export async function withStore(...statements: string[]): Promise<TestStore> {
  const database = await withDatabase({ empty: true });
  const client = await connect(database.url);
  for (const text of statements) await client.query(text);
  return {
    client,
    url: database.url,
    async [Symbol.asyncDispose]() {
      await client.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

export interface TestFolder extends AsyncDisposable {
  file(name: string): string;
}

export function withFolder(): TestFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-transfer-'));
  return {
    file: (name) => path.join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
