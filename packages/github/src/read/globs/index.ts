export { Globs, type Matches, toFilter, toMatcher } from './glob.ts';
