import { AppError, NotFoundError, ValidationError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { PlanTask, planLimits, toPlan } from './plan.ts';

type Given = Record<string, unknown> & { subtasks?: Given[] };
const plan = (tasks: Given[], baseDepth?: number) =>
  toPlan(
    tasks.map((task) => PlanTask.parse(task)),
    baseDepth,
  );

function refusal(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('nested tasks become a flat list with parents before their children, in the order given', () => {
  const { tasks } = plan([
    { title: 'a', subtasks: [{ title: 'a1', subtasks: [{ title: 'a1x' }] }, { title: 'a2' }] },
    { title: 'b' },
  ]);
  expect(tasks.map(({ task, depth }) => [task.title, depth])).toEqual([
    ...[
      ['a', 1],
      ['a1', 2],
      ['a1x', 3],
      ['a2', 2],
      ['b', 1],
    ],
  ]);
  const keyOf = (title: string) => tasks.find(({ task }) => task.title === title)?.key;
  expect(tasks.map(({ parent }) => parent)).toEqual([undefined, keyOf('a'), keyOf('a1'), keyOf('a'), undefined]);
});

test('references work in both directions and across levels, ids name tasks that exist', () => {
  const { links, outside } = plan([
    { title: 'build', ref: 'build', blocks: ['ship'] },
    {
      title: 'ship',
      ref: 'ship',
      blocked_by: ['task-7'],
      subtasks: [{ title: 'notes', blocked_by: ['build'], discovered_from: 'TASK-0008' }],
    },
  ]);
  expect(links).toEqual([
    { from_task_id: '#1', to_task_id: '#2', type: 'blocks' },
    { from_task_id: 'TASK-0007', to_task_id: '#2', type: 'blocks' },
    { from_task_id: '#1', to_task_id: '#3', type: 'blocks' },
    { from_task_id: 'TASK-0008', to_task_id: '#3', type: 'discovered_from' },
  ]);
  expect(outside).toEqual(['TASK-0007', 'TASK-0008']);
});

test('an unknown reference is an error that names near ones', () => {
  const error = refusal(() =>
    plan([
      { title: 'build', ref: 'build' },
      { title: 'ship', blocked_by: ['biuld'] },
    ]),
  );
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error.message).toContain('"ship": blocked_by names "biuld"');
  expect(error.hint).toContain('Did you mean build?');
});

test('an unknown reference without near ones is an error that lists what there is', () => {
  expect(
    refusal(() =>
      plan([
        { title: 'a', ref: 'alpha' },
        { title: 'b', blocks: ['something else'] },
      ]),
    ).hint,
  ).toContain('alpha');
  expect(refusal(() => plan([{ title: 'b', blocked_by: ['x'] }])).hint).toContain('no task in this call has a ref');
  expect(refusal(() => plan([{ title: 'b', blocked_by: ['GOAL-0001'] }])).message).toContain('"GOAL-0001"');
});

test('a reference names one task of the call', () => {
  const error = refusal(() =>
    plan([
      { title: 'a', ref: 'x' },
      { title: 'b', subtasks: [{ title: 'c', ref: 'x' }] },
    ]),
  );
  expect(error.message).toContain('ref "x" is used twice');
});

test('a ref that looks like an id means the task of the call', () => {
  const { links, outside } = plan([
    { title: 'a', ref: 'TASK-0001' },
    { title: 'b', blocked_by: ['TASK-0001'] },
  ]);
  expect(links).toEqual([{ from_task_id: '#1', to_task_id: '#2', type: 'blocks' }]);
  expect(outside).toEqual([]);
});

function chain(levels: number): Given {
  return levels === 1 ? { title: `level ${levels}` } : { title: `level ${levels}`, subtasks: [chain(levels - 1)] };
}

test(`sub-tasks go ${planLimits.depth} levels deep, counted from the goal`, () => {
  expect(plan([chain(planLimits.depth)]).tasks).toHaveLength(planLimits.depth);
  expect(refusal(() => plan([chain(planLimits.depth + 1)])).message).toContain(`${planLimits.depth + 1} levels deep`);
  expect(plan([chain(2)], planLimits.depth - 2).tasks.map(({ depth }) => depth)).toEqual([7, 8]);
  expect(() => plan([chain(3)], planLimits.depth - 2)).toThrow(ValidationError);
});

test('a plan has at most 100 tasks, sub-tasks counted', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ title: `t${index}` }));
  expect(plan(many(100)).tasks).toHaveLength(100);
  const error = refusal(() => plan([{ title: 'top', subtasks: many(100) }]));
  expect(error.message).toContain('101 tasks');
  expect(error.hint).toContain('create_tasks');
});

test('a cycle among references is refused with its path', () => {
  const error = refusal(() =>
    plan([
      { title: 'a', ref: 'a', blocked_by: ['c'] },
      { title: 'b', ref: 'b', blocked_by: ['a'] },
      { title: 'c', ref: 'c', blocked_by: ['b'] },
    ]),
  );
  const path = error.details?.cycle as string[];
  expect(path).toHaveLength(4);
  expect(path[0]).toBe(path.at(-1));
  expect(new Set(path)).toEqual(new Set(['a', 'b', 'c']));
  expect(error.message).toContain(path.join(' -> '));
});

test('a task cannot wait for itself', () => {
  expect(refusal(() => plan([{ title: 'a', ref: 'a', blocked_by: ['a'] }])).message).toContain('a -> a');
});

test('a sub-task cannot wait for the task it is part of, nor the task for its sub-task', () => {
  const waitsForParent = [{ title: 'p', ref: 'p', subtasks: [{ title: 'c', blocked_by: ['p'] }] }];
  expect(new Set(refusal(() => plan(waitsForParent)).details?.cycle as string[])).toEqual(new Set(['p', 'c']));
  const parentWaits = [{ title: 'p', blocked_by: ['c'], subtasks: [{ title: 'c', ref: 'c' }] }];
  expect(() => plan(parentWaits)).toThrow(ValidationError);
});

test('a loop that closes only through the hierarchy is found', () => {
  const crossed = [
    { title: 'p', ref: 'p', subtasks: [{ title: 'p1', ref: 'p1' }] },
    { title: 'q', ref: 'q', blocked_by: ['p'], subtasks: [{ title: 'q1', blocks: ['p1'] }] },
  ];
  expect(() => plan(crossed)).toThrow(ValidationError);
  const straight = [
    {
      title: 'p',
      ref: 'p',
      subtasks: [
        { title: 'p1', ref: 'p1' },
        { title: 'p2', blocked_by: ['p1'] },
      ],
    },
    { title: 'q', blocked_by: ['p'], subtasks: [{ title: 'q1', blocked_by: ['p1'] }] },
  ];
  expect(plan(straight).links).toHaveLength(3);
});

test('discovered_from makes no one wait', () => {
  expect(plan([{ title: 'p', ref: 'p', subtasks: [{ title: 'c', discovered_from: 'p' }] }]).links).toHaveLength(1);
});
