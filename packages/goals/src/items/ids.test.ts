import { decodeCursor, encodeCursor, ValidationError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { formatId, GoalId, ItemId, splitIds, TaskId, toItemId, toSeq } from './ids.ts';

test('an id is accepted in any case, with or without padding, and stored in one form', () => {
  for (const text of ['goal-7', 'GOAL-7', 'Goal-0007', 'GOAL-000007', ' goal-7 '])
    expect(toItemId(text)).toBe('GOAL-0007');
  expect(toItemId('task-12')).toBe('TASK-0012');
});

test('an id beyond 9999 keeps all its digits', () => {
  expect(formatId('GOAL', 10_000)).toBe('GOAL-10000');
  expect(toItemId('GOAL-10000')).toBe('GOAL-10000');
  expect(toItemId('goal-0010000')).toBe('GOAL-10000');
  expect(formatId('TASK', 9999)).toBe('TASK-9999');
});

test('ids order by number, not by text', () => {
  const ids = ['TASK-10000', 'TASK-0002', 'TASK-9999'];
  expect(ids.toSorted((a, b) => toSeq(a) - toSeq(b))).toEqual(['TASK-0002', 'TASK-9999', 'TASK-10000']);
});

test.each([
  ...[
    '',
    'GOAL',
    'GOAL-',
    'GOAL-0',
    'GOAL-0000',
    'GOAL--1',
    'GOAL-1.5',
    'GOAL-1e3',
    'GOAL-٣',
    'NOTE-1',
    '7',
    'GOAL-1 x',
    'xGOAL-1',
  ],
  ...['GOAL-1\nTASK-2', `GOAL-${'9'.repeat(40)}`],
])('%j is no id', (text) => {
  expect(toItemId(text)).toBeUndefined();
  expect(ItemId.safeParse(text).success).toBe(false);
});

test('an id of the other kind is refused with an example of the right one', () => {
  expect(GoalId.safeParse('task-1').error?.issues[0]?.message).toBe('must be the id of a goal, like GOAL-0001.');
  expect(TaskId.safeParse('goal-1').error?.issues[0]?.message).toBe('must be the id of a task, like TASK-0001.');
  expect(ItemId.parse('task-1')).toBe('TASK-0001');
});

test('ids are split by kind, each once, in the order given', () => {
  expect(splitIds(['TASK-0002', 'GOAL-0001', 'TASK-0001', 'TASK-0002'])).toEqual({
    goals: ['GOAL-0001'],
    tasks: ['TASK-0002', 'TASK-0001'],
  });
});

test('a cursor comes back as it went out; anything else is a readable error', () => {
  const schema = z.tuple([z.string(), z.int()]);
  expect(decodeCursor(schema, encodeCursor(['ü', 7]))).toEqual(['ü', 7]);
  for (const garbage of ['', '!!!', 'e30', encodeCursor(['x']), encodeCursor({})]) {
    expect(() => decodeCursor(schema, garbage)).toThrow(ValidationError);
  }
});
