import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { connect, untilDead } from './client.fixture.ts';
import { test, withHome } from './home.fixture.ts';

test('the first start creates a private cluster, the next call finds it running', async () => {
  await using home = withHome();
  const messages: string[] = [];
  const embedded = home.embedded();
  expect(await embedded.status()).toMatchObject({ state: 'absent' });
  const connection = await embedded.ensure({ onProgress: (message) => messages.push(message) });
  expect(connection.started).toBe(true);
  expect(messages).toHaveLength(1);
  expect(await embedded.ensure()).toEqual({ ...connection, started: false });
  expect(await embedded.status()).toMatchObject({ state: 'running', major: 17, pid: connection.pid });

  const folder = path.join(home.home, 'pg17');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(folder, 'password')).mode & 0o777).toBe(0o600);
  expect(readdirSync(home.home)).toEqual(['pg17']);

  await using session = await connect(connection);
  const { rows } = await session.client.query(`SELECT
    current_setting('TimeZone') AS zone, current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS synchronous, current_setting('server_encoding') AS encoding,
    (SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()) AS locale`);
  expect(rows[0]).toEqual({
    zone: 'UTC',
    addresses: '',
    fsync: 'on',
    synchronous: 'on',
    encoding: 'UTF8',
    locale: 'bC.UTF-8',
  });
  await expect(connect({ ...connection, password: 'guess' })).rejects.toThrow(/password authentication failed/);
});

test('the server stays while somebody is connected, and the last one to leave stops it', async ({ shared }) => {
  const embedded = shared.embedded();
  const session = await connect(await embedded.ensure());
  expect(await embedded.leave()).toBe(false);
  await session[Symbol.asyncDispose]();
  expect(await embedded.leave()).toBe(true);
  expect(await embedded.status()).toMatchObject({ state: 'stopped' });
  expect(await embedded.leave()).toBe(false);
  expect(await embedded.stop()).toBe(false);
});

test('a stopped or killed server is started again with its data', async ({ shared }) => {
  const embedded = shared.embedded();
  {
    await using session = await connect(await embedded.ensure());
    await session.client.query('CREATE TABLE kept (n integer)');
  }
  expect(await embedded.stop('fast')).toBe(true);
  for (let n = 1; n <= 2; n += 1) {
    const connection = await embedded.ensure();
    expect(connection.started).toBe(true);
    await using session = await connect(connection);
    await session.client.query('INSERT INTO kept VALUES ($1)', [n]);
    expect((await session.client.query('SELECT n FROM kept')).rows).toHaveLength(n);
    process.kill(connection.pid, 'SIGKILL');
    await untilDead(connection.pid);
  }
  expect(await embedded.status()).toMatchObject({ state: 'stopped' });
});

test.skipIf(process.platform !== 'linux')('a server whose socket was deleted is replaced', async ({ shared }) => {
  const embedded = shared.embedded();
  const first = await embedded.ensure();
  rmSync(path.join(first.host, '.s.PGSQL.5432'));
  const second = await embedded.ensure();
  expect(second).toMatchObject({ started: true, password: first.password });
  expect(second.pid).not.toBe(first.pid);
});

test('a cluster without its password is refused by name, running or not', async ({ shared }) => {
  const embedded = shared.embedded();
  await embedded.ensure();
  const file = path.join(shared.home, 'pg17', 'password');
  renameSync(file, `${file}.away`);
  await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'damaged' } });
  await embedded.stop();
  await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'damaged' } });
  renameSync(`${file}.away`, file);
});

test('the log of the server is set aside when it has grown beyond 10 MB', async ({ shared }) => {
  const embedded = shared.embedded();
  await embedded.stop();
  const log = path.join(shared.home, 'pg17', 'server.log');
  writeFileSync(log, Buffer.alloc(11 * 1024 * 1024, 'x'));
  await embedded.ensure();
  expect(statSync(log).size).toBeLessThan(100_000);
  expect(statSync(`${log}.1`).size).toBe(11 * 1024 * 1024);
});

test('a folder with another major version is refused by name', async ({ shared }) => {
  const embedded = shared.embedded();
  await embedded.stop();
  const file = path.join(shared.home, 'pg17', 'data', 'PG_VERSION');
  expect(readFileSync(file, 'utf8')).toBe('17\n');
  writeFileSync(file, '16\n');
  await expect(embedded.ensure()).rejects.toMatchObject({ details: { reason: 'foreign_major' } });
  writeFileSync(file, '17\n');
});

test('a newer cluster in the home is not answered with an empty old one', async () => {
  await using home = withHome();
  const data = path.join(home.home, 'pg18', 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(path.join(data, 'PG_VERSION'), '18\n');
  await expect(home.embedded().ensure()).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'foreign_major' },
    message: expect.stringContaining('18'),
  });
});

test('a home of 150 characters with blanks, quotes, commas and letters of other scripts works', async () => {
  await using home = withHome(`Проект "ключ", ünï códe/${'長い 道'.repeat(20)}/${'a b'.repeat(8)}`);
  expect(home.home.length).toBeGreaterThanOrEqual(150);
  const connection = await home.embedded().ensure();
  expect(connection.host.startsWith(home.home)).toBe(false);
  expect(statSync(connection.host).mode & 0o777).toBe(0o700);
  await using session = await connect(connection);
  expect((await session.client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  rmSync(connection.host, { recursive: true });
});

test('a cancelled start stops waiting and leaves nothing half done', async () => {
  await using home = withHome();
  const controller = new AbortController();
  const onProgress = () => setImmediate(() => controller.abort());
  const start = home.embedded().ensure({ signal: controller.signal, onProgress });
  await expect(start).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(home.home)).toEqual([]);
});
