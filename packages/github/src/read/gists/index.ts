export { type GistsAnswer, readGists } from './gists.ts';
