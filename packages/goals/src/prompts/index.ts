import type { AnyPrompt } from '@mcp-servers/core';
import type { GoalsDeps } from '../tools/deps.ts';
import { breakDownTaskPrompt } from './break-down-task.ts';
import { dailyReviewPrompt } from './daily-review.ts';
import { planGoalPrompt } from './plan-goal.ts';
import { resumeWorkPrompt } from './resume-work.ts';

/** Every prompt of this server, in the order clients see them. */
export const prompts: readonly AnyPrompt<GoalsDeps>[] = [
  planGoalPrompt,
  resumeWorkPrompt,
  dailyReviewPrompt,
  breakDownTaskPrompt,
];
