import type { Completion } from '@mcp-servers/core';
import type { Store } from '../work/store.ts';

const limit = 100;

/** Names of projects for the argument `project`; nothing for another one. */
export async function completeProject(store: Store, argument: string, prefix: string): Promise<Completion> {
  if (argument !== 'project') return { values: [], total: 0 };
  const names = await store.directory.projects(prefix, limit + 1);
  return { values: names.slice(0, limit), total: names.length > limit ? undefined : names.length };
}
