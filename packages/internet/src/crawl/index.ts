export type { StopReason } from './crawl.ts';
export * from './crawls.ts';
