export { type PartName, partNames } from './parts.ts';
export { type PullAnswer, readPull } from './pull.ts';
