export { writeFiles } from './write-files.ts';
