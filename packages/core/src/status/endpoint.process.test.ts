import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { listStatuses, readStatus, sweepStatuses } from './index.ts';

const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

const script = `
  import { createLog } from ${module('../log.ts')};
  import { createMetrics } from ${module('../metrics.ts')};
  import { createHealth, openStatus } from ${module('./index.ts')};
  const metrics = createMetrics({ prefix: 'goal' });
  const self = { server: 'goals', version: '1.0.0', instance: crypto.randomUUID(), startedAt: new Date(), metrics };
  const health = createHealth({ ...self, checks: {} });
  const log = createLog({ name: 'test', level: 'warn' });
  const status = await openStatus({ ...self, home: process.argv[1], health, log });
  console.log(status.path);
  process.stdin.resume().on('end', () => { if (process.argv[2] === 'exit') process.exit(0); });
`;

/** A process with a status endpoint, which lives until its standard input ends. */
async function start(home: string, ending: 'empty' | 'exit') {
  const child = spawn(
    process.execPath,
    ['--conditions=@mcp-servers/source', '--input-type=module-typescript', '-e', script, home, ending],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const [address] = await once(createInterface(child.stdout), 'line');
  return { child, ended, address: String(address) };
}

async function withHome() {
  const home = await mkdtemp(path.join(tmpdir(), 'status-'));
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}

test.each(['empty', 'exit'] as const)(
  'a process whose event loop ends by "%s" is not kept alive by its endpoint, and leaves nothing behind',
  async (ending) => {
    await using at = await withHome();
    const { child, ended, address } = await start(at.home, ending);
    expect(await readStatus(address, '/health')).toMatchObject({ pid: child.pid, server: 'goals' });
    child.stdin.end();
    expect((await ended)[0]).toBe(0);
    expect(await readdir(path.join(at.home, 'run'))).toEqual([]);
  },
);

test('what a killed process left is swept, while the living are found and read', async () => {
  await using at = await withHome();
  const [dead, living] = await Promise.all([start(at.home, 'empty'), start(at.home, 'empty')]);
  expect(await listStatuses(at.home)).toHaveLength(2);
  dead.child.kill('SIGKILL');
  await dead.ended;
  await expect(readStatus(dead.address, '/health')).rejects.toMatchObject({ code: 'unavailable' });
  const sweeps = Array.from({ length: 4 }, () => sweepStatuses(at.home, { settledBefore: Date.now() + 60_000 }));
  await Promise.all(sweeps);
  expect(await listStatuses(at.home)).toEqual([{ server: 'goals', pid: living.child.pid, path: living.address }]);
  living.child.stdin.end();
  await living.ended;
});

test('a stopped process is not taken for dead', async () => {
  await using at = await withHome();
  const { child, ended, address } = await start(at.home, 'empty');
  child.kill('SIGSTOP');
  await sweepStatuses(at.home, { settledBefore: Date.now() + 60_000 });
  child.kill('SIGCONT');
  expect((await readStatus(address, '/health')).pid).toBe(child.pid);
  child.stdin.end();
  await ended;
});
