import { expect, test } from 'vitest';
import type { WaitingSummary } from '../tasks/repository.ts';
import { explainWaiting } from './waiting.ts';

const none: WaitingSummary = {
  blocked: 0,
  deferred: 0,
  held: 0,
  parents: 0,
  blockers: [],
  leases: [],
  next_deferred_at: null,
};
const until = new Date('2026-03-01T14:05:00Z');

test('without open tasks it says so', () => {
  expect(explainWaiting(none)).toBe('Nothing is ready: there are no open tasks here.');
});

test('it names the blockers, who holds them and until when', () => {
  const blocker = {
    id: 'TASK-0007',
    title: 'x',
    status: 'in_progress',
    holds_up: 12,
    lease_holder: 'ann',
    lease_until: until,
  };
  const leases = [{ id: 'TASK-0007', lease_holder: 'ann', lease_until: until }];
  expect(explainWaiting({ ...none, blocked: 12, held: 1, blockers: [blocker], leases })).toBe(
    'Nothing is ready: 12 blocked by TASK-0007 (held by ann, lease ends 2026-03-01T14:05:00.000Z); 1 in progress: TASK-0007 by ann until 2026-03-01T14:05:00.000Z.',
  );
});

test('a blocker that nobody holds is told with its status', () => {
  const blocker = {
    id: 'TASK-0007',
    title: 'x',
    status: 'pending',
    holds_up: 1,
    lease_holder: null,
    lease_until: null,
  };
  expect(explainWaiting({ ...none, blocked: 1, blockers: [blocker] })).toContain('1 blocked by TASK-0007 (pending)');
});

test('deferred tasks and tasks with open sub-tasks are counted', () => {
  expect(explainWaiting({ ...none, deferred: 2, parents: 1, next_deferred_at: until })).toBe(
    'Nothing is ready: 2 deferred, the next until 2026-03-01T14:05:00.000Z; 1 waiting for their sub-tasks.',
  );
});

test('times from JSON are as good as dates', () => {
  const summary = JSON.parse(JSON.stringify({ ...none, deferred: 1, next_deferred_at: until })) as WaitingSummary;
  expect(explainWaiting(summary)).toContain('2026-03-01T14:05:00.000Z');
});
