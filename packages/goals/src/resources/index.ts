import type { AnyResource } from '@mcp-servers/core';
import type { GoalsDeps } from '../tools/deps.ts';
import { goalResource } from './goal.ts';
import { taskResource } from './task.ts';

/** Every resource of this server, in the order clients see them. */
export const resources: readonly AnyResource<GoalsDeps>[] = [goalResource, taskResource];
