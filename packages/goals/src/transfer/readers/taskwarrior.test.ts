import { expect, test } from 'vitest';
import { readText, refusal } from './read.fixture.ts';

const uuid = (number: number) => `a360fc44-315c-4366-b70c-${String(number).padStart(12, '0')}`;
const tasks = [
  {
    id: 1,
    description: 'Order the cake',
    entry: '20260201T120000Z',
    modified: '20260202T120000Z',
    due: '20260301T140000Z',
    wait: '20260220T000000Z',
    scheduled: '20260225T000000Z',
    priority: 'H',
    project: 'home.party',
    start: '20260203T090000Z',
    status: 'pending',
    tags: ['shop', 'next'],
    uuid: uuid(1),
    depends: [uuid(2)],
    annotations: [{ entry: '20260202T130000Z', description: 'Called the baker' }],
    reviewed: '20260204T000000Z',
    urgency: 15.2,
  },
  {
    id: 0,
    description: 'Choose one',
    entry: '20260101T000000Z',
    end: '20260102T000000Z',
    status: 'completed',
    uuid: uuid(2),
    project: 'home.party',
  },
  { description: 'Call it off', status: 'deleted', uuid: uuid(3), depends: `${uuid(1)},${uuid(2)}` },
  { description: 'Water plants', status: 'recurring', recur: 'weekly', mask: '--', uuid: uuid(4) },
  { description: 'Later', status: 'waiting', wait: '20270101T000000Z', uuid: uuid(5), priority: 'L' },
];

test('an array: projects are goals, times, tags, annotations and dependencies have their fields', () => {
  const { bundle, warnings, format } = readText(JSON.stringify(tasks), 'export.json');
  expect(format).toBe('taskwarrior');
  expect(bundle.goals).toEqual([
    {
      id: 'project:home.party',
      title: 'home.party',
      status: 'in_progress',
      metadata: { taskwarrior: { project: 'home.party' } },
    },
  ]);
  expect(bundle.tasks[0]).toEqual({
    id: uuid(1),
    title: 'Order the cake',
    status: 'in_progress',
    priority: 'high',
    tags: ['shop', 'next'],
    goal: 'project:home.party',
    due_at: '2026-03-01T14:00:00.000Z',
    defer_until: '2026-02-20T00:00:00.000Z',
    created_at: '2026-02-01T12:00:00.000Z',
    started_at: '2026-02-03T09:00:00.000Z',
    metadata: {
      taskwarrior: {
        id: 1,
        modified: '20260202T120000Z',
        reviewed: '20260204T000000Z',
        urgency: 15.2,
        scheduled: '2026-02-25T00:00:00Z',
      },
    },
  });
  expect(bundle.tasks.map(({ status }) => status)).toEqual([
    'in_progress',
    'completed',
    'cancelled',
    'pending',
    'pending',
  ]);
  expect(bundle.tasks[4]).toMatchObject({ priority: 'low', defer_until: '2027-01-01T00:00:00.000Z' });
  expect(bundle.links).toEqual([
    { from: uuid(2), to: uuid(1), type: 'blocks' },
    { from: uuid(1), to: uuid(3), type: 'blocks' },
    { from: uuid(2), to: uuid(3), type: 'blocks' },
  ]);
  expect(bundle.notes).toMatchObject([
    { item: uuid(1), body: 'Called the baker', created_at: '2026-02-02T13:00:00.000Z' },
  ]);
  expect(warnings).toEqual([{ at: `export.json entry 4 (${uuid(4)})`, message: expect.stringContaining('recurring') }]);
});

test('one object per line, with and without commas, is the same', () => {
  const array = readText(JSON.stringify(tasks), 'a');
  const lines = tasks.map((task) => JSON.stringify(task));
  expect(readText(lines.join('\n'), 'a').bundle).toEqual(array.bundle);
  expect(readText(`[\n${lines.join(',\n')},\n]\n`, 'a').bundle).toEqual(array.bundle);
  expect(readText(lines[0] ?? '', 'a').bundle.tasks).toHaveLength(1);
});

test('an unknown status and a time that is none are told, and kept', () => {
  const { bundle, warnings } = readText(
    JSON.stringify([{ uuid: 'u', description: 'a', status: 'odd', due: 'tomorrow' }]),
    'a',
  );
  expect(warnings.map(({ message }) => message)).toEqual([
    'unknown status "odd": taken as pending.',
    expect.stringContaining('due_at "tomorrow"'),
  ]);
  expect(bundle.tasks[0]?.metadata).toEqual({ taskwarrior: { status: 'odd', due_at: 'tomorrow' } });
});

test('a broken line is refused by its number', () => {
  const text = `${JSON.stringify(tasks[1])}\n{"uuid":"x" "description":"y"}`;
  expect(refusal({ files: [{ name: 'a', text }] })).toMatch(/^a line 2: not valid JSON/);
  expect(refusal({ files: [{ name: 'a', text: `[${JSON.stringify(tasks[1])},{"description":"y"}]` }] })).toBe(
    'a entry 2: has no uuid.',
  );
});
