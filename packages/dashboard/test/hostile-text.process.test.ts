import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildPage } from '../../../scripts/build-page.ts';
import { type TestDashboard, withDashboard } from '../src/dashboard.fixture.ts';
import { complaintsOf, findChromium, openBrowser } from './browser.fixture.ts';

const folder = fileURLToPath(new URL('../dist/page/', import.meta.url));
const server = fileURLToPath(new URL('../../goals/src/main.ts', import.meta.url));
const waits = { timeout: 20_000, interval: 50 } as const;

/** Pieces that have run somewhere when they were not taken as text. */
const script = '<script>__pwned("script")</script>';
const image = '<img src=x onerror=__pwned("img")>';
const drawing = '</title><svg onload=__pwned("svg")>';
const link = '[a](javascript:__pwned("md")) javascript:__pwned(1)';
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is not ours to fill in.
const template = '{{constructor.constructor("__pwned(2)")()}} ${__pwned(3)} <%= x %>';
const steering = '\u202eGNP.exe\u202c \u2067\u2069\u2069 \u200bzero\u200d\ufeff \u{e0041} 👩‍👧 שלום עולם مرحبا';
const evil = [script, image, drawing, link, template, steering].join(' ');
const word = 'W'.repeat(10_000);
const short = `z ${image} \u202e`;

/** A title has 200 characters, so each has a part; the last is one word. */
const titles = [
  `zebra ${script}${image}`,
  `zebra ${drawing} ${link}`,
  `zebra ${template} ${steering}`.slice(0, 200),
  `zebra${word}`.slice(0, 200),
];

interface Agent {
  call(tool: string, args: object): Promise<{ result?: object }>;
  end(): Promise<void>;
}

/** A goal agent of an actor and a client whose names are hostile too. */
async function startAgent(here: TestDashboard): Promise<Agent> {
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', server], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, MCP_SERVERS_HOME: here.home, DATABASE_URL: here.db.url, GOALS_ACTOR: short },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let id = 0;
  const ask = async (method: string, params: object) => {
    id += 1;
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    for (;;) {
      const answer = JSON.parse((await lines.next()).value ?? 'null') as { id?: number; result?: object };
      if (answer === null || answer.id === id) return answer;
    }
  };
  const clientInfo = { name: short, title: evil, version: image };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  return {
    call: (name, args) => ask('tools/call', { name, arguments: args }),
    async end() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Every text field there is, hostile. */
async function fill(here: TestDashboard, agent: Agent): Promise<void> {
  const tags = [image, `<b>${steering}`, word].map((tag) => tag.slice(0, 64));
  for (const title of titles) {
    const fields = { title, description: `${evil}\n${word}`, tags, metadata: { [image]: evil } };
    const task = { ...fields, acceptance: [evil.slice(0, 400), word.slice(0, 400)], assignee: short };
    const tasks = [
      { ...task, ref: 'a', external_ref: `${image} ${title.slice(0, 80)}`, subtasks: [{ ...task, subtasks: [task] }] },
      { ...task, blocked_by: ['a'] },
      { ...task, ref: 'done' },
    ];
    const { status, body } = await here.ask('POST /api/goals', {
      body: { ...fields, project: image.slice(0, 64), tasks },
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  const kinds = ['note', 'decision', 'blocker', 'handoff', 'progress'];
  await agent.call('claim_tasks', { ids: ['TASK-0003', 'TASK-0005'] });
  for (const kind of kinds) {
    const answer = await agent.call('report_progress', { id: 'TASK-0003', note: `${evil}\n${word}`, note_kind: kind });
    expect(answer.result).not.toHaveProperty('isError', true);
  }
  await agent.call('report_progress', { id: 'TASK-0005', outcome: 'completed', result: { [image]: `${evil}${word}` } });
  await agent.call('get_items', { ids: [evil] });
  await agent.call('find_items', { text: 'x', sort: word });
  await agent.call(script, {});
  await here.ask('PATCH /api/goals/GOAL-0001', { body: { status: 'in_progress', title: `zebra ${image}` } });
}

/** What must never be so, whatever is shown. Text in fields is as it was written. */
const wrongs = `(() => {
  const found = [];
  if (window.bitten.length > 0) found.push('ran: ' + window.bitten);
  if (document.documentElement.scrollWidth > window.innerWidth) found.push('too wide: ' + [...document.querySelectorAll('main *, dialog *')]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 200)));
  for (const dialog of document.querySelectorAll('dialog[open] > div, [role=menu]'))
    if (dialog.scrollWidth > dialog.clientWidth + 1) found.push('too wide inside: ' + dialog.className);
  const steers = /[\\u0000-\\u0008\\u202a-\\u202e]/;
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (steers.test(walk.currentNode.data) && walk.currentNode.parentElement.tagName !== 'TEXTAREA') found.push('text: ' + walk.currentNode.data.slice(0, 80));
  for (const element of document.querySelectorAll('[title], [aria-label]'))
    if (steers.test(element.title + element.ariaLabel)) found.push('attribute: ' + element.outerHTML.slice(0, 200));
  for (const { href, origin } of document.querySelectorAll('a'))
    if (origin !== location.origin) found.push('link: ' + href);
  return found;
})()`;

const hook = `
  window.bitten = [];
  window.__pwned = (how) => window.bitten.push(how);
  document.addEventListener('securitypolicyviolation', (e) => window.bitten.push(e.violatedDirective + ' ' + e.blockedURI));`;

interface Screen {
  path: string;
  shows?: RegExp;
  act?: (page: Page) => Promise<void>;
}

const press = (key: string) => (page: Page) => page.keyboard.press(key);
const click = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

const screens: Record<string, Screen> = {
  home: { path: '/' },
  goals: { path: '/goals' },
  tasks: { path: '/goals?kind=tasks' },
  'the board of goals': { path: '/goals?view=board' },
  'the board of tasks': { path: '/goals?view=board&kind=tasks' },
  'a search': { path: '/goals?kind=tasks&q=zebra' },
  'a filter by hostile values': {
    path: `/goals?project=${encodeURIComponent(image)}&tags=${encodeURIComponent(short)}`,
    shows: /No goals match/,
  },
  'the menu of tags': { path: '/goals', act: (page) => page.getByRole('button', { name: 'Tag' }).click() },
  'the first goal': { path: '/goals/GOAL-0001' },
  'the second goal': { path: '/goals/GOAL-0002' },
  'the third goal': { path: '/goals/GOAL-0003' },
  'a goal of one word': { path: '/goals/GOAL-0004' },
  'a task with notes': { path: '/tasks/TASK-0003' },
  'a task with a result': { path: '/tasks/TASK-0005' },
  'a task that waits': { path: '/tasks/TASK-0020' },
  'a task under a task': { path: '/tasks/TASK-0008' },
  'editing a title': { path: '/goals/GOAL-0002', act: press('e') },
  'editing a description': { path: '/goals/GOAL-0001', act: click(/^Description/) },
  'a new task': { path: '/goals/GOAL-0004', act: press('c') },
  'a deletion': { path: '/goals/GOAL-0003', act: click('Delete GOAL-0003') },
  'closing a goal': { path: '/goals', act: (page) => closeGoal(page) },
  'a message': {
    path: '/tasks/TASK-0010',
    act: (page) =>
      page
        .getByRole('button', { name: /^Remove tag/ })
        .first()
        .click(),
  },
  changes: { path: '/activity' },
  'a change in full': { path: '/activity?kind=notes', act: click(/^Details of change/) },
  calls: { path: '/activity?show=calls', shows: /report_progress/ },
  'a failed call in full': {
    path: '/activity?show=calls&failed=true',
    shows: /find_items/,
    act: click(/^Details of find_items/),
  },
  'the command menu': {
    path: '/',
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await page.keyboard.type('zebra');
      await page.getByRole('option', { name: /zebra/ }).first().waitFor();
    },
  },
  'a server': { path: '/servers/goals', shows: /Recent errors/ },
  'a server of a hostile name': { path: `/servers/${encodeURIComponent(image)}`, shows: /could not be read/ },
  'an item of a hostile name': { path: `/goals/${encodeURIComponent(short)}`, shows: /could not be read/ },
};

async function closeGoal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Status of GOAL-0001' }).click();
  await page.getByRole('menuitemradio', { name: 'Completed' }).click();
  await page.getByRole('dialog').waitFor();
}

const chromium = await findChromium();
if (chromium === undefined && process.env.REQUIRE_ALL === '1')
  throw new Error('REQUIRE_ALL=1, and there is no chromium.');

describe.skipIf(chromium === undefined)('hostile text is text, in both themes and at both widths', () => {
  const stack = new AsyncDisposableStack();
  const open: { here?: TestDashboard; context?: BrowserContext } = {};
  beforeAll(async () => {
    await buildPage();
    const here = stack.use(await withDashboard({ page: folder, env: { DASHBOARD_CREATE_PER_MINUTE: '1000' } }));
    const agent = await startAgent(here);
    stack.defer(() => agent.end());
    await fill(here, agent);
    await vi.waitFor(async () => {
      const { items } = (await here.ask('GET /api/calls?status=error')).body;
      expect(items.length).toBeGreaterThan(1);
    }, waits);
    const browser = stack.use(await openBrowser(chromium ?? ''));
    open.here = here;
    open.context = await browser.signIn(here.dashboard);
    await open.context.addInitScript(hook);
  });
  afterAll(() => stack.disposeAsync());

  for (const [name, { path, shows = /zebra|<script>|<img/, act }] of Object.entries(screens)) {
    test(name, async () => {
      const { here, context } = open;
      if (!here || !context) throw new Error('nothing was opened');
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const { origin } = new URL(here.dashboard.url);
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== origin) complaints.push(`request: ${request.url()}`);
      });
      await page.goto(new URL(path, origin).href);
      await page.getByText(shows).locator('visible=true').first().waitFor();
      await vi.waitFor(async () => expect(await page.locator('.skeleton').count()).toBe(0), waits);
      await act?.(page);
      const found: Record<string, unknown> = {};
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1280, 360]) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height: 800 });
          const wrong = await page.evaluate<string[]>(wrongs);
          if (wrong.length > 0) found[`${colorScheme} ${width}`] = wrong;
        }
      }
      await page.close();
      expect(found).toEqual({});
      // What the server refuses is an answer, and the browser writes each such answer to its console.
      expect(complaints.filter((text) => !/status of (400|404)/.test(text))).toEqual([]);
    });
  }
});
