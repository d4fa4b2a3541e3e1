import { expect, test } from 'vitest';
import { DatabaseError } from '../errors.ts';
import type { Lease } from './lease.ts';
import type { StoreIdentity } from './source.ts';
import { checkVersion } from './startup.ts';

const store: StoreIdentity = { kind: 'given', host: 'db', port: 5432, database: 'store', user: 'app' };

test('PostgreSQL older than 15 is refused by name, 15 and newer are not', async () => {
  const server = (major: number) => {
    const lease = { run: async () => ({ rows: [{ major, version: `${major}.2` }] }), release: () => {} };
    return { acquire: async () => lease as unknown as Lease };
  };
  await expect(checkVersion(server(14), store)).rejects.toThrow(DatabaseError);
  await expect(checkVersion(server(14), store)).rejects.toThrow('db is version 14.2; 15 is the oldest');
  expect(await checkVersion(server(15), store)).toBe('15.2');
});
