export * from './client/index.ts';
export { credentialOf, GitHubSettings } from './config.ts';
export { createGitHubServer, type GitHubServerOptions, instructions, toSelection } from './server.ts';
export type { GitHubDeps } from './tools/deps.ts';
export { tools } from './tools/index.ts';
