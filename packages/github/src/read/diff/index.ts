export { type DiffAnswer, type FileDiff, readDiff } from './diff.ts';
export { numbered } from './hunks.ts';
