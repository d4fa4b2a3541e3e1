export { readActions } from './actions.ts';
export { type ActionsAnswer, actionShows, runStatuses } from './query.ts';
