import { expect, test } from 'vitest';
import type { Link, TreeTask } from '../tasks/types.ts';
import { treeLines } from './document-text.ts';

const row = (id: string, parent: string | null, more: Partial<TreeTask> = {}): TreeTask => ({
  ...{
    id,
    goal_id: 'GOAL-0001',
    parent_task_id: parent,
    title: id.toLowerCase(),
    status: 'pending',
    priority: 'medium',
  },
  ...{ percent: 0, blocked_by: 0, lease_holder: null, lease_until: null, version: 1 },
  ...more,
});
const blocks = (from: string, to: string): Link => ({ from_task_id: from, to_task_id: to, type: 'blocks' });

test('tasks are nested below their parent in the order of the rows', () => {
  const rows = [row('A', null), row('B', null), row('A1', 'A'), row('A11', 'A1'), row('A2', 'A')];
  expect(treeLines(rows, { root: 'GOAL-0001', links: [] })).toEqual([
    '- [ ] A a',
    '  - [ ] A1 a1',
    '    - [ ] A11 a11',
    '  - [ ] A2 a2',
    '- [ ] B b',
  ]);
});

test('below a task its own line is left out, and what has lost its parent stands at the top', () => {
  const rows = [row('A', null), row('A1', 'A'), row('Z', 'GONE')];
  expect(treeLines(rows, { root: 'A', links: [] })).toEqual(['- [ ] A1 a1', '- [ ] Z z']);
});

test('a line says what stands out: closed, held, waiting for whom', () => {
  const rows = [
    row('A', null, { status: 'in_progress', percent: 40, priority: 'high', lease_holder: 'ann' }),
    row('B', null, { blocked_by: 1 }),
    row('C', null, { status: 'cancelled' }),
    row('D', null, { status: 'completed', percent: 100 }),
    row('E', null, { blocked_by: 1 }),
  ];
  const links = [blocks('A', 'B'), blocks('D', 'B'), blocks('A', 'D')];
  expect(treeLines(rows, { root: 'GOAL-0001', links })).toEqual([
    '- [ ] A a (in_progress, 40 %, high, held by ann)',
    '- [ ] B b (waits for A)',
    '- [x] C c (cancelled)',
    '- [x] D d',
    '- [ ] E e (blocked)',
  ]);
});
