import { existsSync } from 'node:fs';
import type { Cluster } from './cluster.ts';
import { answers, readPostmaster, socketFile } from './postmaster.ts';
import { judgeProcess } from './processes.ts';

/**
 * Who holds the data folder: nobody (`free`), a server that is coming up or going down (`busy`), one whose socket was deleted so
 * that nobody can reach it any more (`cut off`), or a living pid that only PostgreSQL can judge (`unknown`).
 */
export type Holder = 'free' | 'busy' | 'cut off' | 'unknown';

export async function judgeHolder(cluster: Cluster): Promise<Holder> {
  const postmaster = readPostmaster(cluster);
  if (!postmaster) return 'free';
  // First, because the pid of a server in another container says nothing here, while its socket answers.
  if (await answers(postmaster)) return 'busy';
  const verdict = judgeProcess(postmaster.pid, cluster.data);
  if (verdict === 'dead' || verdict === 'unrelated') return 'free';
  if (verdict === 'unknown') return 'unknown';
  return postmaster.state === 'ready' && postmaster.socketFolder && !existsSync(socketFile(postmaster))
    ? 'cut off'
    : 'busy';
}
