import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { CommonSettings, DatabaseSettings, describeSettings, loadConfig, RedisSettings, setting } from './config.ts';

const Settings = z.object({ ...CommonSettings.shape, ...DatabaseSettings.shape, ...RedisSettings.shape });

async function withHome(files: Record<string, string> = {}) {
  const home = await mkdtemp(path.join(tmpdir(), 'mcp-config-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(home, name), text);
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}

test('an empty environment gives the defaults', async () => {
  await using folder = await withHome();
  expect(loadConfig(Settings, { MCP_SERVERS_HOME: folder.home })).toEqual({
    home: folder.home,
    LOG_LEVEL: 'info',
    ENABLE_METRICS: true,
    DB_NAME: 'mcp_goals',
    DB_PORT: 5432,
    DB_USER: 'postgres',
    REDIS_PORT: 6379,
  });
});

test('config.env of the home is read, and the environment wins', async () => {
  await using folder = await withHome({ 'config.env': 'LOG_LEVEL=debug\nDB_HOST=from-file\n' });
  const config = loadConfig(Settings, { MCP_SERVERS_HOME: folder.home, DB_HOST: 'from-environment' });
  expect(config).toMatchObject({ LOG_LEVEL: 'debug', DB_HOST: 'from-environment' });
});

test('NAME_FILE gives the value of NAME from a file, without its line end', async () => {
  await using folder = await withHome({ secret: 's3cret\n' });
  const config = loadConfig(Settings, {
    MCP_SERVERS_HOME: folder.home,
    DB_PASSWORD_FILE: path.join(folder.home, 'secret'),
  });
  expect(config.DB_PASSWORD).toBe('s3cret');
});

test('NAME_FILE in the environment wins over NAME in config.env', async () => {
  await using folder = await withHome({ secret: 'from-environment', 'config.env': 'DB_PASSWORD=from-file\n' });
  const config = loadConfig(Settings, {
    MCP_SERVERS_HOME: folder.home,
    DB_PASSWORD_FILE: path.join(folder.home, 'secret'),
  });
  expect(config.DB_PASSWORD).toBe('from-environment');
});

test('config.env may begin with a byte order mark', async () => {
  await using folder = await withHome({ 'config.env': '\uFEFFDB_HOST=from-file\n' });
  expect(loadConfig(Settings, { MCP_SERVERS_HOME: folder.home }).DB_HOST).toBe('from-file');
});

test('an empty variable is one that is not set', async () => {
  await using folder = await withHome();
  expect(loadConfig(Settings, { MCP_SERVERS_HOME: folder.home, DATABASE_URL: '', LOG_LEVEL: '' }).LOG_LEVEL).toBe(
    'info',
  );
});

test('INFO and True are understood as people write them', async () => {
  await using folder = await withHome();
  expect(
    loadConfig(Settings, { MCP_SERVERS_HOME: folder.home, LOG_LEVEL: 'WARN', ENABLE_METRICS: 'False' }),
  ).toMatchObject({
    LOG_LEVEL: 'warn',
    ENABLE_METRICS: false,
  });
});

test('every problem is listed at once, and no value is shown', async () => {
  await using folder = await withHome();
  const load = () =>
    loadConfig(Settings, {
      MCP_SERVERS_HOME: folder.home,
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      DB_PORT: '99999',
      REDIS_URL_FILE: '/nowhere',
    });
  expect(load).toThrow(/DATABASE_URL[\s\S]*DB_PORT|DB_PORT[\s\S]*DATABASE_URL/);
  expect(load).toThrow(/REDIS_URL_FILE: cannot read/);
  expect(load).not.toThrow(/hunter2/);
});

test('settings are described by name, default and meaning', () => {
  const settings = describeSettings(Settings);
  expect(settings.find(({ name }) => name === 'LOG_LEVEL')).toMatchObject({ default: 'info', secret: false });
  expect(settings.find(({ name }) => name === 'DB_PASSWORD')?.secret).toBe(true);
  expect(settings.every(({ about }) => about !== '')).toBe(true);
});

test('a host in the environment wins over a URL in config.env', async () => {
  await using folder = await withHome({ 'config.env': 'DATABASE_URL=postgres://file/db\nREDIS_URL=redis://file\n' });
  const config = loadConfig(Settings, { MCP_SERVERS_HOME: folder.home, DB_HOST: 'from-environment' });
  expect(config).toMatchObject({ DB_HOST: 'from-environment', REDIS_URL: 'redis://file' });
  expect(config.DATABASE_URL).toBe(undefined);
});

test('folders are separated as in PATH, absolute, and ~ is the home of the user', async () => {
  await using folder = await withHome();
  const Folders = z.object({ DIRS: setting.folders });
  const load = (DIRS: string) => loadConfig(Folders, { MCP_SERVERS_HOME: folder.home, DIRS }).DIRS;
  const here = path.resolve('/data');
  expect(load([here, '', ' ~/lists '].join(path.delimiter))).toEqual([here, path.join(homedir(), 'lists')]);
  expect(() => load('lists')).toThrow('absolute');
});
