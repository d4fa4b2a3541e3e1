import { expect, test } from 'vitest';
import { renderHistory, renderPlan, renderStats } from './report-text.ts';

test('history is a line per event with what changed below it, then how to go on', () => {
  const at = '2026-03-01T10:00:00.000Z';
  const items = [
    {
      ...{ event: 7, at, type: 'task_updated', id: 'TASK-0001', title: 'b', goal_id: 'GOAL-0001', actor: 'ann' },
      before: { title: 'a', tags: ['x'] },
      after: { title: 'b', tags: [] },
    },
    { event: 6, at, type: 'goal_created', id: 'GOAL-0001', actor: 'ann', after: { title: 'g' } },
  ];
  expect(renderHistory({ items, next_cursor: 'abc', truncated: true })).toBe(
    [
      `#7 ${at} task_updated TASK-0001 b by ann (goal_id: GOAL-0001)`,
      '  title: a -> b',
      '  tags: ["x"] -> []',
      `#6 ${at} goal_created GOAL-0001 by ann`,
      '  title: g',
      'Shortened to fit: the cursor goes on behind the last one shown.',
      'next_cursor: abc',
    ].join('\n'),
  );
  expect(renderHistory({ items: [], caught_up: true, next_cursor: 'abc' })).toBe(
    'No events.\nCaught up: repeat with the cursor for what comes next.\nnext_cursor: abc',
  );
});

test('figures leave out what is zero, and days without any', () => {
  const text = renderStats({
    tasks: { total: 3, pending: 0, completed: 3, percent: 100, lead_hours: { p50: 1.5, p90: 2 } },
    goals: { total: 0 },
    groups: [{ name: 'GOAL-0001', title: 'g', total: 3 }],
    throughput: [
      { day: '2026-03-01', created: 0, completed: 0 },
      { day: '2026-03-02', created: 0, completed: 3 },
    ],
    tags: [{ tag: 'x', goals: 1, tasks: 0 }],
    store: { kind: 'embedded', status: 'healthy', cache: 'not configured' },
    left_out: ['more tags'],
  });
  expect(text).toBe(
    [
      'tasks: total 3, completed 3, percent 100, lead_hours p50 1.5, p90 2',
      'goals: none',
      'groups:\n  GOAL-0001 g: total 3',
      'by day (days without any left out):\n  2026-03-02: completed 3',
      'tags:\n  x: goals 1',
      'store: kind embedded, status healthy, cache not configured',
      'Left out: more tags. Ask with more max_chars.',
    ].join('\n'),
  );
});

test('a plan reads from its phases to its end', () => {
  const a = { id: 'TASK-0001', title: 'a', minutes: 30 };
  const b = { id: 'TASK-0002', title: 'b', minutes: 60, defer_until: '2026-04-01' };
  const text = renderPlan({
    goal: { id: 'GOAL-0001', title: 'g', status: 'pending' },
    ...{ open_tasks: 2, remaining_minutes: 90, critical_minutes: 90 },
    phases: [
      { phase: 1, tasks: [a] },
      { phase: 2, tasks: [b] },
    ],
    critical_path: [a, b],
    bottlenecks: [{ ...a, holds_up: 1 }],
    outside: [{ id: 'TASK-0009', title: 'o', goal_id: 'GOAL-0002', status: 'pending', blocks: ['TASK-0001'] }],
    forecast: [{ workers: 1, minutes: 90, finish_at: 'soon' }],
    measured: { days: 14, completed: 0 },
    assumed: ['TASK-0002'],
  });
  expect(text).toBe(
    [
      'GOAL-0001 g (pending): 2 open tasks, 90 minutes left, 90 on the critical path',
      'phase 1:\n  TASK-0001 a (30 minutes)',
      'phase 2:\n  TASK-0002 b (60 minutes, not before 2026-04-01)',
      'critical path: TASK-0001 -> TASK-0002',
      'bottlenecks:\n  TASK-0001 a (30 minutes) holds up 1',
      'waits for other goals:\n  TASK-0009 o (GOAL-0002, pending) blocks TASK-0001',
      'earliest finish:\n  1 workers: 90 minutes, soon',
      'estimate assumed: TASK-0002',
    ].join('\n'),
  );
});
