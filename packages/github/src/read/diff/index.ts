export { type ChangedFile, type FileDiff, headOf } from './file.ts';
export { type Hunk, numbered } from './hunks.ts';
export { type PullDiff, readPullDiff } from './pull.ts';
export { type DiffSource, FilePlace, firstFile, readFileDiffs, remembered } from './reader.ts';
