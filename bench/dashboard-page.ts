import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { openBrowser, type TestBrowser } from '../packages/dashboard/test/browser.fixture.ts';
import { goalsServer } from './build-floors.ts';
import { spawnServer } from './client.ts';
import { type BarePage, type RunningDashboard, startBarePage } from './dashboard-process.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { median, percentile, summarize } from './stats.ts';

type BrowserContext = Awaited<ReturnType<TestBrowser['signIn']>>;
type Page = Awaited<ReturnType<BrowserContext['newPage']>>;

interface PageBench extends Pick<BenchOptions, 'quick' | 'note'> {
  dashboard: RunningDashboard;
  client: ClientBase;
  home: string;
  chromium: string;
  goals: number;
}

interface Opened extends PageBench {
  browser: TestBrowser;
  bare: BarePage;
}

/** What a person waits for, in a real Chromium: a change, the first look, a long list. */
export async function pageFigures(bench: PageBench): Promise<Figure[]> {
  await using browser = await openBrowser(bench.chromium);
  await using bare = await startBarePage();
  const opened = { ...bench, browser, bare };
  return [...(await changes(opened)), ...(await firstLooks(opened)), ...(await scrolling(opened))];
}

/** Resolves with the time of the clock at which the page shows the text. */
const watchFor = `window.shown = (text) => new Promise((resolve) => {
  const look = () => document.body.textContent.includes(text) && (watch.disconnect(), resolve(Date.now()));
  const watch = new MutationObserver(look);
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: false });
  look();
})`;

/** A tool's change over stdio until the page shows it, from the time PostgreSQL gave the commit; in turns with a bare stream. */
async function changes({ dashboard, client, home, browser, bare, quick, note }: Opened): Promise<Figure[]> {
  note('from a commit to the page');
  await using goals = spawnServer({ script: goalsServer, env: { MCP_SERVERS_HOME: home } });
  await goals.initialize();
  const context = await browser.signIn(dashboard);
  const page = await context.newPage();
  await page.goto(new URL('/goals', dashboard.url).href);
  await page.getByText('Live', { exact: true }).waitFor();
  const barePage = await context.newPage();
  await barePage.goto(bare.url);
  for (const each of [page, barePage]) await each.evaluate(watchFor);
  const id = (await page.locator('[data-row] .font-mono').first().textContent()) ?? '';
  const rename = (title: string) => goals.call('update_items', { items: [{ id, title }] });
  await rename('First'); // On top of the list from here on.
  await sleep(2000);

  const [times, floor]: [number[], number[]] = [[], []];
  for (let n = 0; n < (quick ? 10 : 100); n++) {
    // Not in step with what page and servers collect.
    await sleep(600 + ((n * 137) % 400));
    const title = `Title number ${n} of a run`;
    const shown = page.evaluate<number>(`shown(${JSON.stringify(title)})`);
    await rename(title);
    times.push((await shown) - (await committedAt(client)));
    const said = `Line ${n}.`;
    const told = barePage.evaluate<number>(`shown(${JSON.stringify(said)})`);
    const from = Date.now();
    bare.say(said);
    floor.push((await told) - from);
  }
  await context.close();
  return [
    {
      ...{ bench: 'dashboard', name: 'commit of a tool to the page', ...summarize(times) },
      checks: [
        { of: '100 ms', ratio: median(times) / 100, budget: 1 },
        { of: 'a bare stream', ratio: median(times) / median(floor) },
      ],
    },
    { bench: 'dashboard', name: 'a bare stream to a bare page', ...summarize(floor), checks: [] },
  ];
}

/** Milliseconds since 1970 of the latest commit that wrote an event. */
async function committedAt(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ at: number }>(
    'SELECT extract(epoch FROM pg_xact_commit_timestamp(xid::xid))::float8 * 1000 AS at FROM events ORDER BY id DESC LIMIT 1',
  );
  return rows[0]?.at ?? Number.NaN;
}

/** Notes when the first row stands there, and the end of every task that kept the page busy for 50 ms. */
const timeFirstRow = (row: string) => `(() => {
  const noted = window.noted = { row: undefined, busyUntil: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      noted.busyUntil = Math.max(noted.busyUntil, startTime + duration);
      noted.tasks.push(duration);
    }
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (noted.row === undefined && document.querySelector(${JSON.stringify(row)})) noted.row = performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
})()`;

interface Noted {
  row?: number;
  busyUntil: number;
  tasks: number[];
}

/** From the start of the navigation until the first row is shown and no long task follows it. */
async function interactive(page: Page, url: string, row: string): Promise<number> {
  await page.goto(url);
  await page.locator(row).first().waitFor();
  await sleep(500);
  const { row: shownAt = Number.NaN, busyUntil } = await page.evaluate<Noted>('window.noted');
  return Math.max(shownAt, busyUntil);
}

const goalRow = 'main li [aria-label^="Status of GOAL-"]';

async function firstLooks({ dashboard, browser, bare, quick, note }: Opened): Promise<Figure[]> {
  note('first look at Home');
  const places = [
    { name: 'Home', url: dashboard.url, row: goalRow },
    { name: 'a bare page', url: bare.url, row: 'li' },
  ];
  const times: Record<string, number[]> = {};
  const bytes: number[] = [];
  for (let n = 0; n < (quick ? 3 : 15); n++) {
    for (const { name, url, row } of places) {
      const context = await signedIn(browser, dashboard);
      await context.addInitScript(timeFirstRow(row));
      const page = await context.newPage();
      const sent = await countBytes(page);
      for (const kind of ['cold', 'warm']) {
        times[`${name}, ${kind}`] = [...(times[`${name}, ${kind}`] ?? []), await interactive(page, url, row)];
        if (kind === 'cold' && name === 'Home') bytes.push(sent());
      }
      await context.close();
    }
  }
  const figure = (name: string): Figure => ({
    ...{ bench: 'dashboard', name: `interactive: ${name}`, ...summarize(times[name] ?? []), checks: [] },
  });
  const home = (kind: string): Figure => {
    const own = median(times[`Home, ${kind}`] ?? []);
    return {
      ...figure(`Home, ${kind}`),
      checks: [
        { of: '1 s', ratio: own / 1000, budget: 1 },
        { of: 'a bare page', ratio: own / median(times[`a bare page, ${kind}`] ?? []) },
        ...(kind === 'cold' ? [{ of: '150 KB on the wire', ratio: median(bytes) / 150_000, budget: 1 }] : []),
      ],
    };
  };
  return [home('cold'), figure('a bare page, cold'), home('warm'), figure('a bare page, warm')];
}

/** Signed in without having loaded anything of the page. */
async function signedIn({ browser }: TestBrowser, { url, token }: RunningDashboard): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.request.get(`${url}?token=${token}`);
  return context;
}

/** Bytes of scripts, styles and documents as they came over the wire so far. */
async function countBytes(page: Page): Promise<() => number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const ofPage = new Set<string>();
  let bytes = 0;
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    if (['Document', 'Script', 'Stylesheet', 'Font', 'Image'].includes(type)) ofPage.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (ofPage.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

/** Scrolls a fixed way in each frame; the list loads more as its end comes near. It has ended when nothing came for 5 s. */
const scrollAll = `new Promise((resolve) => {
  const frames = [];
  let [most, last, framesOfLast] = [0, -1, 0];
  const began = performance.now();
  let [before, grewAt] = [began, began];
  const step = (now) => {
    frames.push(now - before);
    before = now;
    const rows = document.querySelectorAll('main li[data-index]');
    most = Math.max(most, rows.length);
    const index = Number(rows[rows.length - 1]?.dataset.index ?? -1);
    if (index > last) [last, grewAt, framesOfLast] = [index, now, frames.length];
    if (now - grewAt > 5000 || now - began > 240000) {
      resolve({ frames: frames.slice(0, framesOfLast), most, last, tasks: window.noted.tasks });
    } else {
      window.scrollBy(0, 600);
      requestAnimationFrame(step);
    }
  };
  requestAnimationFrame(step);
})`;

interface Scrolled {
  frames: number[];
  most: number;
  last: number;
  tasks: number[];
}

async function scrolling({ dashboard, browser, goals, note }: Opened): Promise<Figure[]> {
  note(`scrolling ${goals} goals`);
  const context = await signedIn(browser, dashboard);
  await context.addInitScript(timeFirstRow(goalRow));
  const page = await context.newPage();
  await interactive(page, new URL('/goals', dashboard.url).href, goalRow);
  await page.evaluate('window.noted.tasks.length = 0');
  const { frames, most, last, tasks } = await page.evaluate<Scrolled>(scrollAll);
  await context.close();
  const usual = 1000 / 60;
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / usual) - 1), 0);
  const longest = Math.max(0, ...tasks);
  return [
    {
      ...{ bench: 'dashboard', name: `scrolling ${last + 1} goals: a frame`, ...summarize(frames) },
      checks: [
        { of: 'its frames dropped', ratio: dropped / (frames.length + dropped) },
        { of: '80 rows in the page', ratio: most / 80, budget: 1 },
      ],
    },
    {
      ...{ bench: 'dashboard', name: 'scrolling: tasks of 50 ms or longer', ...summarize(tasks) },
      ...{ p99: percentile(tasks, 1), checks: [{ of: '100 ms, the longest', ratio: longest / 100, budget: 1 }] },
    },
  ];
}
