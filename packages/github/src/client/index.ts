export { addressesOf, publicApi } from './addresses.ts';
export type { Credential } from './credential.ts';
export type * from './github.ts';
export { type Missing, missingInWords, watchMissing } from './missing.ts';
export { type GitHubOptions, type OpenGitHub, openGitHub, policyLimits } from './open.ts';
export { createPace } from './pace.ts';
export { type Query, type QueryNames, query } from './query.ts';
export type { RestData, RestParameters, Route } from './routes.ts';
export type { GitHubState } from './state.ts';
