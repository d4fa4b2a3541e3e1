import {
  type CallObserver,
  createServer,
  type Log,
  operationsOf,
  selectBy,
  selectTools,
  type ToolSelection,
} from '@mcp-servers/core';
import { prompts } from './prompts/index.ts';
import { resources } from './resources/index.ts';
import type { GoalsDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';

/** What a model reads before the tools: under 2 KB, clients cut the rest. */
export const instructions = `Durable memory of the work: goals, tasks under them, dependencies, notes, and who works on what. Several agents may share it.

Workflow
1. resume_work at the start of a session: what you hold, handoffs, goals in progress, what can start.
2. create_goal with its whole plan in one call: nested subtasks, and blocked_by naming a ref of another task of the call. Add to it later with create_tasks.
3. claim_tasks takes the next ready task so that nobody else gets it, and answers all that is needed to begin. A claim is a lease (30 minutes); any report renews it.
4. report_progress while working (percent, note) and at the end: outcome completed with a result, released with a handoff note, or failed with a reason. Completing answers what became ready.
5. Before a session ends, release what you hold with a note that says where you stand.

Ids look like GOAL-0001 and TASK-0001. An item is a goal or a task. Only named fields change; expected_version guards against overwriting others. Blocked tasks cannot be started or completed. When nothing is ready the answer says why. Errors say what to do next.`;

/** The same for a server that only reads. */
const readOnlyInstructions = `The work of one or several agents: goals, tasks under them, dependencies, notes, and who works on what. This server only reads; nothing can be changed here.

resume_work shows what is going on: goals in progress, claims, handoffs, what can start. find_items lists and searches, get_items shows items in full with their tree, links, notes and history, next_tasks says what can start now, or why nothing can.

Ids look like GOAL-0001 and TASK-0001. An item is a goal or a task.`;

export interface GoalsServerOptions {
  deps: GoalsDeps;
  log: Log;
  metrics?: CallObserver | undefined;
  selection?: ToolSelection;
}

/** Every operation that the metrics may name. */
export const operations: readonly string[] = operationsOf({ tools, resources, prompts });

/** The factory both transports use. */
export function createGoalsServer({ deps, log, metrics, selection = {} }: GoalsServerOptions) {
  const offered = selectTools(tools, selection);
  return createServer({
    name: 'goals',
    title: 'Goals and tasks',
    version,
    instructions: selection.readOnly ? readOnlyInstructions : instructions,
    tools: offered,
    resources: selectBy(offered, resources),
    prompts: selectBy(offered, prompts),
    deps,
    log,
    metrics,
  });
}
