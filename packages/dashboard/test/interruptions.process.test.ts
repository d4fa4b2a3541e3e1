import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, withCuttingProxy, withDatabase } from '@mcp-servers/core/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, type TestContext, test, vi } from 'vitest';
import { buildPage } from '../../../scripts/build-page.ts';
import { type TestDashboard, withDashboard, withHome } from '../src/dashboard.fixture.ts';
import { readStream } from '../src/live/stream.fixture.ts';
import { type SpawnedDashboard, spawnDashboard } from '../src/spawn.fixture.ts';
import { complaintsOf, findChromium, openBrowser, type TestBrowser } from './browser.fixture.ts';
import { listenIn, placesOf, witnessOf } from './listening-page.fixture.ts';
import { type Network, withNetwork } from './network.fixture.ts';
import { spawnWriter } from './writer.fixture.ts';

const folder = fileURLToPath(new URL('../dist/page/', import.meta.url));
/** Streams that begin within a second of another share its snapshot, and so begin where it did. */
const sharedMs = 1100;
const changesPerBreak = 100;
const waits = { timeout: 60_000, interval: 50 } as const;
const badge = (word: string) => `[role=status][title]:text-is("${word}")`;
/** What a browser itself writes when a request finds no one, or the dashboard says that its database is away. */
const networkComplaint = /^Failed to load resource: (net::ERR_|the server responded with a status of 503)/;

beforeAll(buildPage, 60_000);

const chromium = await findChromium();
if (chromium === undefined && process.env.REQUIRE_ALL === '1')
  throw new Error('REQUIRE_ALL=1, and there is no chromium.');
const started: { browser?: Promise<TestBrowser> } = {};
const shared = (file: string): Promise<TestBrowser> => (started.browser ??= openBrowser(file));
afterAll(async () => (await started.browser)?.[Symbol.asyncDispose]());

function browserTest(name: string, run: (browser: TestBrowser, context: TestContext) => Promise<void>): void {
  test(name, { timeout: 300_000 }, async (context) => {
    if (chromium === undefined) context.skip('SKIPPED: no chromium on the PATH');
    else await run(await shared(chromium), context);
  });
}

interface Shown {
  id: string;
  title: string;
  status: string;
  percent: number | null;
}

/** The goals or tasks that a page shows, in the order in which it shows them. */
const shownOn = (page: Page): Promise<Shown[]> =>
  page.evaluate(`[...document.querySelectorAll('main li:has([aria-label^="Status of"])')]
    .sort((a, b) => Number(a.dataset.index ?? 0) - Number(b.dataset.index ?? 0))
    .map((row) => {
      const [id, title] = [...row.querySelectorAll('[data-row] .font-mono, [data-row] [title]')].map((part) => part.textContent);
      const status = row.querySelector('[aria-label^="Status of"]').getAttribute('aria-label').split(': ')[1];
      const bar = row.querySelector('[role=progressbar]');
      return { id, title, status, percent: bar && Number(bar.getAttribute('aria-valuenow')) };
    })`);

/** The same of the database: goals, or the tasks of one. */
function shownOfGoals({ database }: TestDatabase, only: string): Promise<Shown[]> {
  return database.query<Shown>({
    name: `shown_goals_${only.length}`,
    text: `SELECT g.id, g.title, replace(g.status, '_', ' ') AS status,
        round(100.0 * count(t.id) FILTER (WHERE t.status = 'completed') / nullif(count(t.id) FILTER (WHERE t.status <> 'cancelled'), 0))::int AS percent
      FROM goals g LEFT JOIN tasks t ON t.goal_id = g.id AND t.deleted_at IS NULL
      WHERE g.deleted_at IS NULL ${only} GROUP BY g.id ORDER BY g.updated_at DESC, g.seq DESC`,
  });
}

const shownOfTasks = ({ database }: TestDatabase, goal: string): Promise<Shown[]> =>
  database.query<Shown>({
    name: 'shown_tasks',
    text: `SELECT id, title, replace(status, '_', ' ') AS status, NULL AS percent FROM tasks
      WHERE goal_id = '${goal}' AND deleted_at IS NULL ORDER BY position, seq`,
  });

/** `transaction:event` of each change there was, in order. */
async function placesInLog({ database }: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ place: string }>({
    name: 'places',
    text: "SELECT xid || ':' || id AS place FROM events ORDER BY xid, id",
  });
  return rows.map(({ place }) => place);
}

browserTest(
  'a page is given each of 1,000 changes once and in order, and shows what there is, while everything breaks in turn',
  async (browser) => {
    await using at = await withHome();
    await using db = await withDatabase();
    await using toDatabase = await withCuttingProxy({ connectionString: db.url });
    const { pathname, username, password } = new URL(db.url);
    const env = {
      MCP_SERVERS_HOME: at.home,
      DATABASE_URL: `postgres://${username}:${password}@127.0.0.1:${toDatabase.port}${pathname}`,
    };
    await using dashboards = new AsyncDisposableStack();
    let dashboard: SpawnedDashboard = dashboards.use(await spawnDashboard(env));
    await using network = await withNetwork(() => dashboard.url);
    await using writer = spawnWriter(db, at.home);
    await writer.make(8);

    const context = await browser.signIn(
      { url: network.url, token: dashboard.token },
      { viewport: { width: 1280, height: 3000 } },
    );
    context.setDefaultTimeout(waits.timeout);
    await listenIn(context);
    const paths = ['/goals', '/', '/goals/GOAL-0001'];
    const open = async (address: string) => {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(new URL(address, network.url).href);
      await page.waitForSelector(badge('Live'));
      return { page, complaints };
    };
    const opened = [await open(paths[0] ?? ''), await open(paths[1] ?? ''), await open(paths[2] ?? '')] as const;
    const pages = opened.map(({ page }) => page);
    const before = new Set(await placesInLog(db));
    const all = (word: string) => Promise.all(pages.map((page) => page.waitForSelector(badge(word))));

    const endSessions = () =>
      db.database.query({
        name: 'end_sessions',
        text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mcp-servers/dashboard' AND datname = current_database()",
      });
    /** Each breaks something and answers how to mend it. */
    const breaks: (() => Promise<() => unknown>)[] = [
      async () => {
        await dashboard.end('SIGKILL');
        await all('Reconnecting');
        return async () => {
          dashboard = dashboards.use(await spawnDashboard(env));
        };
      },
      async () => {
        await endSessions();
        return () => {};
      },
      async () => {
        network.become('cut');
        await all('Reconnecting');
        return () => network.become('open');
      },
      async () => {
        toDatabase.open = false;
        await endSessions();
        return () => {
          toDatabase.open = true;
        };
      },
      async () => {
        await context.setOffline(true);
        // A browser that goes offline may keep the connections it has.
        network.become('cut');
        await all('Reconnecting');
        network.become('open');
        return () => context.setOffline(false);
      },
    ];
    const given = (): Promise<number> => opened[0].page.evaluate('window.witness.given.length');
    for (const breakIt of [...breaks, ...breaks]) {
      const had = await given();
      const made = writer.make(changesPerBreak);
      await vi.waitFor(async () => expect(await given()).toBeGreaterThan(had + 10), waits);
      const mend = await breakIt();
      await made;
      await mend();
      await all('Live');
    }

    const told = (await placesInLog(db)).filter((place) => !before.has(place));
    expect(told.length).toBeGreaterThanOrEqual(2 * breaks.length * changesPerBreak);
    for (const [index, page] of pages.entries()) {
      await vi.waitFor(
        async () => expect(placesOf(await witnessOf(page)).length, paths[index]).toBeGreaterThanOrEqual(told.length),
        waits,
      );
      const witness = await witnessOf(page);
      expect(witness.badge.filter((word) => word !== 'Stale').join(' ')).toMatch(
        /^(Connecting )?Live( Reconnecting Live){6,}$/,
      );
    }
    const [list, home, detail] = pages as [Page, Page, Page];
    const goals = await shownOfGoals(db, '');
    await vi.waitFor(async () => expect(await shownOn(list)).toEqual(goals), waits);
    expect(await list.getByText(`${goals.length} goals`, { exact: true }).count()).toBe(1);
    const inProgress = await shownOfGoals(db, "AND g.status = 'in_progress'");
    await vi.waitFor(async () => expect(await shownOn(home)).toEqual(inProgress.slice(0, 8)), waits);
    const tasks = await shownOfTasks(db, 'GOAL-0001');
    await vi.waitFor(async () => expect(await shownOn(detail)).toEqual(tasks), waits);
    for (const page of pages) expect(placesOf(await witnessOf(page))).toEqual(told);
    expect(opened.flatMap(({ complaints }) => complaints.filter((text) => !networkComplaint.test(text)))).toEqual([]);
    await context.close();
  },
);

interface OpenPage extends AsyncDisposable {
  page: Page;
  here: TestDashboard;
  network: Network;
}

/** The list of goals with one of four tasks, before it is opened. */
async function withGoal(browser: TestBrowser): Promise<OpenPage> {
  await using made = new AsyncDisposableStack();
  const here = made.use(await withDashboard({ page: folder }));
  const tasks = ['a', 'b', 'c', 'd'].map((title) => ({ title }));
  await here.ask('POST /api/goals', { body: { title: 'A goal', tasks } });
  const network = made.use(await withNetwork(() => here.dashboard.url));
  const context = await browser.signIn({ url: network.url, token: here.dashboard.token });
  made.defer(() => context.close());
  context.setDefaultTimeout(waits.timeout);
  const page = await context.newPage();
  const stack = made.move();
  return { page, here, network, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const rename = ({ here }: OpenPage, title: string) => here.ask('PATCH /api/goals/GOAL-0001', { body: { title } });

browserTest('what could not be read again after a change is read when the stream is back', async (browser) => {
  await using opened = await withGoal(browser);
  const { page, here, network } = opened;
  await page.goto(new URL('/goals', network.url).href);
  await page.waitForSelector(badge('Live'));
  await page.getByText('0/4').waitFor();
  await page.route('**/api/goals*', (route) => route.abort());
  const given = { up: 0 };
  page.on('requestfailed', () => {
    given.up += 1;
  });
  // Progress is in no message: it has to be read.
  await here.ask('PATCH /api/tasks/TASK-0001', { body: { status: 'completed' } });
  await vi.waitFor(() => expect(given.up).toBeGreaterThanOrEqual(3), waits);
  network.become('cut');
  await page.waitForSelector(badge('Reconnecting'));
  await page.unroute('**/api/goals*');
  network.become('open');
  await page.getByText('1/4').waitFor();
});

browserTest('a change between the first reading and the beginning of the stream is shown', async (browser) => {
  await using opened = await withGoal(browser);
  const { page, here, network } = opened;
  const stream = readStream(() => here.dashboard);
  await stream.until(({ message }) => message.type === 'snapshot');
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route('**/events*', async (route) => {
    await promise;
    await route.continue();
  });
  await page.goto(new URL('/goals', network.url).href);
  await page.getByText('A goal').waitFor();
  await rename(opened, 'Changed meanwhile');
  await stream.until(({ id }) => id !== undefined);
  await stream.close();
  await sleep(sharedMs);
  resolve();
  await page.getByText('Changed meanwhile').waitFor();
});

browserTest('where nothing arrives and nothing breaks, the page tries again until something does', async (browser) => {
  await using opened = await withGoal(browser);
  const { page, network } = opened;
  await page.clock.install();
  await page.goto(new URL('/goals', network.url).href);
  await page.clock.runFor(1000);
  await page.waitForSelector(badge('Live'));
  network.become('silent');
  const tries: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/events')) tries.push(request.url());
  });
  await rename(opened, 'Changed in silence');
  await vi.waitFor(async () => {
    await page.clock.runFor(10_000);
    expect(tries.length).toBeGreaterThan(1);
  }, waits);
  await page.waitForSelector(badge('Stale'));
  network.become('open');
  const shown = page.getByText('Changed in silence');
  await vi.waitFor(async () => {
    await page.clock.runFor(10_000);
    expect(await shown.count()).toBe(1);
  }, waits);
  await page.waitForSelector(badge('Live'));
});
