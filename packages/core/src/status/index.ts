export * from './checks.ts';
export * from './details.ts';
export * from './endpoint.ts';
export * from './instances.ts';
export * from './read.ts';
export * from './report.ts';
export { listStatuses, type StatusEntry, sweepStatuses } from './run-folder.ts';
