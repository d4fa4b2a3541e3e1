import type { GitHub } from '../client/index.ts';

/** What the tools work with. */
export interface GitHubDeps {
  github: GitHub;
}
