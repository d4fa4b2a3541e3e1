import { type Run, runsOf } from '../../model/actions.ts';
import type { CheckSuite } from '../../model/checks.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import type { Context, View } from '../context.ts';
import { below } from './git.ts';

/** The run of Actions that a check suite belongs to; null for those of other apps. */
export function workflowRun(g: Context, repository: Repository, suite: CheckSuite): View | null {
  const run = runsOf(repository).find(({ suiteId }) => suiteId === suite.id);
  return run ? runView(g, repository, run) : null;
}

function runView(g: Context, repository: Repository, run: Run): View {
  const { workflow } = run;
  return {
    __typename: 'WorkflowRun',
    id: nodeId('WorkflowRun', run.id),
    databaseId: run.id,
    ...below(g, repository, `actions/runs/${run.id}`),
    event: run.event,
    runNumber: run.number,
    createdAt: iso(run.createdAt),
    updatedAt: iso(run.updatedAt),
    workflow: {
      id: nodeId('Workflow', workflow.id),
      databaseId: workflow.id,
      name: workflow.name,
      ...below(g, repository, `actions/workflows/${workflow.path.split('/').at(-1)}`),
      state: workflow.state.toUpperCase(),
      createdAt: iso(workflow.createdAt),
      updatedAt: iso(workflow.createdAt),
    },
  };
}
