import { expect, test } from 'vitest';
import { readText, refusal } from './read.fixture.ts';

const taskMaster = (value: unknown) => readText(JSON.stringify(value), 'tasks.json');
const first = {
  id: 1,
  title: 'Set up the project',
  description: 'Repository and tools.',
  status: 'done',
  dependencies: [],
  priority: 'high',
  details: 'Use pnpm.\nAdd a linter.',
  testStrategy: 'Run the linter; it must exit with 0.',
  complexityScore: 4,
  subtasks: [],
};
const second = {
  id: 2,
  title: 'Sign-in',
  description: 'With passkeys.',
  status: 'in-progress',
  dependencies: [1],
  priority: 'medium',
  subtasks: [
    {
      id: 1,
      title: 'Form',
      status: 'done',
      dependencies: [],
      acceptanceCriteria: '- It has labels\n- It works without a mouse',
    },
    { id: 2, title: 'Server', status: 'review', dependencies: [1, '1'], details: 'Keep no passwords.' },
    { id: 3, title: 'Docs', status: 'deferred', dependencies: ['2.2', '1'] },
  ],
};

test('the tagged form: every tag is a goal, keys are tag and number, sub-tasks name their siblings', () => {
  const { bundle, warnings, format } = taskMaster({
    master: { tasks: [first, second], metadata: { created: '2026-01-05T10:00:00.000Z', description: 'Main line' } },
    'feature-x': { tasks: [{ id: 1, title: 'Only here', status: 'pending', dependencies: [] }], metadata: {} },
  });
  expect(format).toBe('task-master');
  expect(warnings).toEqual([]);
  expect(bundle.goals).toMatchObject([
    { id: 'master', title: 'master', description: 'Main line', created_at: '2026-01-05T10:00:00.000Z' },
    { id: 'feature-x', title: 'feature-x' },
  ]);
  expect(bundle.tasks.map(({ id, status, goal, parent }) => [id, status, goal, parent])).toEqual([
    ['master:1', 'completed', 'master', undefined],
    ['master:2', 'in_progress', 'master', undefined],
    ['master:2.1', 'completed', 'master', 'master:2'],
    ['master:2.2', 'in_progress', 'master', 'master:2'],
    ['master:2.3', 'pending', 'master', 'master:2'],
    ['feature-x:1', 'pending', 'feature-x', undefined],
  ]);
  expect(bundle.links).toEqual([
    { from: 'master:1', to: 'master:2', type: 'blocks' },
    { from: 'master:2.1', to: 'master:2.2', type: 'blocks' },
    { from: 'master:2.2', to: 'master:2.3', type: 'blocks' },
    { from: 'master:2.1', to: 'master:2.3', type: 'blocks' },
  ]);
});

test('details, test strategy and criteria are kept, and what has no field goes to metadata', () => {
  const { tasks } = taskMaster({ tasks: [first, second], metadata: { projectName: 'Shop' } }).bundle;
  expect(tasks[0]).toMatchObject({
    priority: 'high',
    description: 'Repository and tools.\n\n## Details\n\nUse pnpm.\nAdd a linter.',
    acceptance: ['Run the linter; it must exit with 0.'],
    metadata: { 'task-master': { id: '1', complexityScore: 4 } },
  });
  expect(tasks[2]?.acceptance).toEqual(['It has labels', 'It works without a mouse']);
  expect(tasks[3]?.metadata).toEqual({ 'task-master': { id: '2.2', status: 'review' } });
});

test('the old form gives the same keys as the tag master, and its project names the goal', () => {
  const old = taskMaster({ tasks: [first, second], metadata: { projectName: 'Shop', version: '1.0.0' } });
  const tagged = taskMaster({ master: { tasks: [first, second], metadata: {} } });
  expect(old.bundle.tasks).toEqual(tagged.bundle.tasks);
  expect(old.bundle.goals[0]).toMatchObject({
    id: 'master',
    title: 'Shop',
    metadata: { 'task-master': { version: '1.0.0' } },
  });
});

test('unknown statuses, priorities and dependencies are told, and kept', () => {
  const { bundle, warnings } = taskMaster({
    tasks: [{ id: '1', title: 'a', status: 'frozen', priority: 'soon', dependencies: ['9', 1] }],
  });
  expect(warnings.map(({ message }) => message)).toEqual([
    'unknown status "frozen": taken as pending.',
    'unknown priority "soon": kept in metadata.',
    expect.stringContaining('"master:9" is not in the file'),
    expect.stringContaining('names itself'),
  ]);
  expect(warnings[0]?.at).toBe('tasks.json, tasks[0] (task 1)');
  expect(bundle.tasks[0]?.metadata).toMatchObject({ 'task-master': { status: 'frozen', priority: 'soon' } });
});

test('a word that every object knows is an unknown status, and a goal with begun tasks is in progress', () => {
  for (const status of ['constructor', 'toString', '__proto__']) {
    const { bundle, warnings } = taskMaster({ tasks: [{ id: 1, title: 'a', status, priority: status }] });
    expect(bundle.tasks[0]).toMatchObject({ status: 'pending', metadata: { 'task-master': { status } } });
    expect(warnings).toHaveLength(2);
    expect(bundle.goals[0]?.status).toBe('pending');
  }
  expect(taskMaster({ tasks: [first] }).bundle.goals[0]?.status).toBe('in_progress');
});

test('the same id twice and a task without one are refused with their places', () => {
  const twice = JSON.stringify({ tasks: [first, first] });
  expect(refusal({ files: [{ name: 'tasks.json', text: twice }] })).toContain(
    '"master:1" at tasks.json, tasks[0] (task 1) and at tasks.json, tasks[1] (task 1)',
  );
  expect(refusal({ files: [{ name: 'tasks.json', text: '{"tasks":[{"title":"a"}]}' }] })).toBe(
    'tasks.json, tasks[0]: has no id.',
  );
  expect(refusal({ files: [{ name: 'tasks.json', text: '{"tasks":[7]}' }] })).toContain('must be a JSON object');
});

test('1,000 tasks with sub-tasks and dependencies are read exactly', () => {
  const statuses = ['pending', 'in-progress', 'done', 'review', 'deferred', 'cancelled', 'blocked'];
  const tasks = Array.from({ length: 1000 }, (_, index) => ({
    id: index + 1,
    title: `Task ${index + 1}`,
    status: statuses[index % 7],
    priority: ['low', 'medium', 'high'][index % 3],
    dependencies: index > 0 ? [index] : [],
    subtasks:
      index % 10 === 0 ? [1, 2, 3].map((id) => ({ id, title: `Sub ${id}`, dependencies: id > 1 ? [id - 1] : [] })) : [],
  }));
  const { bundle, warnings } = taskMaster({ master: { tasks, metadata: {} } });
  expect(warnings).toEqual([]);
  expect(bundle.tasks).toHaveLength(1300);
  expect(bundle.tasks.filter(({ parent }) => parent)).toHaveLength(300);
  expect(bundle.links).toHaveLength(999 + 200);
  const count = (status: string) => bundle.tasks.filter((task) => task.status === status && !task.parent).length;
  expect([count('pending'), count('in_progress'), count('completed'), count('cancelled')]).toEqual([
    428, 286, 143, 143,
  ]);
});
