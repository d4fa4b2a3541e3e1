import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildPage } from '../../../scripts/build-page.ts';
import { loadDriver } from '../../core/src/postgres/driver.ts';
import { type TestDashboard, withDashboard } from '../src/dashboard.fixture.ts';
import { findChromium, openBrowser, type TestBrowser } from './browser.fixture.ts';

const folder = fileURLToPath(new URL('../dist/page/', import.meta.url));
const waits = { timeout: 60_000, interval: 50 } as const;
const mostRows = 80;

const idOf = (prefix: string): string => `'${prefix}-' || lpad(n::text, greatest(4, length(n::text)), '0')`;
const statusOf = "('{pending,in_progress,completed,cancelled}'::text[])[1 + n % 4]";

/** Past the triggers, which would take minutes. A tenth of the tasks is of one goal, a tenth of those lies below another one. */
const seed = [
  'SET session_replication_role = replica',
  `INSERT INTO goals (seq, id, title, status, created_by) OVERRIDING SYSTEM VALUE
   SELECT n, ${idOf('GOAL')}, 'Goal number ' || n, ${statusOf}, 'test' FROM generate_series(1, 10000) n`,
  `INSERT INTO tasks (seq, id, goal_id, title, status, position, created_by, parent_task_id) OVERRIDING SYSTEM VALUE
   SELECT n, ${idOf('TASK')}, CASE WHEN n <= 10000 THEN 'GOAL-0001' ELSE 'GOAL-' || lpad((n % 9000 + 2)::text, 4, '0') END,
     'Step number ' || n, ${statusOf}, n, 'test', CASE WHEN n <= 10000 AND n % 10 = 0 THEN 'TASK-0001' END
   FROM generate_series(1, 100000) n`,
  `INSERT INTO events (at, type, goal_id, task_id, actor, after)
   SELECT now(), 'task_created', goal_id, id, 'test', jsonb_build_object('title', title, 'version', 1) FROM tasks WHERE seq <= 10000`,
  'SELECT index_items(ARRAY(SELECT id FROM tasks WHERE seq <= 2000))',
  'RESET session_replication_role',
  'ANALYZE',
];

/** Where to look: the parts that scroll, and how rows of one list are told from those of others. */
const lists: Record<
  string,
  { path: string; shows: string; scrolls?: string; lists?: string; act?: (page: Page) => Promise<void> }
> = {
  'the list of goals': { path: '/goals', shows: 'over 1,000 goals' },
  'the list of tasks': { path: '/goals?kind=tasks', shows: 'over 1,000 tasks' },
  'the board of goals': {
    path: '/goals?view=board',
    shows: 'Pending',
    scrolls: 'main section section > div',
    lists: 'main',
  },
  'the board of tasks': {
    path: '/goals?view=board&kind=tasks',
    shows: 'Pending',
    scrolls: 'main section section > div',
    lists: 'main',
  },
  'the tree of a goal with 10,000 tasks': { path: '/goals/GOAL-0001', shows: 'The first 5,000 of' },
  'the history of changes': { path: '/activity', shows: 'created' },
  'what a search finds': { path: '/goals?kind=tasks&q=step', shows: 'Step number' },
  'the command menu': {
    path: '/',
    shows: 'Goals in progress',
    scrolls: '[role=listbox]',
    lists: '[role=listbox]',
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('step');
      await page
        .getByRole('option', { name: /TASK-|GOAL-/ })
        .first()
        .waitFor();
    },
  },
};

/** Scrolls to a share of what there is, and answers how many rows the longest list has in the page two frames later. */
const look = `async ({ share, scrolls, lists }) => {
  const parts = scrolls ? [...document.querySelectorAll(scrolls)] : [document.documentElement];
  for (const part of parts) part.scrollTop = share * part.scrollHeight;
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  const rows = (list) => list.querySelectorAll('li, [role=option]').length;
  return Math.max(...[...document.querySelectorAll(lists)].map(rows));
}`;

const shares = [0, 0.1, 0.5, 0.9, 1, 1, 1, 0.3, 0.7, 1, 0];

const chromium = await findChromium();
if (chromium === undefined && process.env.REQUIRE_ALL === '1')
  throw new Error('REQUIRE_ALL=1, and there is no chromium.');

describe.skipIf(chromium === undefined)(
  'of 10,000 goals and 100,000 tasks at most 80 rows of a list are in the page',
  () => {
    const stack = new AsyncDisposableStack();
    const open: { here?: TestDashboard; browser?: TestBrowser } = {};
    beforeAll(async () => {
      await buildPage();
      const here = stack.use(await withDashboard({ page: folder }));
      const client = (await loadDriver()).client(
        { connectionString: here.db.url },
        { application: 'seed', connectionTimeoutMs: 10_000 },
      );
      await client.connect();
      for (const step of seed) await client.query(step);
      await client.end();
      open.here = here;
      open.browser = stack.use(await openBrowser(chromium ?? ''));
    });
    afterAll(() => stack.disposeAsync());

    for (const [name, { path, shows, scrolls, lists: within = 'ul[role=list], ol', act }] of Object.entries(lists)) {
      test(name, async () => {
        const { here, browser } = open;
        if (!here || !browser) throw new Error('nothing was opened');
        // Taller than most screens.
        const context = await browser.signIn(here.dashboard, { viewport: { width: 1600, height: 2400 } });
        const page = await context.newPage();
        await page.goto(new URL(path, here.dashboard.url).href);
        await page.getByText(shows).first().waitFor({ timeout: waits.timeout });
        await vi.waitFor(async () => expect(await page.locator('.skeleton').count()).toBe(0), waits);
        await act?.(page);
        const counts: number[] = [];
        for (const share of shares) {
          counts.push(await page.evaluate<number>(`(${look})(${JSON.stringify({ share, scrolls, lists: within })})`));
        }
        await context.close();
        expect(Math.max(...counts)).toBeLessThanOrEqual(mostRows);
        expect(Math.min(...counts)).toBeGreaterThan(5);
      });
    }
  },
);
