import { NotFoundError } from '@mcp-servers/core';
import type { Caller } from '../items/caller.ts';
import type { Store } from './store.ts';

export interface RenameInput {
  from: string;
  to: string;
  project?: string | undefined;
}

/** More take longer than an ordinary call may. */
const manyItems = 1000;

/** Gives every item that has the one tag, ignoring case, the other, spelled as given; deleted items too, so that none comes back with it. */
export async function renameTag(
  store: Store,
  { from, to, project }: RenameInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
) {
  const isMany = (await store.tags.count({ tag: from, project }, manyItems + 1)) > manyItems;
  return (isMany ? store.writeMany : store.write)(
    caller,
    async (unit) => {
      const changed = await unit.tags.rename({ from, to, project });
      if (changed.length === 0 && (await unit.tags.count({ tag: to, project }, 1)) === 0) {
        const near = await unit.tags.near({ tag: from, project });
        const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
        throw new NotFoundError(`There is no tag ${JSON.stringify(from)}${where}.`, {
          hint:
            near.length > 0
              ? `Did you mean ${near.map((tag) => JSON.stringify(tag)).join(' or ')}?`
              : 'See the tags of items with find_items.',
        });
      }
      for (const { id, goal_id, before, after, version } of changed) {
        const change = { before: { tags: before }, after: { tags: after, version } };
        if (id === goal_id) unit.record({ type: 'goal_updated', goal_id, ...change });
        else unit.record({ type: 'task_updated', goal_id, task_id: id, ...change });
      }
      unit.reindex(...changed.map(({ id }) => id));
      const goals = changed.filter(({ id, goal_id }) => id === goal_id).length;
      return { tag: to, goals, tasks: changed.length - goals };
    },
    signal,
  );
}
