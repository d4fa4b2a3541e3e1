export { Filters, kinds } from './qualifiers.ts';
export { type SearchAnswer, searchGitHub } from './search.ts';
