export { readHistory } from './history.ts';
export { type HistoryAnswer, shows } from './query.ts';
