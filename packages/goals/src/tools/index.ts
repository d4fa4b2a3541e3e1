import type { AnyTool } from '@mcp-servers/core';
import { claimTasks } from './claim-tasks.ts';
import { createGoal } from './create-goal.ts';
import { createTasks } from './create-tasks.ts';
import type { GoalsDeps } from './deps.ts';
import { findItems } from './find-items.ts';
import { getItems } from './get-items.ts';
import { nextTasks } from './next-tasks.ts';
import { reportProgress } from './report-progress.ts';
import { resumeWork } from './resume-work.ts';
import { updateItems } from './update-items.ts';

/** Every tool of this server, in the order clients see them. */
export const tools: readonly AnyTool<GoalsDeps>[] = [
  resumeWork,
  createGoal,
  createTasks,
  findItems,
  getItems,
  nextTasks,
  claimTasks,
  reportProgress,
  updateItems,
];
