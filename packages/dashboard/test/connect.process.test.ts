import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { configFile, ourServers } from '@mcp-servers/core/connect';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { buildPage } from '../../../scripts/build-page.ts';
import { withDashboard, withHome } from '../src/dashboard.fixture.ts';
import { complaintsOf, findChromium, openBrowser, violationsOf } from './browser.fixture.ts';

const folder = fileURLToPath(new URL('../dist/page/', import.meta.url));
const chromium = await findChromium();
if (chromium === undefined && process.env.REQUIRE_ALL === '1')
  throw new Error('REQUIRE_ALL=1, and there is no chromium.');

beforeAll(buildPage, 60_000);

const text = '{\n\t"mcpServers": {\n\t\t"other": { "command": "x",  "env": { "TOKEN": "hunter2" } }\n\t}\n}';

/** What is wrong with what the page shows now, in both themes and at both widths. */
async function inLooks(page: Page): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      const tooWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
      const violations = await violationsOf(page);
      if (tooWide || violations.length > 0) found.push({ colorScheme, width, tooWide, violations });
    }
  }
  return found;
}

test('a client is connected from the page: seen, written, and taken back to the very bytes', async (context) => {
  if (chromium === undefined) return context.skip('SKIPPED: no chromium on the PATH');
  await using user = await withHome();
  const place = { platform: 'linux' as const, home: user.home, env: {} };
  const cursor = configFile('cursor', place);
  await mkdir(path.dirname(cursor));
  await writeFile(cursor, text);
  await writeFile(configFile('claude-code', place), '{\n  "a": 1,,\n}');
  await using here = await withDashboard({ page: folder, place });
  await using browser = await openBrowser(chromium);
  const signedIn = await browser.signIn(here.dashboard);
  const page = await signedIn.newPage();
  const complaints = complaintsOf(page);
  const see = (words: string | RegExp) => page.getByText(words).locator('visible=true').first().waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  await page.goto(new URL('/connect', here.dashboard.url).href);
  await page.getByRole('tab', { name: 'Claude Code' }).click();
  await see(/not valid JSON: .* at line 2, column 10/);
  expect(await button('Write to Claude Code').count()).toBe(0);
  expect(await inLooks(page)).toEqual([]);

  await page.getByRole('tab', { name: 'Cursor' }).click();
  await see(cursor);
  const change = page.getByRole('region', { name: 'What changes for Cursor' });
  expect(await change.textContent()).toContain('"goals": {');
  expect(await page.content()).not.toContain('hunter2');
  expect(await inLooks(page)).toEqual([]);

  await writeFile(cursor, `${text}\n`);
  await button('Write to Cursor').click();
  await see(/has changed since the change was shown/);
  expect(await readFile(cursor, 'utf8')).toBe(`${text}\n`);
  await writeFile(cursor, text);
  await page.reload();
  await page.getByRole('tab', { name: 'Cursor' }).click();

  await button('Write to Cursor').click();
  await see(/Written\./);
  await see(/Copy of before:/);
  await see('Cursor finds the change by itself');
  const { goals, other } = JSON.parse(await readFile(cursor, 'utf8')).mcpServers;
  expect(goals.args).toEqual([expect.stringMatching(/goals/)]);
  expect(other).toEqual({ command: 'x', env: { TOKEN: 'hunter2' } });
  const [backup = ''] = (await readdir(path.dirname(cursor))).filter((name) => name.includes('before-mcp-servers'));
  expect(await readFile(path.join(path.dirname(cursor), backup), 'utf8')).toBe(text);
  expect((await readdir(user.home)).toSorted()).toEqual(['.claude.json', '.cursor']);
  await page.waitForFunction("document.activeElement.textContent.startsWith('Written')");
  expect(await inLooks(page)).toEqual([]);

  await here.dashboard.parts.servers.poll();
  await page.goto(new URL('/servers/goals', here.dashboard.url).href);
  await see('Asleep');
  await see('Configured in Cursor');
  expect(await inLooks(page)).toEqual([]);

  await page.getByRole('link', { name: 'Connect another client' }).click();
  await page.getByRole('tab', { name: 'Cursor' }).click();
  await see(`Cursor has the servers: ${ourServers.map(({ name }) => name).join(', ')}.`);
  await button('Undo').click();
  await see('Taken back.');
  expect(await readFile(cursor, 'utf8')).toBe(text);
  await button('Write to Cursor').waitFor();
  // What the file answered to a change it was not shown for is told to the console, too.
  expect(complaints.filter((complaint) => !/status of 409/.test(complaint))).toEqual([]);
  await signedIn.close();
});

test('where nothing may be written the page says why, and shows what to paste', async (context) => {
  if (chromium === undefined) return context.skip('SKIPPED: no chromium on the PATH');
  await using here = await withDashboard({ page: folder });
  await using browser = await openBrowser(chromium);
  const signedIn = await browser.signIn(here.dashboard);
  const page = await signedIn.newPage();
  await page.goto(new URL('/connect', here.dashboard.url).href);
  await page.getByText('runs in a container').waitFor();
  await page.getByRole('region', { name: 'Configuration for Claude Desktop' }).waitFor();
  expect(await page.getByRole('button', { name: /^Write/ }).count()).toBe(0);
  expect(await inLooks(page)).toEqual([]);
  await signedIn.close();
});
