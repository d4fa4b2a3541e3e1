import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createHealth, type HealthCheck, listStatuses, openStatus, readStatus, sweepStatuses } from './index.ts';

async function withHome(name = '') {
  const root = await mkdtemp(path.join(tmpdir(), 'status-'));
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  const home = path.join(root, name);
  const open = (options: { metrics?: boolean; check?: HealthCheck; server?: string } = {}) => {
    const { server = 'goals', check = () => ({ status: 'healthy' }) as const } = options;
    const metrics = createMetrics({ prefix: 'goal', enabled: options.metrics ?? true });
    const self = { server, version: '1.2.3', instance: randomUUID(), startedAt: new Date() };
    return openStatus({ ...self, home, log, metrics, health: createHealth({ ...self, metrics, checks: { check } }) });
  };
  return {
    home,
    run: path.join(home, 'run'),
    lines,
    open,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Leaves a socket file nobody listens on, as a killed process does. */
function leaveDeadSocket(file: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' });
  } catch {
    // Killed, as asked.
  }
}

function httpStatus(socketPath: string, route: string, method: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request({ socketPath, path: route, method, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end();
  return promise;
}

const later = () => ({ settledBefore: Date.now() + 60_000 });

test('health and metrics are served on a socket only this user can reach, which is gone after close', async () => {
  await using at = await withHome();
  const status = await at.open();
  const address = path.join(at.run, `goals-${process.pid}.sock`);
  expect(status.path).toBe(address);
  expect((await stat(at.run)).mode & 0o777).toBe(0o700);
  expect((await stat(address)).mode & 0o777).toBe(0o600);
  expect(await listStatuses(at.home)).toEqual([{ server: 'goals', pid: process.pid, path: address }]);
  expect(await readStatus(address, '/health')).toMatchObject({ status: 'healthy', server: 'goals', version: '1.2.3' });
  expect(await readStatus(address, '/metrics')).toContain('# TYPE goal_request_duration_seconds histogram');
  await status.close();
  expect(await readdir(at.run)).toEqual([]);
  await expect(readStatus(address, '/health')).rejects.toMatchObject({ code: 'unavailable' });
});

test('without metrics there is no /metrics, and health stays', async () => {
  await using at = await withHome();
  const status = await at.open({ metrics: false });
  const address = String(status.path);
  await expect(readStatus(address, '/metrics')).rejects.toMatchObject({ code: 'not_found' });
  expect((await readStatus(address, '/health')).calls).toBe(0);
  await status.close();
});

test.each([
  { state: 'healthy', code: 200 },
  { state: 'degraded', code: 200 },
  { state: 'unhealthy', code: 503 },
] as const)('$state answers $code, and the report can be read', async ({ state, code }) => {
  await using at = await withHome();
  const status = await at.open({ check: () => ({ status: state, reason: 'because' }) });
  const address = String(status.path);
  expect(await httpStatus(address, '/health', 'GET')).toBe(code);
  expect((await readStatus(address, '/health')).checks.check).toEqual({ status: state, reason: 'because' });
  await status.close();
});

test('other routes are not found and other methods not allowed', async () => {
  await using at = await withHome();
  const status = await at.open();
  const address = String(status.path);
  expect(await httpStatus(address, '/', 'GET')).toBe(404);
  expect(await httpStatus(address, '/health', 'POST')).toBe(405);
  await status.close();
});

test('a home folder too long for a socket leaves a pointer to a socket in a private temporary folder', async () => {
  await using at = await withHome('a-very-long-folder-name-'.repeat(5));
  const status = await at.open();
  const [entry] = await listStatuses(at.home);
  const address = String(status.path);
  expect(entry).toEqual({ server: 'goals', pid: process.pid, path: address });
  expect(Buffer.byteLength(address)).toBeLessThanOrEqual(100);
  expect((await stat(path.dirname(address))).mode & 0o777).toBe(0o700);
  expect((await stat(address)).mode & 0o777).toBe(0o600);
  expect(await readdir(at.run)).toEqual([`goals-${process.pid}.path`]);
  await sweepStatuses(at.home, later());
  expect((await readStatus(address, '/health')).server).toBe('goals');
  await status.close();
  expect(await readdir(at.run)).toEqual([]);
  await expect(stat(address)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a second endpoint of the same name takes the next free one', async () => {
  await using at = await withHome();
  const [first, second] = [await at.open(), await at.open()];
  expect((await readdir(at.run)).sort()).toEqual([`goals-${process.pid}.2.sock`, `goals-${process.pid}.sock`]);
  expect(await listStatuses(at.home)).toHaveLength(2);
  await first.close();
  expect((await readStatus(String(second.path), '/health')).server).toBe('goals');
  await second.close();
});

test('dead sockets and pointers are swept, living ones and foreign files stay', async () => {
  await using at = await withHome();
  await mkdir(at.run, { recursive: true });
  leaveDeadSocket(path.join(at.run, 'goals-999999.sock'));
  const target = path.join(at.home, 'far.sock');
  leaveDeadSocket(target);
  await writeFile(path.join(at.run, 'github-999999.path'), target);
  await writeFile(path.join(at.run, 'jira-999999.path'), '');
  await writeFile(path.join(at.run, 'notes.txt'), 'mine');
  const status = await at.open();
  expect(await listStatuses(at.home), 'too young to be judged').toHaveLength(3);
  await Promise.all([sweepStatuses(at.home, later()), sweepStatuses(at.home, later())]);
  expect((await readdir(at.run)).sort()).toEqual([`goals-${process.pid}.sock`, 'notes.txt']);
  await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await readStatus(String(status.path), '/health')).server).toBe('goals');
  await status.close();
});

test('what a sweeper left half done is finished by the next one', async () => {
  await using at = await withHome();
  await mkdir(at.run, { recursive: true });
  leaveDeadSocket(path.join(at.run, '.0a1b2c3d'));
  await sweepStatuses(at.home, later());
  expect(await readdir(at.run)).toEqual([]);
});

test('a process that is busy is not taken for dead', async () => {
  await using at = await withHome();
  await mkdir(at.run, { recursive: true });
  const address = path.join(at.run, 'goals-999999.sock');
  const silent = net.createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(address, resolve));
  await sweepStatuses(at.home, later());
  expect(await readdir(at.run)).toEqual(['goals-999999.sock']);
  await new Promise((resolve) => silent.close(resolve));
});

test('answers that take long are served side by side, and close ends a connection that still waits', async () => {
  await using at = await withHome();
  const answer = Promise.withResolvers<{ status: 'healthy' }>();
  const status = await at.open({ check: () => answer.promise });
  const address = String(status.path);
  const waiting = [readStatus(address, '/health'), readStatus(address, '/health')];
  expect(await readStatus(address, '/metrics')).toContain('process_cpu_seconds_total');
  answer.resolve({ status: 'healthy' });
  expect(await Promise.all(waiting)).toHaveLength(2);
  const open = net.connect(address);
  await once(open, 'connect');
  const ended = once(open, 'close');
  await status.close();
  await ended;
});

test('a run folder open to others is closed to them', async () => {
  await using at = await withHome();
  await mkdir(at.run, { recursive: true });
  await chmod(at.run, 0o777);
  const status = await at.open();
  expect((await stat(at.run)).mode & 0o777).toBe(0o700);
  await status.close();
});

test.each(['a file', 'a link'])('%s in place of the run folder is a warning, not a failed start', async (kind) => {
  await using at = await withHome('home');
  await mkdir(at.home, { recursive: true });
  if (kind === 'a file') await writeFile(at.run, '');
  else await symlink(tmpdir(), at.run);
  const status = await at.open();
  expect(status.path).toBeUndefined();
  expect(at.lines.join('')).toContain('"event":"status_endpoint_not_open"');
  await status.close();
});

test('no status is listed for a home that does not exist', async () => {
  expect(await listStatuses('/nonexistent/home')).toEqual([]);
});
