export { type ListAnswer, listIssues } from './issues.ts';
export { listPulls } from './pulls.ts';
