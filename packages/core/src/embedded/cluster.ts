import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The paths of one embedded cluster. The folder is published by one rename, so it exists complete or not at all. */
export interface Cluster {
  home: string;
  /** Where copies of the binaries go when their package cannot be used in place; the home, except during an upgrade. */
  runtimeHome: string;
  major: number;
  folder: string;
  data: string;
  passwordFile: string;
  logFile: string;
  lockFile: string;
}

export function clusterIn(home: string, major: number, runtimeHome = home): Cluster {
  const folder = path.join(home, `pg${major}`);
  return {
    home,
    runtimeHome,
    major,
    folder,
    data: path.join(folder, 'data'),
    passwordFile: path.join(folder, 'password'),
    logFile: path.join(folder, 'server.log'),
    lockFile: `${folder}.lock`,
  };
}

/** The major version the data folder was created with, or undefined when there is no cluster. */
export function majorOnDisk({ data }: Pick<Cluster, 'data'>): number | undefined {
  try {
    return Number.parseInt(readFileSync(path.join(data, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return undefined;
    throw error;
  }
}
