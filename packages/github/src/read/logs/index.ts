export { type JobLog, readJobLogs } from './job-logs.ts';
export { logShows } from './select.ts';
