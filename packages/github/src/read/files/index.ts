export { type FileRead, readFiles } from './read-files.ts';
