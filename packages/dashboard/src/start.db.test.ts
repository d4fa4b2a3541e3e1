import { readFile, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withDashboard } from './dashboard.fixture.ts';
import { loadToken, tokenFile } from './token.ts';

test('the token is made once, kept in a file of its owner alone, and found again', async () => {
  await using here = await withDashboard();
  const file = tokenFile(here.home);
  expect((await readFile(file, 'utf8')).trim()).toBe(here.dashboard.token);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(here.dashboard.token).toMatch(/^[\w-]{43}$/);
  expect(await loadToken(here.home)).toBe(here.dashboard.token);
  await writeFile(file, 'short');
  await expect(loadToken(here.home)).rejects.toMatchObject({ code: 'validation' });
});

test('first starts at the same time agree on one token', async () => {
  await using here = await withDashboard({ env: { DASHBOARD_TOKEN: 'one-that-was-chosen' } });
  const tokens = await Promise.all(Array.from({ length: 8 }, () => loadToken(here.home)));
  expect(new Set(tokens).size).toBe(1);
});

test('another address than loopback needs a token that was chosen', async () => {
  await expect(withDashboard({ env: { DASHBOARD_HOST: '0.0.0.0' } })).rejects.toMatchObject({ code: 'validation' });
  await using here = await withDashboard({
    env: { DASHBOARD_HOST: '0.0.0.0', DASHBOARD_TOKEN: 'one-that-was-chosen' },
  });
  expect(here.dashboard.url).toMatch(/^http:\/\/localhost:\d+\/$/);
  expect((await here.ask('GET /api/goals')).status).toBe(200);
});

test('a port that is taken is said to be, and by whom when it is a dashboard', async () => {
  await using here = await withDashboard();
  const { port } = new URL(here.dashboard.url);
  await expect(withDashboard({ env: { DASHBOARD_PORT: port } })).rejects.toThrow(
    /taken by another dashboard \(version 0/,
  );
});

test('with metrics switched off there is no /metrics', async () => {
  await using here = await withDashboard({ env: { ENABLE_METRICS: 'false' }, page: '/nowhere' });
  const { body } = await here.ask('GET /metrics');
  expect(body).not.toContain('# TYPE');
});
