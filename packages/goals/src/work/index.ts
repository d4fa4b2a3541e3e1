// For programs that offer the same operations as the tools in another way: the functions, and the schemas of their input.
import { createGoal as createGoalTool } from '../tools/create-goal.ts';
import { createTasks as createTasksTool } from '../tools/create-tasks.ts';
import { findItems as findItemsTool } from '../tools/find-items.ts';
import { updateItems as updateItemsTool } from '../tools/update-items.ts';

export {
  type EventFilter,
  type EventType,
  eventTypes,
  type HistoryEvent,
  type LogPosition,
} from '../events/repository.ts';
export { GoalId, ItemId, TaskId } from '../items/ids.ts';
export { groupings } from '../stats/repository.ts';
export { createGoal, createTasks } from './create.ts';
export { deleteItems } from './delete.ts';
export { type FindInput, findItems } from './find.ts';
export { getItems } from './get.ts';
export { getHistory } from './history.ts';
export { planGoal } from './plan-goal.ts';
export { getStats } from './stats.ts';
export { undoChange } from './undo.ts';
export { updateItems } from './update.ts';

export const inputs = {
  createGoal: createGoalTool.input,
  createTasks: createTasksTool.input,
  /** The filters of find_items. */
  filters: findItemsTool.input.shape.where.unwrap(),
  /** One patch of update_items. */
  patch: updateItemsTool.input.shape.items.element,
};
