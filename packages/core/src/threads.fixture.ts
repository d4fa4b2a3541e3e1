import { serveThread } from './threads.ts';

type Job = 'echo' | 'throw' | 'spin' | 'fill' | 'which';

const born = `${Date.now()} ${Math.random()}`;

serveThread(async (job: Job) => {
  if (job === 'throw') throw new TypeError('no good');
  if (job === 'fill')
    for (const kept: number[][] = []; ; ) kept.push(Array.from({ length: 10_000 }, (_, n) => n + 0.5));
  while (job === 'spin');
  return job === 'which' ? born : job;
});
