export { type DiscussionsAnswer, readDiscussions } from './discussions.ts';
