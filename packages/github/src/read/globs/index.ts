export { type Matches, toFilter, toMatcher } from './glob.ts';
