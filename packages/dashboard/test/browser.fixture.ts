import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Dashboard } from '../src/start.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium from the PATH; undefined where there is none. */
export async function findChromium(searchPath: string = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter(Boolean)) {
    for (const name of names) {
      const file = path.join(folder, name);
      const found = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return file;
    }
  }
  return undefined;
}

export interface TestBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** A browser of its own that is signed in to this dashboard. */
  signIn(dashboard: Pick<Dashboard, 'url' | 'token'>, options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** A real Chromium. The sandbox needs rights that a container does not give. */
export async function openBrowser(executablePath: string): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    browser,
    async signIn({ url, token }, options) {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      await page.goto(`${url}?token=${token}`);
      await page.close();
      return context;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** What a page complained of: errors on its console, a refused style or script among them, and errors nobody caught. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Violations of WCAG 2.2 AA and of axe's own best practices, one line each. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join(' | ')}`,
  );
}
