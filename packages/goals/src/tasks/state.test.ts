import { ConflictError } from '@mcp-servers/core';
import { describe, expect, test } from 'vitest';
import { isOpen, Status } from '../items/fields.ts';
import { changeTaskStatus, noLease, type StateFacts } from './state.ts';
import { sampleTask } from './task.fixture.ts';

const now = new Date('2026-03-01T12:00:00Z');
const earlier = new Date('2026-02-01T12:00:00Z');
const free: StateFacts = { now, goalStatus: 'in_progress', openChildren: [], blockers: [] };
const lease = {
  lease_holder: 'ann',
  lease_instance: '00000000-0000-4000-8000-000000000001',
  lease_token: '00000000-0000-4000-8000-000000000002',
  lease_until: new Date('2026-03-01T13:00:00Z'),
};

const statuses = Status.options;
const flags = [false, true];
const table = statuses.flatMap((from) =>
  statuses.flatMap((to) =>
    flags.flatMap((blocked) =>
      flags.flatMap((children) => statuses.map((goalStatus) => ({ from, to, blocked, children, goalStatus }))),
    ),
  ),
);

/** The rules in words: who may not go where. */
function isRefused({ from, to, blocked, children, goalStatus }: (typeof table)[number]): boolean {
  if (from === to) return false;
  if (blocked && (to === 'in_progress' || to === 'completed')) return true;
  if (children && !isOpen(to)) return true;
  return isOpen(to) && !isOpen(goalStatus);
}

describe.each(statuses)('from %s', (from) => {
  test.each(table.filter((row) => row.from === from))(
    'to $to (blocked $blocked, open children $children, goal $goalStatus)',
    (row) => {
      const task = sampleTask({ status: from, blocked_by: row.blocked ? 1 : 0 });
      const facts: StateFacts = {
        now,
        goalStatus: row.goalStatus,
        openChildren: row.children ? ['TASK-0009'] : [],
        blockers: row.blocked ? ['TASK-0008'] : [],
      };
      const change = () => changeTaskStatus(task, row.to, facts);
      if (isRefused(row)) expect(change).toThrow(ConflictError);
      else expect(change().status).toBe(row.to);
    },
  );
});

test('nothing is reopened below a closed task, but it may be closed further', () => {
  const closed = sampleTask({ status: 'completed', parent_task_id: 'TASK-0041' });
  for (const status of ['completed', 'cancelled'] as const) {
    const facts = { ...free, parent: { id: 'TASK-0041', status } };
    for (const to of ['pending', 'in_progress'] as const)
      expect(() => changeTaskStatus(closed, to, facts)).toThrow(`TASK-0041 above it is ${status}`);
    expect(changeTaskStatus(closed, 'cancelled', facts).status).toBe('cancelled');
  }
  expect(changeTaskStatus(closed, 'pending', { ...free, parent: { id: 'TASK-0041', status: 'pending' } }).status).toBe(
    'pending',
  );
});

test('nothing is changed in place, and no change is the same task', () => {
  const task = Object.freeze(sampleTask({}));
  expect(changeTaskStatus(task, 'pending', free)).toBe(task);
  expect(changeTaskStatus(task, 'completed', free)).not.toBe(task);
  expect(task.status).toBe('pending');
});

test('leaving in_progress ends the lease, staying keeps it', () => {
  const held = sampleTask({ status: 'in_progress', ...lease });
  for (const to of ['pending', 'completed', 'cancelled'] as const)
    expect(changeTaskStatus(held, to, free)).toMatchObject(noLease);
  expect(changeTaskStatus(held, 'in_progress', free)).toMatchObject(lease);
});

test('completing sets the time and 100 percent, reopening takes both back', () => {
  const done = changeTaskStatus(sampleTask({ percent: 40 }), 'completed', free);
  expect(done).toMatchObject({ percent: 100, completed_at: now, started_at: now });
  expect(changeTaskStatus(done, 'pending', free)).toMatchObject({ percent: 0, completed_at: null, started_at: now });
});

test('cancelling keeps the percent and is no completion', () => {
  const cancelled = changeTaskStatus(sampleTask({ percent: 40 }), 'cancelled', free);
  expect(cancelled).toMatchObject({ percent: 40, completed_at: null, started_at: null });
});

test('the first start is kept', () => {
  expect(changeTaskStatus(sampleTask({ started_at: earlier }), 'in_progress', free).started_at).toBe(earlier);
  expect(changeTaskStatus(sampleTask({}), 'in_progress', free).started_at).toBe(now);
});

test('a refusal names what stands in the way, at most five of it', () => {
  const ids = Array.from({ length: 7 }, (_, index) => `TASK-000${index + 1}`);
  const blocked = sampleTask({ blocked_by: 7 });
  expect(() => changeTaskStatus(blocked, 'completed', { ...free, blockers: ids })).toThrow(
    'TASK-0042 cannot become completed: it waits for TASK-0001, TASK-0002, TASK-0003, TASK-0004, TASK-0005 and 2 more.',
  );
  expect(() => changeTaskStatus(sampleTask({}), 'cancelled', { ...free, openChildren: ['TASK-0009'] })).toThrow(
    'TASK-0009 below it is open',
  );
  expect(() => changeTaskStatus(blocked, 'in_progress', free)).toThrow('it waits for 7 open tasks');
});
