import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { connectionSource, identityOf } from './source.ts';

const log = createLog({ name: 'test', level: 'silent' });

test('a URL wins over parts, parts over the embedded server', async () => {
  const home = '/nowhere';
  const parts = { DB_HOST: 'db', DB_PORT: 5433, DB_NAME: 'goals', DB_USER: 'app', DB_PASSWORD: 'hidden' };
  const byUrl = connectionSource({ home, ...parts, DATABASE_URL: 'postgres://me:hidden@host:1234/store' }, { log });
  expect(byUrl.describe()).toEqual({ kind: 'given', host: 'host', port: 1234, database: 'store', user: 'me' });
  const byParts = connectionSource({ home, ...parts }, { log });
  expect(byParts.describe()).toEqual({ kind: 'given', host: 'db', port: 5433, database: 'goals', user: 'app' });
  expect(await byParts.resolve()).toMatchObject({ host: 'db', password: 'hidden' });
  expect(connectionSource({ home }, { log }).describe()).toMatchObject({ kind: 'embedded', host: home });
});

test('the folder of a socket in the query is the host', () => {
  const connectionString = 'postgres://me:p%40ss@localhost/store?host=%2Frun%2Fpg&port=5433';
  expect(identityOf({ connectionString }, 'given')).toMatchObject({ host: '/run/pg', port: 5433 });
});

test('a URL that cannot be parsed is not repeated', () => {
  const broken = () => identityOf({ connectionString: 'postgres://me:hidden@ho st:x/store' }, 'given');
  expect(broken).toThrow('cannot be parsed');
  expect(broken).not.toThrow('hidden');
});
