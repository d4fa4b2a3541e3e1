import { expect, test } from 'vitest';
import { renderClaimed, renderCreated, renderOutcome, renderUpdated } from './written-text.ts';

test('what was created is a tree of ids', () => {
  const tasks = [
    { id: 'TASK-0001', title: 'Design', ref: 'd' },
    { id: 'TASK-0002', title: 'Sketch', parent_task_id: 'TASK-0001' },
    { id: 'TASK-0003', title: 'Build' },
  ];
  expect(renderCreated({ goal: { id: 'GOAL-0001', title: 'Ship' }, tasks })).toBe(
    'GOAL-0001 Ship\n  TASK-0001 Design (ref: d)\n    TASK-0002 Sketch\n  TASK-0003 Build',
  );
});

test('sub-tasks of a task that was there before stand at the first level', () => {
  const tasks = [{ id: 'TASK-0009', title: 'Sketch', parent_task_id: 'TASK-0001' }];
  expect(renderCreated({ goal_id: 'GOAL-0001', tasks })).toBe('Task of GOAL-0001:\n  TASK-0009 Sketch');
});

test('when nothing was claimed the reason stands alone', () => {
  expect(renderClaimed({ claimed: [], why_nothing: 'Nothing is ready.' })).toBe('Nothing is ready.');
});

test('an item that was not changed says why and what to do', () => {
  const items = [
    { id: 'TASK-0001', version: 2, changed: ['title'] },
    { id: 'TASK-0002', version: 2, changed: [] },
    { id: 'GOAL-0001', error: 'It has open tasks.', hint: 'Close them.' },
  ];
  expect(renderUpdated({ items })).toBe(
    [
      'TASK-0001 (version: 2, changed: title)',
      'TASK-0002 (version: 2, changed: nothing)',
      'GOAL-0001 not changed: It has open tasks. Next: Close them.',
    ].join('\n'),
  );
});

test('any other outcome: single facts, then a section for each list that is not empty', () => {
  const output = {
    links: [],
    redo_event: 7,
    tasks: { created: 2, updated: 0 },
    items: [{ id: 'TASK-0001', title: 'A', status: 'completed' }, { outcome: 'created', key: 'x' }, 'rest'],
  };
  expect(renderOutcome(output)).toBe(
    'redo_event: 7\ntasks: created 2, updated 0\nitems:\n  [x] TASK-0001 A\n  outcome created, key x\n  rest',
  );
});
