import type { Link, Task } from '../tasks/types.ts';
import type { Unit } from './store.ts';

/** One event a link, on the task it points at: that is the one whose count of blockers may change. */
export function recordLink(
  unit: Pick<Unit, 'record'>,
  { from_task_id: from, to_task_id: to, type, ...made }: Link,
  event: { type: 'task_linked' | 'task_unlinked'; task: Task | undefined; undo_of?: number },
): void {
  const link = { from, to, type, ...made };
  const { goal_id = '', version } = event.task ?? {};
  unit.record({
    ...{ type: event.type, goal_id, task_id: to, undo_of: event.undo_of },
    ...(event.type === 'task_linked' ? { after: { link, version } } : { before: { link }, after: { version } }),
  });
}
