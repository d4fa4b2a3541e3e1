import type { AnyTool } from '@mcp-servers/core';
import { claimTasks } from './claim-tasks.ts';
import { createGoal } from './create-goal.ts';
import { createTasks } from './create-tasks.ts';
import { deleteItems } from './delete-items.ts';
import type { GoalsDeps } from './deps.ts';
import { exportItems } from './export-items.ts';
import { findItems } from './find-items.ts';
import { getHistory } from './get-history.ts';
import { getItems } from './get-items.ts';
import { getStats } from './get-stats.ts';
import { importItems } from './import-items.ts';
import { linkTasks } from './link-tasks.ts';
import { nextTasks } from './next-tasks.ts';
import { planGoal } from './plan-goal.ts';
import { renameTag } from './rename-tag.ts';
import { reportProgress } from './report-progress.ts';
import { resumeWork } from './resume-work.ts';
import { undoChange } from './undo-change.ts';
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
  linkTasks,
  deleteItems,
  undoChange,
  getHistory,
  planGoal,
  getStats,
  renameTag,
  exportItems,
  importItems,
];
