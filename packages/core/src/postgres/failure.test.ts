import { expect, test } from 'vitest';
import { AuthError, DatabaseError, NotFoundError, UnavailableError } from '../errors.ts';
import { isConnectionLost, isContention, isStalePlan, refusesStartParameters, toDatabaseError } from './failure.ts';
import type { StoreIdentity } from './source.ts';

const store: StoreIdentity = { kind: 'given', host: 'db', port: 5432, database: 'store', user: 'app' };
const driverError = (code: string, fields: object = {}) =>
  Object.assign(new Error('text of the driver'), { code, ...fields });

test.for([
  { code: '28P01', type: AuthError, says: 'refused user "app"' },
  { code: '28000', type: AuthError, says: 'db:5432' },
  { code: '3D000', type: DatabaseError, says: 'no database "store"' },
  { code: '42501', type: AuthError, says: 'lacks a right' },
  { code: '53100', type: DatabaseError, says: 'disk' },
  { code: '53300', type: UnavailableError, says: 'no free connection slot' },
  { code: '57014', type: UnavailableError, says: 'too long' },
  { code: '40001', type: UnavailableError, says: 'Other writers' },
  { code: '57P03', type: UnavailableError, says: 'db:5432 cannot be reached' },
  { code: 'ECONNREFUSED', type: UnavailableError, says: 'db:5432 cannot be reached' },
  { code: '23503', type: DatabaseError, says: 'SQLSTATE 23503, parent_exists' },
  { code: '22001', type: DatabaseError, says: 'SQLSTATE 22001' },
])('$code becomes an error that says "$says" and keeps its cause', ({ code, type, says }) => {
  const cause = driverError(code, code === '23503' ? { constraint: 'parent_exists', detail: 'Key (id)=(7)' } : {});
  const error = toDatabaseError(cause, store);
  expect(error).toBeInstanceOf(type);
  expect(error.message).toContain(says);
  expect(error.cause).toBe(cause);
});

test('an AppError passes unchanged', () => {
  const error = new NotFoundError('no goal');
  expect(toDatabaseError(error, store)).toBe(error);
});

test('lost connections, contention and stale plans are told apart, also behind an AppError', () => {
  const wrapped = toDatabaseError(driverError('ECONNRESET'), store);
  expect(isConnectionLost(wrapped)).toBe(true);
  expect(isConnectionLost(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isConnectionLost(new AggregateError([driverError('ECONNREFUSED')]))).toBe(true);
  expect(isConnectionLost(driverError('23505'))).toBe(false);
  expect(isConnectionLost(new NotFoundError('Connection terminated is only the text of a goal'))).toBe(false);
  expect(isContention(toDatabaseError(driverError('40P01'), store))).toBe(true);
  const stale = Object.assign(new Error('cached plan must not change result type'), { code: '0A000' });
  expect([isStalePlan(stale), isStalePlan(driverError('0A000'))]).toEqual([true, false]);
  const refused = Object.assign(new Error('unsupported startup parameter: statement_timeout'), { code: '08P01' });
  expect([refusesStartParameters(refused), refusesStartParameters(driverError('08P01'))]).toEqual([true, false]);
});
