import { NotFoundError } from '@mcp-servers/core';
import { isGoalId } from '../items/ids.ts';
import type { TreeTask } from '../tasks/types.ts';
import { most, renderGoal, renderTask } from './document-text.ts';
import { toInline } from './markdown.ts';
import type { Store } from './store.ts';

/**
 * A goal or task as a Markdown document with its tasks, links, notes and latest changes, all read side by side.
 * Throws NotFoundError, which names the nearest ids.
 */
export async function readDocument(store: Store, id: string, { maxChars }: { maxChars: number }): Promise<string> {
  const ids = [id];
  const roots = isGoalId(id) ? { goals: ids, tasks: [] } : { goals: [], tasks: ids };
  const common = Promise.all([
    store.tasks.tree(roots, most.tree + 1).then(async (tree) => ({ tree, links: await linksIn(store, tree) })),
    store.notes.latest(ids, most.notes + 1),
    store.events.latest(ids, most.history + 1),
  ]).then(([{ tree, links }, notes, history]) => ({ tree, links, notes, history }));
  if (isGoalId(id)) {
    const [[goal], [progress], around] = await Promise.all([store.goals.get(ids), store.goals.progress(ids), common]);
    if (!goal) throw await nothingLike(store, id);
    return renderGoal(goal, { progress, ...around }, maxChars);
  }
  const [[task], linked, around] = await Promise.all([store.tasks.get(ids), store.tasks.links(ids), common]);
  if (!task) throw await nothingLike(store, id);
  const [goal] = await store.goals.get([task.goal_id]);
  return renderTask(task, { goal, linked, ...around }, maxChars);
}

async function linksIn(store: Store, tree: readonly TreeTask[]) {
  const waiting = tree.some(({ blocked_by }) => blocked_by > 0);
  return waiting ? store.tasks.linksAmong(tree.map(({ id }) => id)) : [];
}

async function nothingLike(store: Store, id: string): Promise<NotFoundError> {
  const near = await store.directory.near(id);
  const named = near.map((item) => `${item.id} (${toInline(item.title)})`).join(', ');
  return new NotFoundError(`There is no ${id}.`, {
    hint: `${named ? `Near it: ${named}. ` : ''}find_items lists what there is.`,
    details: { missing: [id], near: near.map((item) => item.id) },
  });
}
