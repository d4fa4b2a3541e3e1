export { type GistsAnswer, gistParts, readGists } from './gists.ts';
