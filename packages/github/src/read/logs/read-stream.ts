import { setImmediate as turn } from 'node:timers/promises';
import { createLineReader } from './lines.ts';
import type { Selection } from './select.ts';

export interface StreamLimits {
  /** Of `performance.now()`: reading ends then, with what there is. */
  readonly until: number;
  readonly maxBytes: number;
}

export interface StreamRead {
  readonly bytes: number;
  /** Why it was not read to its end: `full`, because nothing more of it is needed. */
  readonly stopped?: 'full' | 'time' | 'bytes';
}

/** What is worked on before other calls of the process have their turn. */
const pieceBytes = 65_536;
const workMs = 20;

/** Lets the lines of a log pass before a selection as they arrive; a piece of the log is in memory, never more. */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  selection: Selection,
  { until, maxBytes }: StreamLimits,
): Promise<StreamRead> {
  const reader = body.getReader();
  const lines = createLineReader();
  let bytes = 0;
  let isLate = false;
  // A read that waits for a slow host ends with this, as if it were the end of the log.
  const late = setTimeout(
    () => {
      isLate = true;
      reader.cancel().catch(() => {}); // It failed by itself.
    },
    Math.max(0, until - performance.now()),
  );
  let worked = performance.now();
  const breathe = async (): Promise<void> => {
    await selection.settle();
    if (performance.now() - worked < workMs) return;
    await turn();
    worked = performance.now();
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || isLate) break;
      for (let at = 0; at < value.length; at += pieceBytes) {
        for (const line of lines.push(value.subarray(at, at + pieceBytes))) selection.take(line);
        await breathe();
        if (selection.full) return { bytes, stopped: 'full' };
        if (isLate) break;
      }
      bytes += value.length;
      if (bytes > maxBytes) return { bytes, stopped: 'bytes' };
    }
    for (const line of lines.end()) selection.take(line);
    return isLate ? { bytes, stopped: 'time' } : { bytes };
  } finally {
    clearTimeout(late);
    await reader.cancel().catch(() => {}); // It ended or failed already.
  }
}
