import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadConfig } from '@mcp-servers/core';
import { openStore } from '@mcp-servers/goals';
import { createGoal } from '@mcp-servers/goals/work';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest';
import { buildPage } from '../../../scripts/build-page.ts';
import { DashboardSettings } from '../src/config.ts';
import { silent, type TestDashboard, type TestOptions, withDashboard } from '../src/dashboard.fixture.ts';
import { spawnGoals } from '../src/spawn.fixture.ts';
import { startDashboard } from '../src/start.ts';
import { complaintsOf, findChromium, openBrowser, type TestBrowser, violationsOf } from './browser.fixture.ts';

const folder = fileURLToPath(new URL('../dist/page/', import.meta.url));
const firstLoadBytes = 150_000;
const token = 'a-token-for-the-tests';
const waits = { timeout: 20_000, interval: 50 } as const;

beforeAll(buildPage, 60_000);

test('what the first load asks for stays under 150 KB as it is sent, and nothing of it is inline', async () => {
  const html = await readFile(path.join(folder, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name = '']) => name);
  const sizes = await Promise.all(files.map(async (name) => gzipSync(await readFile(path.join(folder, name))).length));
  const total = sizes.reduce((sum, size) => sum + size, gzipSync(html).length);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((name) => !/^assets\/[\w-]+-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
  expect(total).toBeLessThan(firstLoadBytes);
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|https?:\/\//);
});

const chromium = await findChromium();
if (chromium === undefined && process.env.REQUIRE_ALL === '1')
  throw new Error('REQUIRE_ALL=1, and there is no chromium.');

/** A test in a real browser. Without one it is skipped and says so. */
function browserTest(name: string, run: (browser: TestBrowser, context: TestContext) => Promise<void>): void {
  test(name, async (context) => {
    if (chromium === undefined) context.skip('SKIPPED: no chromium on the PATH');
    else await run(await shared(chromium), context);
  });
}

const started: { browser?: Promise<TestBrowser> } = {};
const shared = (file: string): Promise<TestBrowser> => (started.browser ??= openBrowser(file));
afterAll(async () => (await started.browser)?.[Symbol.asyncDispose]());

const withPage = (options: TestOptions = {}): Promise<TestDashboard> =>
  withDashboard({ page: folder, ...options, env: { DASHBOARD_CREATE_PER_MINUTE: '10000', ...options.env } });

const plan = {
  title: 'Open a small web shop',
  description: 'Nested tasks, and links that say what waits for what.',
  priority: 'high',
  due_at: '2020-01-02',
  tags: ['example', 'shop'],
  tasks: [
    { title: 'Design', ref: 'design', subtasks: [{ title: 'Draw the data model', ref: 'model' }] },
    { title: 'Write the API', ref: 'api', blocked_by: ['model'], acceptance: ['it answers'] },
    { title: 'Go live', blocked_by: ['api'], priority: 'critical' },
  ],
};

/** A goal in each status, with a plan, a note and a server that runs. */
async function fill(here: TestDashboard): Promise<void> {
  await here.ask('POST /api/goals', { body: plan });
  for (const status of ['in_progress', 'completed', 'cancelled']) {
    await here.ask('POST /api/goals', { body: { title: `One that is ${status}`, tasks: [{ title: 'A step' }] } });
  }
  for (const [id, status] of [
    ['GOAL-0001', 'in_progress'],
    ['GOAL-0002', 'in_progress'],
    ['GOAL-0003', 'completed'],
    ['GOAL-0004', 'cancelled'],
  ]) {
    await here.ask(`PATCH /api/goals/${id}`, { body: { status, open_tasks: 'complete' } });
  }
}

const screens: Record<string, { path: string; shows: string }> = {
  home: { path: '/', shows: 'Goals in progress' },
  'goals as a list': { path: '/goals', shows: 'Open a small web shop' },
  'goals as a board': { path: '/goals?view=board', shows: 'Open a small web shop' },
  tasks: { path: '/goals?kind=tasks', shows: 'Write the API' },
  'goals filtered to nothing': { path: '/goals?q=xyzzy', shows: 'No goals match these filters' },
  'a goal': { path: '/goals/GOAL-0001', shows: 'Draw the data model' },
  'a task': { path: '/tasks/TASK-0003', shows: 'Waits for' },
  'a server': { path: '/servers/goals', shows: 'Latency, last hour' },
  changes: { path: '/activity', shows: 'created' },
  'tool calls': { path: '/activity?show=calls', shows: 'get_items' },
  connect: { path: '/connect', shows: 'Claude Code' },
  'no such page': { path: '/nothing', shows: 'There is no such page' },
};

/** What lies above a screen. */
const overlays: Record<string, { role: 'dialog' | 'menu'; show: (page: Page) => Promise<void> }> = {
  'the command menu': { role: 'dialog', show: (page) => page.keyboard.press('Control+k') },
  'the list of keys': { role: 'dialog', show: (page) => page.keyboard.press('?') },
  'the form of a new goal': { role: 'dialog', show: (page) => page.keyboard.press('c') },
  'the menu of a status': {
    role: 'menu',
    show: (page) => page.getByRole('button', { name: 'Status of GOAL-0001' }).click(),
  },
};

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 360].map((width) => ({ colorScheme, width })),
);

/** What is wrong with what the page shows now, in both themes and at both widths. */
async function inLooks(page: Page, chosen = looks): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { colorScheme, width } of chosen) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    const violations = await violationsOf(page);
    const tooWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    if (violations.length > 0 || tooWide) found[`${colorScheme} ${width}`] = { violations, tooWide };
  }
  return found;
}

describe.skipIf(chromium === undefined)(
  'in light and dark, at 1280 and 360 px, axe finds nothing and the console is quiet',
  () => {
    const stack = new AsyncDisposableStack();
    const open: { page?: Page; url?: string } = {};
    beforeAll(async () => {
      const here = stack.use(await withPage());
      await fill(here);
      const goals = await spawnGoals({ MCP_SERVERS_HOME: here.home, DATABASE_URL: here.db.url });
      stack.defer(() => goals.end());
      await vi.waitFor(
        async () => expect((await here.ask('GET /api/servers/goals')).body.state).toBe('healthy'),
        waits,
      );
      const context = await (await shared(chromium ?? '')).signIn(here.dashboard);
      stack.defer(() => context.close());
      open.page = await context.newPage();
      open.url = here.dashboard.url;
    });
    afterAll(() => stack.disposeAsync());

    async function visit(address: string): Promise<{ page: Page; complaints: string[] }> {
      const { page, url } = open;
      if (!page || url === undefined) throw new Error('The page did not open.');
      page.removeAllListeners();
      const complaints = complaintsOf(page);
      await page.goto(new URL(address, url).href);
      return { page, complaints };
    }

    for (const [name, { path: address, shows }] of Object.entries(screens)) {
      test(name, async () => {
        const { page, complaints } = await visit(address);
        await page.getByText(shows).locator('visible=true').first().waitFor();
        await vi.waitFor(async () => expect(await page.locator('.skeleton').count()).toBe(0), waits);
        expect(await inLooks(page)).toEqual({});
        expect(complaints).toEqual([]);
      });
    }

    for (const [name, { role, show }] of Object.entries(overlays)) {
      test(name, async () => {
        const { page, complaints } = await visit('/goals');
        await page.getByText('Open a small web shop').waitFor();
        await show(page);
        await page.getByRole(role).waitFor();
        expect(await inLooks(page, [...looks.slice(0, 1), ...looks.slice(-1)])).toEqual({});
        expect(complaints).toEqual([]);
      });
    }
  },
);

browserTest('a fresh install leads to Connect', async (browser) => {
  await using here = await withPage();
  const context = await browser.signIn(here.dashboard);
  const page = await context.newPage();
  await page.goto(here.dashboard.url);
  await page.getByRole('link', { name: 'Connect a client' }).click();
  await page.getByRole('heading', { name: 'Connect' }).waitFor();
  await context.close();
});

browserTest(
  'everything can be done with the keyboard alone: create, edit, complete, undo, search, the command menu',
  async (browser) => {
    await using here = await withPage();
    const context = await browser.signIn(here.dashboard);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const { keyboard } = page;
    const goal = async (id: string) => (await here.ask(`GET /api/goals/${id}`)).body.goal;
    const becomes = (id: string, fields: object) =>
      vi.waitFor(async () => expect(await goal(id)).toMatchObject(fields), waits);

    await page.goto(new URL('/goals', here.dashboard.url).href);
    await page.getByText('No goals yet').waitFor();
    await keyboard.press('c');
    await page.getByRole('dialog', { name: 'New goal' }).waitFor();
    await keyboard.type('Ship it');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: /Ship it/ }).waitFor();

    await keyboard.press('e');
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await keyboard.press('Control+a');
    await keyboard.type('Ship it well');
    await keyboard.press('Enter');
    await becomes('GOAL-0001', { title: 'Ship it well' });

    await keyboard.press('c');
    await page.getByRole('dialog', { name: 'New task' }).waitFor();
    await keyboard.type('Pack it');
    await keyboard.press('Enter');
    await page.getByRole('link', { name: /Pack it/ }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await keyboard.press('j');
    await page.locator('[data-row]:focus').waitFor();
    await keyboard.press('x');
    await vi.waitFor(
      async () => expect((await here.ask('GET /api/tasks/TASK-0001')).body.task.status).toBe('completed'),
      waits,
    );
    await page.getByText('TASK-0001 completed').waitFor();
    await keyboard.press('u');
    await vi.waitFor(
      async () => expect((await here.ask('GET /api/tasks/TASK-0001')).body.task.status).toBe('pending'),
      waits,
    );

    // Not only stored: a menu opened before the page knows begins at the former status.
    await page.getByRole('button', { name: 'Status of TASK-0001: pending' }).focus();
    await keyboard.press('Enter');
    await page.locator('[role="menuitemradio"]:focus', { hasText: 'Pending' }).waitFor();
    await keyboard.press('ArrowDown');
    await page.locator('[role="menuitemradio"]:focus', { hasText: 'In progress' }).waitFor();
    await keyboard.press('Enter');
    await vi.waitFor(
      async () => expect((await here.ask('GET /api/tasks/TASK-0001')).body.task.status).toBe('in_progress'),
      waits,
    );
    await page.locator('[aria-label^="Status of TASK-0001"]:focus').waitFor();

    await keyboard.press('2');
    await page.getByRole('searchbox').waitFor();
    await keyboard.press('/');
    await keyboard.type('nothing like it');
    await page.getByText('No goals match these filters').waitFor();
    await keyboard.press('Control+a');
    await keyboard.type('ship');
    await page.getByRole('link', { name: /Ship it well/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('ship');

    await keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await keyboard.type('pack');
    await page.getByRole('option', { name: /Pack it/ }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: /Pack it/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/tasks/TASK-0001');
    expect(complaints).toEqual([]);
    await context.close();
  },
);

browserTest('closing a goal with open tasks asks what becomes of them', async (browser) => {
  await using here = await withPage();
  await fill(here);
  const context = await browser.signIn(here.dashboard);
  const page = await context.newPage();
  await page.goto(new URL('/goals/GOAL-0001', here.dashboard.url).href);
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await page.getByText('4 open tasks').waitFor();
  await page.getByRole('button', { name: 'Complete the tasks' }).click();
  await vi.waitFor(async () => {
    const { goal, progress } = (await here.ask('GET /api/goals/GOAL-0001')).body;
    expect([goal.status, progress.completed]).toEqual(['completed', 4]);
  }, waits);
  await context.close();
});

browserTest('a deleted goal is gone from the list, and back after undo', async (browser) => {
  await using here = await withPage();
  await fill(here);
  const context = await browser.signIn(here.dashboard);
  const page = await context.newPage();
  await page.goto(new URL('/goals/GOAL-0001', here.dashboard.url).href);
  await page.getByRole('button', { name: 'Delete GOAL-0001' }).click();
  await page.getByText('4 tasks below it').waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'Goals' }).waitFor();
  const link = page.getByRole('link', { name: /Open a small web shop/ });
  await link.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await link.waitFor();
  await context.close();
});

browserTest('what another process changes appears in every open page without a reload', async (browser) => {
  await using here = await withPage();
  await fill(here);
  const contexts = await Promise.all([browser.signIn(here.dashboard), browser.signIn(here.dashboard)]);
  const [list, detail] = await Promise.all(contexts.map((context) => context.newPage()));
  if (!list || !detail) throw new Error('no pages');
  await list.goto(new URL('/goals', here.dashboard.url).href);
  await detail.goto(new URL('/goals/GOAL-0001', here.dashboard.url).href);
  await Promise.all(
    [list, detail].map((page) =>
      page.getByRole('status').getByText('Live').or(page.getByText('Live')).first().waitFor(),
    ),
  );
  await detail.getByText('Write the API').waitFor();

  await here.ask('PATCH /api/goals/GOAL-0001', { body: { title: 'Open a large web shop' } });
  await Promise.all([list, detail].map((page) => page.getByText('Open a large web shop').first().waitFor()));
  await here.ask('PATCH /api/tasks/TASK-0003', { body: { title: 'Write the whole API' } });
  await detail.getByRole('link', { name: /Write the whole API/ }).waitFor();
  await here.ask('POST /api/goals', { body: { title: 'A new one' } });
  await list.getByText('A new one').waitFor();
  await here.ask('DELETE /api/goals/GOAL-0002');
  await list.getByText('One that is in_progress').waitFor({ state: 'detached' });
  await Promise.all(contexts.map((context) => context.close()));
});

browserTest('a page whose dashboard was restarted says so, and then shows what it missed', async (browser) => {
  await using here = await withPage({ env: { DASHBOARD_TOKEN: token } });
  await fill(here);
  const { url } = here.dashboard;
  const context = await browser.signIn(here.dashboard, { extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  const page = await context.newPage();
  await page.goto(new URL('/goals', url).href);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Open a small web shop').waitFor();

  await here.dashboard.close();
  await page.getByText('Reconnecting').waitFor();
  const call = { caller: { actor: 'bo', client: undefined, instance: 'test' }, signal: AbortSignal.timeout(10_000) };
  await createGoal(openStore(here.db.database, silent), { title: 'Made meanwhile' }, call);
  const settings = { MCP_SERVERS_HOME: here.home, DATABASE_URL: here.db.url, DASHBOARD_TOKEN: token };
  const config = loadConfig(DashboardSettings, { ...settings, DASHBOARD_PORT: new URL(url).port });
  const again = await startDashboard({ config, log: silent, page: folder });
  try {
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Made meanwhile').waitFor();
  } finally {
    await context.close();
    await again.close();
  }
});

/** The goal's page in a browser that is told of no change, as between two messages. */
async function unawares(browser: TestBrowser, here: TestDashboard) {
  await fill(here);
  const context = await browser.signIn(here.dashboard);
  const page = await context.newPage();
  await page.route('**/events*', (route) => route.abort());
  await page.goto(new URL('/goals/GOAL-0001', here.dashboard.url).href);
  return { context, page, dialog: page.getByRole('dialog', { name: /was changed by someone else/ }) };
}

browserTest(
  'an edit of what someone else has changed meanwhile is not saved, shows both, and can be saved anyway',
  async (browser) => {
    await using here = await withPage();
    const { context, page, dialog } = await unawares(browser, here);
    await page.getByRole('button', { name: /^Title:/ }).click();
    await here.ask('PATCH /api/goals/GOAL-0001', { body: { title: 'Theirs' } });
    await page.getByRole('textbox', { name: 'Title' }).fill('Mine');
    await page.keyboard.press('Enter');
    await dialog.getByText('ann changed title: Open a small web shop → Theirs').waitFor();
    await dialog.getByText('Mine', { exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect((await here.ask('GET /api/goals/GOAL-0001')).body.goal.title).toBe('Theirs');
    await dialog.getByRole('button', { name: 'Save mine anyway' }).click();
    const saved = async () => expect((await here.ask('GET /api/goals/GOAL-0001')).body.goal.title).toBe('Mine');
    await vi.waitFor(saved, waits);
    await context.close();
  },
);

browserTest(
  'who looks again at what someone else changed finds what they had written, until it is saved or discarded',
  async (browser) => {
    await using here = await withPage();
    const { context, page, dialog } = await unawares(browser, here);
    const row = page.getByRole('link', { name: /Write the API/ });
    await row.focus();
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: 'Edit TASK-0003' }).waitFor();
    await here.ask('PATCH /api/tasks/TASK-0003', { body: { title: 'Theirs' } });
    await page.getByRole('textbox', { name: 'Title' }).fill('What I wrote');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('heading', { name: /Theirs/ }).waitFor();
    await page.getByText('Not saved: What I wrote').waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /What I wrote/ }).waitFor();
    await page.getByText('TASK-0003 renamed').waitFor();
    expect((await here.ask('GET /api/tasks/TASK-0003')).body.task.title).toBe('What I wrote');
    expect(await page.getByText('Not saved:').count()).toBe(0);
    await context.close();
  },
);

browserTest(
  'a row of a tree is not changed or deleted over a newer change, and quick changes of one hand do not collide',
  async (browser) => {
    await using here = await withPage();
    const { context, page, dialog } = await unawares(browser, here);
    const task = async () => (await here.ask('GET /api/tasks/TASK-0001')).body.task;
    const row = page.getByRole('link', { name: /Draw the data model/ });
    await row.focus();
    const hold = Promise.withResolvers<void>();
    await page.route('**/api/tasks/TASK-0002', async (route) => {
      await hold.promise;
      await route.continue();
    });
    for (const status of ['completed', 'pending', 'completed']) {
      await page.keyboard.press('x');
      await page.getByRole('button', { name: `Status of TASK-0002: ${status}` }).waitFor();
    }
    hold.resolve();
    await vi.waitFor(async () => expect((await here.ask('GET /api/tasks/TASK-0002')).body.task.version).toBe(4), waits);
    expect(await dialog.count()).toBe(0);

    const { version } = await task();
    await here.ask('PATCH /api/tasks/TASK-0001', { body: { priority: 'low' } });
    await page
      .getByRole('link', { name: /Design/ })
      .first()
      .focus();
    await page.keyboard.press('x');
    await dialog.getByText('ann changed priority: medium → low').waitFor();
    expect(await task()).toMatchObject({ status: 'pending', version: version + 1 });
    await dialog.getByRole('button', { name: 'Look again' }).click();

    await page.getByRole('heading', { name: /Design/ }).waitFor();
    await vi.waitFor(
      async () => expect(await page.getByRole('button', { name: /Priority of TASK-0001: low/ }).count()).toBe(1),
      waits,
    );
    await here.ask('PATCH /api/tasks/TASK-0001', { body: { priority: 'high' } });
    await page.getByRole('button', { name: 'Delete TASK-0001' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByText('Nothing of yours was deleted.', { exact: false }).waitFor();
    expect((await task()).deleted_at).toBeUndefined();
    await dialog.getByRole('button', { name: 'Delete anyway' }).click();
    await vi.waitFor(async () => expect((await task()).deleted_at).toBeDefined(), waits);
    await context.close();
  },
);
