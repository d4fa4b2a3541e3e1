export { readActions } from './actions.ts';
export { type ActionsAnswer, actionShows, runStatuses } from './query.ts';
export { isActive, type Workflow, workflowFile, workflowNamed } from './workflow.ts';
