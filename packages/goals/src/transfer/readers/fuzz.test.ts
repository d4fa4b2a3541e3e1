import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bundle } from '../bundle.ts';
import type { ImportFormat } from './formats.ts';
import { read } from './index.ts';

/** Whatever comes in: a bundle that keeps its own rules, or a clear refusal. */
function check(text: string, format: ImportFormat): void {
  let bundle: Bundle;
  try {
    bundle = read({ files: [{ name: 'file', text }], format }).bundle;
  } catch (error) {
    expect(error).toHaveProperty('code', 'validation');
    return;
  }
  expect(Bundle.safeParse(bundle).success).toBe(true);
  const seen = new Set(bundle.goals.map(({ id }) => id));
  const goals = new Set(seen);
  for (const { id, goal, parent } of bundle.tasks) {
    expect(seen.has(id)).toBe(false);
    if (goal !== undefined) expect(goals.has(goal)).toBe(true);
    if (parent !== undefined) expect(seen.has(parent) && !goals.has(parent)).toBe(true);
    seen.add(id);
  }
  for (const { from, to } of bundle.links) expect(seen.has(from) && seen.has(to)).toBe(true);
  for (const { item } of bundle.notes) expect(seen.has(item)).toBe(true);
}

const snippets = [
  '# ',
  '## Done',
  '#',
  '- [ ] ',
  '- [x] ',
  '1. [-] ',
  '- ',
  '* [?]',
  '  ',
  '\t',
  '\n',
  '\r\n',
  'a',
  'Title',
  '#tag',
  '@anna',
  '```',
  '~~~',
  '<!--',
  '-->',
  '`',
  '📅 2026-03-01',
  '⏫',
  '🆔 x1',
  '⛔ x1',
  'TASK-0001',
  'GOAL-2',
  '(due: ',
  ')',
  '===',
  '---',
  '> ',
  '\uFEFF',
  '\u0000',
  '\ud83d',
  '(completed, 40 %, waits for TASK-0001)',
  '_pending_',
  '> **note** by a, 2026-01-01: b',
  '\\- [ ] ',
  'x'.repeat(300),
];

test('Markdown of any shape', () => {
  const text = fc.array(fc.constantFrom(...snippets), { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => check(value, 'markdown')),
    { numRuns: 1500, seed: 7 },
  );
});

const keys = [
  'id',
  'title',
  'status',
  'priority',
  'tasks',
  'subtasks',
  'dependencies',
  'metadata',
  'issue_type',
  'depends_on_id',
  'type',
  'comments',
  'text',
  'uuid',
  'description',
  'depends',
  'project',
  'tags',
  'annotations',
  'due',
  'labels',
  'assignee',
  'deleted_at',
  'constructor',
  'details',
];
const values = fc.constantFrom<unknown>(
  '',
  'a',
  'b',
  '1',
  '1.2',
  1,
  2,
  0,
  -1,
  1.5,
  null,
  true,
  'epic',
  'parent-child',
  'blocks',
  'done',
  'pending',
  'tombstone',
  'H',
  '2026-01-01',
  '20260301T140000Z',
  'x'.repeat(300),
  [],
  {},
  '\u0000',
  [1, 'a'],
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    values,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 8 }),
  ),
}));

test.each(['json', 'task-master', 'beads', 'taskwarrior'] as const)('JSON of any shape for %s', (format) => {
  const entry = fc.dictionary(fc.constantFrom(...keys), tree.node, { maxKeys: 12 });
  const shaped = fc.array(entry, { maxLength: 6 }).map((list) => {
    const named = list.map((value, index) => ({
      id: index,
      uuid: String(index),
      title: 't',
      description: 'd',
      ...value,
    }));
    return JSON.stringify(format === 'task-master' ? { tasks: named } : named);
  });
  fc.assert(
    fc.property(shaped, (value) => check(value, format)),
    { numRuns: 500, seed: 7 },
  );
});

test('front matter of any shape', () => {
  const parts = [
    'id: task-1',
    'status: Done',
    'title: ',
    'assignee: @a',
    'labels: [a, b',
    ']',
    'x: &a [*a]',
    '- b',
    '  ',
    '\n',
    '\n',
    ': ',
    '!!binary ',
    '"',
    '---',
    '## Description\n',
    '- [x] #1 a',
    '<!-- AC:BEGIN -->',
  ];
  const text = fc
    .array(fc.constantFrom(...parts), { maxLength: 25 })
    .map((list) => `---\nid: task-1\n${list.join('')}\n---\n${list.join('\n')}`);
  fc.assert(
    fc.property(text, (value) => check(value, 'backlog')),
    { numRuns: 800, seed: 7 },
  );
});
