import type { LogPosition } from '@mcp-servers/goals/work';

/** Negative when `a` comes before `b` in the log, 0 when it is the same place. */
export function compare(a: LogPosition, b: LogPosition): number {
  if (a.xid === b.xid) return a.id - b.id;
  // Decimal numbers without leading zeros.
  return a.xid.length - b.xid.length || (a.xid < b.xid ? -1 : 1);
}

const pattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(0|[1-9]\d{0,18}):(0|[1-9]\d{0,15})$/;

/** The SSE id of a change: the log it is in, and where. */
export const formatCursor = (logId: string, { xid, id }: LogPosition): string => `${logId}:${xid}:${id}`;

/** Undefined when it is no cursor of this dashboard. */
export function parseCursor(text: string | undefined): { logId: string; position: LogPosition } | undefined {
  const [, logId, xid, id] = pattern.exec(text ?? '') ?? [];
  return logId && xid && id ? { logId, position: { xid, id: Number(id) } } : undefined;
}
