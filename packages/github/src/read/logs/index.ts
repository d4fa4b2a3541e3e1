export { logShows } from './collectors.ts';
export { type JobLog, readJobLogs } from './job-logs.ts';
