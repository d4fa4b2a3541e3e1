import { ConflictError, createLog, NotFoundError, ValidationError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { toProblem } from './problems.ts';

const log = createLog({ name: 'test', level: 'silent' });
const hintOf = (error: Error) => toProblem(error, log).hint;

test('a hint that names no tool is told as it is', () => {
  const hint = 'Close them first, or say open_tasks: "complete" or "cancel" to close them with the goal.';
  expect(hintOf(new ConflictError('It has open tasks.', { hint }))).toBe(hint);
});

test('what a hint says before it names a tool stays, and a way by HTTP follows', () => {
  const near = 'Near it: GOAL-0002 "House v1.2". find_items lists what there is.';
  expect(hintOf(new NotFoundError('There is no GOAL-0009.', { hint: near }))).toBe(
    'Near it: GOAL-0002 "House v1.2". Search for it, or list what there is: GET /api/search, /api/goals, /api/tasks.',
  );
});

test('a stale version is told how to go on, without the name of a tool anywhere', () => {
  const stale = new ConflictError('GOAL-0001 is at version 3, not 1: ann changed title; and more, see get_history.', {
    hint: 'Read it again with get_items {"ids":["GOAL-0001"]}, then repeat with expected_version 3.',
    details: { version: 3 },
  });
  expect(toProblem(stale, log)).toMatchObject({
    detail: 'GOAL-0001 is at version 3, not 1: ann changed title; and more.',
    hint: 'Read it again, then repeat the change with its version of now.',
    current_version: 3,
  });
});

test('a hint that is nothing but a call of a tool is left out', () => {
  const reopen = 'Reopen GOAL-0001 with update_items first.';
  expect(toProblem(new ConflictError('GOAL-0001 is completed.', { hint: reopen }), log)).not.toHaveProperty('hint');
  const again = 'Claim it again: claim_tasks {"ids":["TASK-0001"]}, then report.';
  expect(hintOf(new ValidationError('Not claimed.', { hint: again }))).toBeUndefined();
});
