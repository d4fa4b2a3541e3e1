export { categoryOf, type FoundCategory } from './categories.ts';
export { type DiscussionsAnswer, readDiscussions } from './discussions.ts';
