export { type HistoryAnswer, readHistory, shows } from './history.ts';
