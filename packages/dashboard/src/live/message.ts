import type { HistoryEvent, LogPosition } from '@mcp-servers/goals/work';
import type { Change, ChangeType, Message } from '../contract.ts';
import { formatCursor } from './position.ts';

/** A message as it goes over the wire, made once for all clients. */
export interface Encoded {
  position: LogPosition;
  bytes: Buffer;
}

const endings: Record<string, string> = { created: 'created', deleted: 'deleted', purged: 'deleted' };

/** `task_claimed` -> `task_updated`: clients know three things that can happen to an item. */
function toType(change: string, isTask: boolean): ChangeType {
  const ending = endings[change.slice(change.indexOf('_') + 1)] ?? 'updated';
  return `${isTask ? 'task' : 'goal'}_${ending}` as ChangeType;
}

export function toMessage(event: HistoryEvent): Message {
  const { id, at, type, goal_id, task_id, title, actor, client, before, after, undo_of } = event;
  const data: Change = {
    ...{ event: id, at: at.toISOString(), change: type, id: task_id ?? goal_id ?? '', actor },
    ...(title !== null && { title }),
    ...(task_id !== null && goal_id !== null && { goal_id }),
    ...(client !== null && client !== actor && { client }),
    ...(undo_of !== null && { undo_of }),
    ...(before && { before }),
    ...(after && { after }),
  };
  return { type: toType(type, task_id !== null), data };
}

/** JSON has no line breaks, so that one `data:` line takes it whole. */
export const encode = (message: Message, id?: string): Buffer =>
  Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`);

export function encodeEvent(logId: string, event: HistoryEvent & { xid: string }): Encoded {
  const position = { xid: event.xid, id: event.id };
  return { position, bytes: encode(toMessage(event), formatCursor(logId, position)) };
}
