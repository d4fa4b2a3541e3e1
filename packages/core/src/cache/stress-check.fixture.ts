import { readFile } from 'node:fs/promises';

/** Times in microseconds of the machine's monotonic clock. */
export interface Operation {
  readonly kind: 'R' | 'W';
  readonly key: string;
  readonly begin: number;
  readonly end: number;
  readonly change: number;
}

export async function readRecords(files: readonly string[]): Promise<Operation[]> {
  const found: Operation[] = [];
  for (const file of files) {
    const lines = (await readFile(file, 'utf8')).split('\n');
    for (const line of lines) {
      const [kind, key = '', begin, end, change] = line.split(' ');
      // The last line of a process that was killed may be cut.
      if (change === undefined) continue;
      found.push({ kind: kind as 'R' | 'W', key, begin: Number(begin), end: Number(end), change: Number(change) });
    }
  }
  return found;
}

/** Reads that returned a state older than a write that was acknowledged before they began. */
export function findStale(operations: readonly Operation[]): Operation[] {
  const stale: Operation[] = [];
  for (const [, group] of Map.groupBy(operations, ({ key }) => key)) {
    const writes = group.filter(({ kind }) => kind === 'W').sort((a, b) => a.end - b.end);
    const reads = group.filter(({ kind }) => kind === 'R').sort((a, b) => a.begin - b.begin);
    let next = 0;
    let newest = Number.NEGATIVE_INFINITY;
    for (const read of reads) {
      for (let write = writes[next]; write !== undefined && write.end < read.begin; write = writes[++next]) {
        newest = Math.max(newest, write.change);
      }
      if (read.change < newest) stale.push(read);
    }
  }
  return stale;
}

export interface Window {
  readonly fault: string;
  readonly begin: number;
  readonly end: number;
}

export interface Latency {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** Of reads and writes under way during each kind of fault, and during none. */
export function latencies(operations: readonly Operation[], windows: readonly Window[]) {
  const ordered = [...windows].sort((a, b) => a.begin - b.begin);
  const during = ({ begin, end }: Operation) => ordered.find((window) => begin < window.end && end > window.begin);
  const groups = Map.groupBy(operations, (operation) => during(operation)?.fault ?? 'none');
  return [...groups].map(([fault, group]) => ({
    fault,
    reads: summarize(group.filter(({ kind }) => kind === 'R')),
    writes: summarize(group.filter(({ kind }) => kind === 'W')),
  }));
}

function summarize(operations: readonly Operation[]): Latency {
  const times = operations.map(({ begin, end }) => (end - begin) / 1000).sort((a, b) => a - b);
  const at = (share: number) => times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? Number.NaN;
  return { count: times.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}
