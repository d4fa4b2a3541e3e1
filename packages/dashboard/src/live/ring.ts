import type { LogPosition } from '@mcp-servers/goals/work';
import type { Place } from './follower.ts';
import type { Encoded } from './message.ts';
import { compare } from './position.ts';

const most = { messages: 5000, bytes: 8 * 1024 ** 2 } as const;

/** The latest changes in memory, so that a client that was away for a moment costs the database nothing. */
export interface Ring {
  add(events: readonly Encoded[]): void;
  /** Everything after a place, oldest first; undefined when that goes further back than what is kept. */
  after(position: LogPosition): readonly Encoded[] | undefined;
  /** Empties it: it now begins here. */
  restart(place: Place): void;
}

export function createRing(): Ring {
  let events: Encoded[] = [];
  let bytes = 0;
  let begins: LogPosition | undefined;
  return {
    add(added) {
      for (const event of added) {
        events.push(event);
        bytes += event.bytes.length;
      }
      let dropped = 0;
      while (events.length - dropped > most.messages || bytes > most.bytes) {
        const oldest = events[dropped];
        if (!oldest) break;
        bytes -= oldest.bytes.length;
        begins = oldest.position;
        dropped += 1;
      }
      if (dropped > 0) events = events.slice(dropped);
    },
    after(position) {
      if (begins === undefined || compare(position, begins) < 0) return undefined;
      return events.slice(firstAfter(events, position));
    },
    restart({ position }) {
      events = [];
      bytes = 0;
      begins = position;
    },
  };
}

/** Binary search: the first event behind a place. */
function firstAfter(events: readonly Encoded[], position: LogPosition): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event && compare(event.position, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
