// Draws docs/dashboard-*.webp from the real dashboard, two agents at work on a store of its own, in a real Chromium.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedPostgres } from '../packages/core/src/embedded/index.ts';
import { createLog, loadConfig, UnavailableError } from '../packages/core/src/index.ts';
import { DashboardSettings } from '../packages/dashboard/src/config.ts';
import { type Dashboard, startDashboard } from '../packages/dashboard/src/start.ts';
import { findChromium, openBrowser } from '../packages/dashboard/test/browser.fixture.ts';
import { buildPage } from './build-page.ts';
import { repository } from './bundle.ts';
import { type Agent, connectAgent, fillStore } from './picture-store.ts';

const screens = { home: '/', goals: '/goals', board: '/goals?view=board' };
const viewport = { width: 1280, height: 800 };
/** A beat every five seconds; half a strip of them looks like a server at work. */
const beatsMs = 150_000;
const log = createLog({ name: 'pictures', level: 'warn' });

/** Calls like those of agents at work, until the strip of heartbeats has filled. */
async function work(agents: readonly Agent[]): Promise<void> {
  for (const end = Date.now() + beatsMs; Date.now() < end; await sleep(1000)) {
    for (const { ask } of agents) {
      await ask('next_tasks', {});
      await ask('find_items', { text: 'invoice' });
    }
  }
}

async function draw(dashboard: Dashboard, executablePath: string): Promise<void> {
  await using browser = await openBrowser(executablePath);
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.signIn(dashboard, { colorScheme, viewport });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    for (const [name, address] of Object.entries(screens)) {
      await page.goto(new URL(address, dashboard.url).href);
      await page.getByText('Move billing').first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      await page.getByText('Live', { exact: true }).waitFor();
      const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
      const file = path.join(repository, 'docs', `dashboard-${name}-${colorScheme}.webp`);
      await writeFile(file, Buffer.from(data, 'base64'));
    }
    await context.close();
  }
}

const executablePath = await findChromium();
if (executablePath === undefined) throw new UnavailableError('There is no chromium on the PATH.');
await buildPage();
const folder = await mkdtemp(path.join(tmpdir(), 'mcp-pictures-'));
// As root, the database's own user must be able to enter.
await chmod(folder, 0o711);
const home = path.join(folder, 'home');
try {
  const env = { MCP_SERVERS_HOME: home, DASHBOARD_PORT: '0', GOALS_ACTOR: 'ann' };
  const dashboard = await startDashboard({ config: loadConfig(DashboardSettings, env), log });
  try {
    await using atlas = await connectAgent('atlas', home);
    await using birch = await connectAgent('birch', home);
    await fillStore(atlas, birch);
    await work([atlas, birch]);
    await draw(dashboard, executablePath);
  } finally {
    await dashboard.close();
  }
} finally {
  await embeddedPostgres({ home, log }).stop('immediate');
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
