import { readFileSync } from 'node:fs';

/** User and system time of a process so far, in milliseconds with a grain of 10; undefined where there is no /proc. */
export function cpuMs(pid: number): number | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold spaces: fields count from after it.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory in MiB; undefined where there is no /proc. */
export const residentMiB = (pid: number): number | undefined => statusMiB(pid, 'VmRSS');

/** The most that was ever resident, in MiB; undefined where there is no /proc. */
export const peakMiB = (pid: number): number | undefined => statusMiB(pid, 'VmHWM');

function statusMiB(pid: number, field: string): number | undefined {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readProc(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Another system, or the process has ended: the figure is left out.
    return undefined;
  }
}
