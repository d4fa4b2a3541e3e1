import { statfs } from 'node:fs/promises';
import type { CheckResult, HealthCheck } from './report.ts';

const mb = 1024 ** 2;
const gb = 1024 ** 3;

interface DiskReading {
  freeBytes: number;
  totalBytes: number;
}

/** Free space where `home` lies: degraded under 5 % or 500 MB, unhealthy under 50 MB. */
export function diskCheck(home: string, read: (folder: string) => Promise<DiskReading> = readDisk): HealthCheck {
  return async () => {
    const { freeBytes, totalBytes } = await read(home);
    const facts = { freeBytes, totalBytes };
    const share = freeBytes / totalBytes;
    if (freeBytes >= 500 * mb && share >= 0.05) return { status: 'healthy', ...facts };
    const reason = `${size(freeBytes)} free of ${size(totalBytes)} (${(share * 100).toFixed(1)} %) at ${home}`;
    return { status: freeBytes < 50 * mb ? 'unhealthy' : 'degraded', reason, ...facts };
  };
}

/** Resident memory: degraded over 1 GiB. */
export function memoryCheck(read: () => number = process.memoryUsage.rss): HealthCheck {
  return (): CheckResult => {
    const rssBytes = read();
    if (rssBytes <= gb) return { status: 'healthy', rssBytes };
    return { status: 'degraded', reason: `${size(rssBytes)} of memory in use, expected at most 1.0 GiB`, rssBytes };
  };
}

async function readDisk(folder: string): Promise<DiskReading> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function size(bytes: number): string {
  return bytes < gb ? `${Math.floor(bytes / mb)} MiB` : `${(bytes / gb).toFixed(1)} GiB`;
}
