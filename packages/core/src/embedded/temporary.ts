import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive } from './processes.ts';

/** Names this machine (or container) inside temporary names: a pid means nothing on another one. */
export const machineTag = Buffer.from(hostname()).toString('hex').slice(-12).padStart(12, '0');

const hourMs = 3_600_000;

/** A name beside `file` that nobody else uses and that tells later whose it was. */
export function temporaryBeside(file: string): string {
  return `${file}.tmp-${machineTag}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** True for a temporary name whose process is gone; one of another machine is given an hour. */
export function isAbandoned(file: string): boolean {
  const [, machine, pid] = /\.tmp-([0-9a-f]{12})-(\d+)-[0-9a-f]{8}$/.exec(file) ?? [];
  if (machine === undefined) return false;
  if (machine === machineTag) return Number(pid) !== process.pid && !isAlive(Number(pid));
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs > hourMs;
}
