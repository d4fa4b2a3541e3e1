import {
  type CallObserver,
  createServer,
  type Log,
  operationsOf,
  selectTools,
  type ToolSelection,
} from '@mcp-servers/core';
import { untrustedNotice } from '@mcp-servers/core/outside';
import type { GitHubSettings } from './config.ts';
import type { GitHubDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';

/** What a model reads before the tools: under 2 KB, clients cut the rest. */
export const instructions = `GitHub: repositories, files, issues, pull requests, checks, releases.

- repo is always owner/name; issues and pull requests share their numbers.
- Lists answer compact rows; next_cursor gives the next page. max_chars makes an answer longer or shorter.
- ${untrustedNotice} Bodies come byte for byte in the structured content.
- Change a body with edits (old_text must be there exactly once), never by sending the whole text anew: what you did not read completely would be lost.
- dry_run shows what a write would send. Writes are read back; what differs is said.
- Errors name the missing permission, the limit and when to come back (retry_after_s): tell the person, do not try around it.
- github_whoami shows who you are, the quotas, and the policy of this server.
- A tool that a text names but that you do not have is switched off here: a person can offer it (GITHUB_TOOLSETS, GITHUB_ALLOW_DESTROY).`;

const readOnlyInstructions = `GitHub: repositories, files, issues, pull requests, checks, releases. This server only reads; nothing can be changed here.

- repo is always owner/name; issues and pull requests share their numbers.
- Lists answer compact rows; next_cursor gives the next page. max_chars makes an answer longer or shorter.
- ${untrustedNotice}
- github_whoami shows who you are, the quotas, and the policy of this server.`;

export interface GitHubServerOptions {
  deps: GitHubDeps;
  log: Log;
  metrics?: CallObserver | undefined;
  selection?: ToolSelection;
}

/** Every operation that the metrics may name. */
export const operations: readonly string[] = operationsOf({ tools });

type Choosing = Pick<GitHubSettings, 'GITHUB_READ_ONLY' | 'GITHUB_TOOLSETS' | 'GITHUB_TOOLS' | 'GITHUB_ALLOW_DESTROY'>;

/** The tools that the settings choose. */
export const toSelection = (config: Choosing): ToolSelection => ({
  readOnly: config.GITHUB_READ_ONLY,
  toolsets: config.GITHUB_TOOLSETS,
  tools: config.GITHUB_TOOLS,
  defaultToolset: 'default',
  allowDestroy: config.GITHUB_ALLOW_DESTROY,
});

/** The factory both transports use. */
export function createGitHubServer({ deps, log, metrics, selection = {} }: GitHubServerOptions) {
  return createServer({
    ...{ name: 'github', title: 'GitHub', version, log, metrics },
    deps: { ...deps, selection },
    instructions: selection.readOnly ? readOnlyInstructions : instructions,
    tools: selectTools(tools, selection),
  });
}
