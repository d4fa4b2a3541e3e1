import {
  type CallObserver,
  createServer,
  type Log,
  operationsOf,
  selectTools,
  type ToolSelection,
} from '@mcp-servers/core';
import { untrustedNotice } from '@mcp-servers/core/outside';
import type { InternetDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';

/** What a model reads before the tools: under 2 KB, clients cut the rest. */
export const instructions = `The web: search it, read pages, PDF and feeds, list and crawl sites. Nothing can be changed here.

${untrustedNotice}

- web_search_and_fetch answers most questions in one call. web_search alone gives addresses; web_fetch reads those you know.
- Give web_fetch a question and only the passages about it come back. Without one, begin long documents with mode outline and read by section.
- An answer that is cut says how to go on: next_cursor.
- Blocked, out of quota and nothing found are different answers. A refused address or robots.txt is a rule of whoever runs this server: do not look for a way around it.
- Name the address of what you use.`;

export interface InternetServerOptions {
  deps: InternetDeps;
  log: Log;
  metrics?: CallObserver | undefined;
  selection?: ToolSelection;
}

/** Every operation that the metrics may name. */
export const operations: readonly string[] = operationsOf({ tools });

/** The factory both transports use. */
export function createInternetServer({ deps, log, metrics, selection = {} }: InternetServerOptions) {
  return createServer({
    ...{ name: 'internet', title: 'Internet', version, instructions },
    tools: selectTools(tools, selection),
    ...{ deps, log, metrics },
  });
}
