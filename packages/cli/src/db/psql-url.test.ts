import { expect, test } from 'vitest';
import { toConnectionUri } from './psql-url.ts';

test('a socket folder and special characters are percent-encoded', () => {
  expect(
    toConnectionUri({
      host: '/var/lib/my home/s',
      port: 5432,
      user: 'mcp',
      password: 'p@ss/word?',
      database: 'postgres',
    }),
  ).toBe('postgresql://mcp:p%40ss%2Fword%3F@%2Fvar%2Flib%2Fmy%20home%2Fs:5432/postgres');
});

test('a given URL stays as it is, and the parts of one are put together', () => {
  expect(toConnectionUri({ connectionString: 'postgres://u@h/d?sslmode=require' })).toBe(
    'postgres://u@h/d?sslmode=require',
  );
  expect(toConnectionUri({ host: '::1', port: 5433, user: 'u', database: 'd' })).toBe('postgresql://u@[::1]:5433/d');
});
