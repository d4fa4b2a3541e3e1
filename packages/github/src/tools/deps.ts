import type { ToolSelection } from '@mcp-servers/core';
import type { GitHub } from '../client/index.ts';

/** What the tools work with. */
export interface GitHubDeps {
  github: GitHub;
  /** Which tools are offered, to tell it; the server adds it. */
  selection?: ToolSelection;
}
