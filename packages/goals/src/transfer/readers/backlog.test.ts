import { expect, test } from 'vitest';
import { read } from './index.ts';
import { refusal } from './read.fixture.ts';

const login = `---
id: task-7
title: 'Sign in: with passkeys'
status: In Progress
assignee:
  - '@anna'
  - '@bob'
created_date: '2026-01-05 12:14'
updated_date: '2026-01-06 08:00'
labels:
  - auth
  - web
milestone: m-2
dependencies:
  - TASK-6
references:
  - 'https://example.org/spec'
priority: high
ordinal: 2000
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
People sign in without a password.

## Why

Passwords leak.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 A passkey can be added
- [ ] #2 A passkey can be removed
<!-- AC:END -->

## Implementation Plan

<!-- SECTION:PLAN:BEGIN -->
1. Server
2. Page
<!-- SECTION:PLAN:END -->

## Implementation Notes

<!-- SECTION:NOTES:BEGIN -->
The server is done.
<!-- SECTION:NOTES:END -->

## Questions

Which browsers?
`;
const task = (id: string, fields = '', body = '') => ({
  name: `tasks/${id} - x.md`,
  text: `---\nid: ${id}\ntitle: Title of ${id}\nstatus: To Do\n${fields}---\n${body}`,
});
const files = (...others: { name: string; text: string }[]) => [
  { name: 'tasks/task-7 - Sign-in.md', text: login },
  ...others,
];

test('a task file: front matter, sections between markers, criteria and notes', () => {
  const { bundle, warnings, format } = read({ files: files(task('task-6')) });
  expect(format).toBe('backlog');
  expect(warnings).toEqual([]);
  expect(bundle.tasks[0]).toEqual({
    id: 'task-7',
    title: 'Sign in: with passkeys',
    status: 'in_progress',
    priority: 'high',
    assignee: 'anna',
    tags: ['auth', 'web'],
    position: 2000,
    goal: 'milestone:m-2',
    created_at: '2026-01-05T12:14:00.000Z',
    acceptance: ['A passkey can be added', 'A passkey can be removed'],
    description:
      'People sign in without a password.\n\n## Why\n\nPasswords leak.\n\n## Implementation Plan\n\n1. Server\n2. Page\n\n## Questions\n\nWhich browsers?',
    metadata: {
      backlog: {
        acceptance_checked: [1],
        assignees: ['anna', 'bob'],
        references: ['https://example.org/spec'],
        updated_date: '2026-01-06 08:00',
      },
    },
  });
  expect(bundle.notes).toEqual([{ item: 'task-7', kind: 'progress', body: 'The server is done.' }]);
  expect(bundle.links).toEqual([{ from: 'task-6', to: 'task-7', type: 'blocks' }]);
});

test('a milestone is a goal, named by its file where there is one; sub-tasks follow their parent', () => {
  const milestone = { name: 'milestones/m-2 - Launch.md', text: '---\nid: m-2\ntitle: "Launch"\n---\n' };
  const { bundle } = read({
    files: files(task('task-7.1', 'parent_task_id: TASK-7\ndependencies: [6]\n'), task('task-6'), milestone),
  });
  expect(bundle.goals).toMatchObject([{ id: 'milestone:m-2', title: 'Launch' }]);
  expect(bundle.tasks.map(({ id, goal, parent }) => [id, goal, parent])).toEqual([
    ['task-7', 'milestone:m-2', undefined],
    ['task-7.1', 'milestone:m-2', 'task-7'],
    ['task-6', undefined, undefined],
  ]);
  expect(bundle.links).toContainEqual({ from: 'task-6', to: 'task-7.1', type: 'blocks' });
});

test('names written without quotes, Windows line ends and old section forms are read', () => {
  const body = '## Description\n\nOld.\n\n## Acceptance Criteria\n\n- [ ] One\n- [x] Two\n';
  const old = task('task-1', 'assignee: @anna\nreporter: @bob\nlabels: [a, b]\n', body);
  const flow = task('task-2', 'assignee: [@anna, @carl]\n');
  const { bundle, warnings } = read({ files: [{ ...old, text: old.text.replaceAll('\n', '\r\n') }, flow] });
  expect(warnings).toEqual([]);
  expect(bundle.tasks[0]).toMatchObject({
    assignee: 'anna',
    tags: ['a', 'b'],
    description: 'Old.',
    acceptance: ['One', 'Two'],
  });
  expect(bundle.tasks[0]?.metadata?.backlog).toMatchObject({ reporter: '@bob', acceptance_checked: [2] });
  expect(bundle.tasks[1]).toMatchObject({ assignee: 'anna' });
});

test('columns of their own are told or kept by name, missing tasks are told', () => {
  const text = '---\nid: task-3\ntitle: a\nstatus: Parked\ndependencies: [task-99]\n---\n';
  const { bundle, warnings } = read({
    files: [
      { name: 'x.md', text },
      { name: 'y.md', text: text.replace('task-3', 'task-4').replace('Parked', '◒ Review') },
    ],
  });
  expect(warnings.map(({ message }) => message)).toEqual([
    'unknown status "Parked": taken as pending.',
    expect.stringContaining('"task-99" is not in the file'),
    expect.stringContaining('"task-99" is not in the file'),
  ]);
  expect(bundle.tasks[1]).toMatchObject({ status: 'in_progress', metadata: { backlog: { status: '◒ Review' } } });
});

test('the same id in two files is refused with both names', () => {
  const double = { name: 'copy.md', text: login };
  expect(refusal({ files: files(double) })).toContain('"task-7" at tasks/task-7 - Sign-in.md and at copy.md');
});

test('broken YAML is refused with file and line', () => {
  const text = '---\nid: task-1\nstatus: To Do\ntitle: "open\n---\n';
  expect(refusal({ files: [{ name: 'a.md', text }] })).toMatch(/^a\.md line \d: not valid YAML/);
  const twice = '---\nid: task-1\nstatus: To Do\nid: task-2\n---\n';
  expect(refusal({ files: [{ name: 'a.md', text: twice }] })).toMatch(
    /^a\.md line \d: not valid YAML \(DUPLICATE_KEY\)/,
  );
});

test.each([
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map(
        (key, index) =>
          `${key}: &${key} [${Array(9)
            .fill(`*${'abcdefgh'.charAt(index)}`)
            .join(',')}]`,
      )
      .join('\n')}\n`,
  ],
  ['depth', `deep: ${'['.repeat(40_000)}${']'.repeat(40_000)}\n`],
  ['depth within reach', `deep: ${'['.repeat(100)}${']'.repeat(100)}\n`],
  ['__proto__', '__proto__: {a: 1}\n'],
  ['a NUL', 'x: "\\0"\n'],
])('hostile YAML is refused: %s', (_, yaml) => {
  expect(refusal({ files: [{ name: 'a.md', text: `---\nid: task-1\nstatus: To Do\n${yaml}---\n` }] })).toContain(
    'a.md',
  );
});

test('a real name, a date and a number of YAML are taken as texts', () => {
  const text =
    '---\nid: 12\ntitle: 2026\nstatus: Done\ncreated_date: 2026-01-05\nassignee: Anna B\nextra: !!binary aGVsbG8=\n---\n';
  const { bundle, warnings } = read({ files: [{ name: 'x.md', text }] });
  expect(warnings).toEqual([]);
  expect(bundle.tasks[0]).toMatchObject({
    id: '12',
    title: '2026',
    assignee: 'Anna B',
    created_at: '2026-01-05T00:00:00.000Z',
  });
});
