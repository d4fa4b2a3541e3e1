import { expect, test } from 'vitest';
import { renderItems, renderPage, renderReady, renderResume, renderTree } from './text.ts';

test('a tree is a line per task: mark, id, title, what stands out, children indented', () => {
  const text = renderTree([
    {
      id: 'TASK-0001',
      title: 'Build',
      status: 'in_progress',
      percent: 40,
      lease_holder: 'ann',
      subtasks: [
        { id: 'TASK-0002', title: 'Compile', status: 'completed' },
        { id: 'TASK-0003', title: 'Link', status: 'pending', blocked_by: 1 },
      ],
    },
    { id: 'TASK-0004', title: 'Old idea', status: 'cancelled' },
  ]);
  expect(text.split('\n')).toEqual([
    '[~] TASK-0001 Build (percent: 40, lease_holder: ann)',
    '  [x] TASK-0002 Compile',
    '  [ ] TASK-0003 Link (blocked_by: 1)',
    '[-] TASK-0004 Old idea',
  ]);
});

test('an item in full is a heading and a line per field, JSON as JSON', () => {
  const text = renderItems({
    items: [
      {
        id: 'GOAL-0001',
        title: 'Ship',
        status: 'pending',
        metadata: { a: [1] },
        tree: [{ id: 'TASK-0001', title: 'x', status: 'pending' }],
      },
    ],
    missing: ['GOAL-0009'],
    not_shown: [{ id: 'GOAL-0002', chars: 30_000 }],
  });
  expect(text).toContain('[ ] GOAL-0001 Ship\n  metadata: {"a":[1]}\n  [ ] TASK-0001 x');
  expect(text).toContain('Not there: GOAL-0009');
  expect(text).toContain('GOAL-0002 (30000 characters)');
});

test('a page ends with how many there are and how to go on', () => {
  const items = [{ kind: 'task', id: 'TASK-0001', title: 'x', status: 'pending', tags: ['a'] }];
  const text = renderPage({ items, total: 1000, total_is_at_least: true, truncated: true, next_cursor: 'abc' });
  expect(text.split('\n')).toEqual([
    '[ ] TASK-0001 x (tags: ["a"])',
    '1 of 1000 or more',
    'Shortened to fit: ask for less per page, fewer fields, or more max_chars.',
    'next_cursor: abc',
  ]);
});

test('an empty page says why', () => {
  expect(renderPage({ items: [], total: 0 })).toBe('Nothing matches (total 0).');
  expect(renderReady({ items: [], why_nothing: 'Nothing is ready: 1 blocked.' })).toBe('Nothing is ready: 1 blocked.');
});

test('a catch-up leaves out empty sections and says what did not fit', () => {
  const text = renderResume({
    you: { actor: 'ann' },
    since: '2026-03-01T00:00:00.000Z',
    my_tasks: [{ id: 'TASK-0001', title: 'x', status: 'in_progress' }],
    handoffs: [],
    why_nothing: 'Nothing is ready: 1 blocked.',
    truncated: true,
    left_out: ['3 of ready'],
  });
  expect(text).toContain('You are ann.');
  expect(text).toContain('my tasks:\n  [~] TASK-0001 x');
  expect(text).not.toContain('handoffs');
  expect(text).toContain('Nothing is ready: 1 blocked.');
  expect(text).toContain('Left out: 3 of ready.');
});
