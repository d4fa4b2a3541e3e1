import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findRedis } from './find-redis.ts';
import { withRedis } from './redis.ts';
import { redisTest } from './redis-test.ts';

redisTest('servers run side by side, each on its own port', async () => {
  const servers = await Promise.all([withRedis(), withRedis(), withRedis()]);
  expect(new Set(servers.map(({ url }) => url)).size).toBe(3);
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});

redisTest('a server can be stopped while it stands still, and started twice', async () => {
  await using server = await withRedis();
  server.pause();
  await server.stop();
  await server.stop();
  await server.start();
  await server.start();
});

test('workers that unpack at once end with the same program, and leave nothing beside it', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cache-'));
  try {
    const cache = path.join(folder, 'redis');
    const find = () => findRedis({ searchPath: '', cache });
    const programs = await Promise.all([find(), find(), find()]);
    expect(new Set(programs.map((program) => program?.command)).size).toBe(1);
    expect(await readdir(folder)).toEqual(programs[0] === undefined ? [] : ['redis']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a program on the PATH comes first, and nothing is unpacked', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bin-'));
  const command = path.join(folder, 'redis-server');
  await writeFile(command, '#!/bin/sh\n', { mode: 0o755 });
  expect(await findRedis({ searchPath: `/nonexistent:${folder}`, cache: path.join(folder, 'cache') })).toEqual({
    command,
    env: {},
  });
  expect(await readdir(folder)).toEqual(['redis-server']);
  await rm(folder, { recursive: true });
});
