import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { connect, untilDead } from './client.fixture.ts';
import { faultRounds, test, withHome } from './home.fixture.ts';
import type { EmbeddedConnection } from './index.ts';
import { runSession } from './run-session.fixture.ts';

const linux = process.platform === 'linux';
const root = process.geteuid?.() === 0;

test('eight processes that start at once get one cluster and one server', async () => {
  await using home = withHome();
  const sessions = Array.from({ length: 8 }, () => runSession<EmbeddedConnection>('ensure', home.home));
  const connections = await Promise.all(sessions.map(({ result }) => result));
  expect(new Set(connections.map(({ pid }) => pid)).size).toBe(1);
  expect(new Set(connections.map(({ password }) => password)).size).toBe(1);
  expect(connections.filter(({ started }) => started)).toHaveLength(1);
  expect(readdirSync(home.home)).toEqual(['pg17']);
});

test('eight processes that start a stopped server at once get one server', async ({ shared }) => {
  await shared.embedded().stop();
  const sessions = Array.from({ length: 8 }, () => runSession<EmbeddedConnection>('ensure', shared.home));
  const connections = await Promise.all(sessions.map(({ result }) => result));
  expect(new Set(connections.map(({ pid }) => pid)).size).toBe(1);
});

test('after a kill -9 at any moment of the first start, the next start works', { timeout: 600_000 }, async () => {
  const rounds = faultRounds(3);
  for (let round = 0; round < rounds; round += 1) {
    await using home = withHome();
    const { child, result } = runSession('ensure', home.home);
    const ended = result.catch(() => undefined);
    await sleep(((round + Math.random()) / rounds) * 1200);
    child.kill('SIGKILL');
    await ended;
    const connection = await home.embedded().ensure();
    await using session = await connect(connection);
    expect((await session.client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  }
});

test('acknowledged writes survive every kill -9 of the server', { timeout: 600_000 }, async ({ shared }) => {
  const embedded = shared.embedded();
  {
    await using session = await connect(await embedded.ensure());
    await session.client.query('CREATE TABLE written (n integer PRIMARY KEY)');
  }
  let last = 0;
  for (let round = 0; round < faultRounds(3); round += 1) {
    const connection = await embedded.ensure();
    await using session = await connect(connection);
    setTimeout(() => process.kill(connection.pid, 'SIGKILL'), 20 + Math.random() * 100);
    try {
      for (;;) {
        await session.client.query('INSERT INTO written VALUES ($1) ON CONFLICT DO NOTHING', [last + 1]);
        last += 1;
      }
    } catch {
      await untilDead(connection.pid);
    }
  }
  await using session = await connect(await embedded.ensure());
  const { rows } = await session.client.query('SELECT count(*)::int AS there FROM written WHERE n <= $1', [last]);
  expect(rows).toEqual([{ there: last }]);
});

for (const kind of ['zombie', 'running program'] as const) {
  test.skipIf(!linux)(
    `a pid in postmaster.pid that belongs to a ${kind} does not block the start`,
    async ({ shared }) => {
      const embedded = shared.embedded();
      const first = await embedded.ensure();
      process.kill(first.pid, 'SIGKILL');
      await untilDead(first.pid);
      const data = path.join(shared.home, 'pg17', 'data');
      // The same user as the server's: PostgreSQL itself ignores the others.
      const { uid, gid } = statSync(data);
      const script = kind === 'zombie' ? 'sleep 0.2 & echo $!; exec sleep 300' : 'echo $$; exec sleep 300';
      const holder = spawn('/bin/sh', ['-c', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
        ...(root ? { uid, gid } : {}),
      });
      try {
        const [printed] = await once(holder.stdout, 'data');
        const pid = Number(String(printed));
        if (kind === 'zombie') await untilDead(pid);
        // Signals still reach it, as PostgreSQL will find.
        expect(process.kill(pid, 0)).toBe(true);
        for (const file of [path.join(data, 'postmaster.pid'), path.join(first.host, '.s.PGSQL.5432.lock')]) {
          writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(pid)));
        }
        expect(await embedded.status()).toMatchObject({ state: 'stopped' });
        const second = await embedded.ensure();
        expect(second.started).toBe(true);
        expect(second.pid).not.toBe(pid);
        expect(holder.exitCode).toBe(null);
      } finally {
        holder.kill('SIGKILL');
      }
    },
  );
}

test('a full disk is named as the cause, and the start works once there is room', async ({ skip }) => {
  await using home = withHome();
  if (!linux || !root || !mount(home.home, '150m')) skip('needs the right to mount a small file system');
  try {
    const embedded = home.embedded();
    const ballast = path.join(home.home, 'ballast');
    writeFileSync(ballast, Buffer.alloc(130 * 1024 * 1024));
    await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'disk_full' } });
    expect(readdirSync(home.home)).toEqual(['ballast']);

    rmSync(ballast);
    expect((await embedded.ensure()).started).toBe(true);
    await embedded.stop();
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
    await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'disk_full' } });

    truncateSync(ballast, statSync(ballast).size - 4096);
    await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'disk_full' } });

    rmSync(ballast);
    expect((await embedded.ensure({ timeoutMs: 20_000 })).started).toBe(true);
    await embedded.stop();
  } finally {
    spawnSync('umount', ['-l', home.home]);
  }
});

test.skipIf(process.platform === 'win32')(
  'what initdb says about a full disk reaches the caller as its cause',
  async () => {
    await using home = withHome();
    const binaries = path.join(home.home, 'programs');
    mkdirSync(path.join(binaries, 'bin'), { recursive: true });
    for (const name of ['postgres', 'pg_ctl', 'initdb']) {
      writeFileSync(
        path.join(binaries, 'bin', name),
        '#!/bin/sh\necho "initdb: error: could not write file: No space left on device"\nexit 1\n',
      );
      chmodSync(path.join(binaries, 'bin', name), 0o755);
    }
    await expect(home.embedded({ binaries }).ensure()).rejects.toMatchObject({
      details: { reason: 'disk_full' },
      hint: expect.stringContaining('Free'),
    });
    expect(readdirSync(home.home)).toEqual(['programs']);
  },
);

function mount(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=711`, 'tmpfs', folder]).status === 0;
}
