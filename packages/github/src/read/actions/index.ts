export { type ActionsAnswer, actionShows, readActions } from './actions.ts';
