import type { Completion } from '@mcp-servers/core';
import type { Store } from '../work/store.ts';

/** As many as the protocol passes on. */
const limit = 100;

/** Ids that begin so, and ids of items whose title has words that begin so, the last touched first. */
export async function completeId(
  store: Store,
  prefix: string,
  { kind, open = false }: { kind: 'goal' | 'task'; open?: boolean },
): Promise<Completion> {
  const { ids, total } = await store.directory.beginningWith(prefix, { kind, open, limit });
  return { values: ids, total };
}
