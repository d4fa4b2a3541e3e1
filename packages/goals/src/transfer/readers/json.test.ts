import { expect, test } from 'vitest';
import { readText, refusal } from './read.fixture.ts';

const bundle = {
  format: 'mcp-servers/goals',
  version: 1,
  goals: [{ id: 'GOAL-0001', title: 'Ship', status: 'in_progress', project: 'web', due_at: '2026-03-01' }],
  tasks: [
    { id: 'TASK-0001', title: 'Build', goal: 'GOAL-0001', acceptance: ['It runs'], result: { ok: true } },
    { id: 'TASK-0002', title: 'Test', goal: 'GOAL-0001', parent: 'TASK-0001' },
  ],
  links: [{ from: 'TASK-0001', to: 'TASK-0002', type: 'blocks' }],
  notes: [{ item: 'TASK-0001', body: 'Began.' }],
};
const file = (value: unknown) => ({ files: [{ name: 'export.json', text: JSON.stringify(value) }] });

test('an own export is read as it is, and known by its format', () => {
  const { format, bundle: read, warnings } = readText(JSON.stringify(bundle), 'anything.txt');
  expect(format).toBe('json');
  expect(warnings).toEqual([]);
  expect(read.goals[0]).toMatchObject({ id: 'GOAL-0001', project: 'web', due_at: '2026-03-01T00:00:00.000Z' });
  expect(read.tasks.map(({ id, parent }) => [id, parent])).toEqual([
    ['TASK-0001', undefined],
    ['TASK-0002', 'TASK-0001'],
  ]);
  expect(read.links).toEqual(bundle.links);
});

test('what does not fit is named by its path, five at most, with how many more', () => {
  const tasks = Array.from({ length: 12 }, (_, index) => ({ id: `T${index}`, title: '' }));
  const message = refusal(file({ ...bundle, tasks }));
  expect(message).toContain('export.json, tasks[0].title: title must be 1-200 characters');
  expect(message.match(/^- export/gm)).toHaveLength(5);
  expect(message).toContain('- and 7 more');
  expect(refusal(file({ ...bundle, tasks: [{ id: 'T', title: 'a', colour: 'red' }] }))).toContain('tasks[0]');
});

test('an id that stands twice is refused with both places', () => {
  const message = refusal(file({ ...bundle, tasks: [...bundle.tasks, { id: 'TASK-0001', title: 'Again' }] }));
  expect(message).toContain('tasks[2].id');
  expect(message).toContain('tasks[0]');
});

test('broken JSON is named by line and column', () => {
  const files = [{ name: 'export.json', text: '{\n  "format": "mcp-servers/goals",\n  "goals": [,]\n}' }];
  expect(refusal({ files, format: 'json' })).toBe('export.json: not valid JSON at line 3, column 13.');
});

test.each([
  ['a NUL', '{"format":"mcp-servers/goals","goals":[{"id":"a\\u0000"}]}', 'goals[0].id: contains a NUL'],
  ['half a pair', '{"format":"mcp-servers/goals","goals":[{"id":"\\ud800"}]}', 'half of a surrogate pair'],
  ['__proto__', '{"format":"mcp-servers/goals","goals":[{"__proto__":{"a":1}}]}', '__proto__'],
  ['an endless number', '{"format":"mcp-servers/goals","version":1e999}', 'number too large'],
  ['depth', `{"format":"mcp-servers/goals","goals":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'deeper than 64'],
])('hostile JSON is refused and named: %s', (_, text, expected) => {
  expect(refusal({ files: [{ name: 'a.json', text }] })).toContain(expected);
});
