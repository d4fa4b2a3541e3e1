export type { ListAnswer } from './answer.ts';
export { listIssues } from './issues.ts';
export { listPulls } from './pulls.ts';
