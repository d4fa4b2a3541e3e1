import { createLog } from '@mcp-servers/core';
import { createMetrics } from '@mcp-servers/core/metrics';
import { type Connection, connect, type Site, type SiteFarm, withSites } from '@mcp-servers/core/testing';
import { InternetSettings } from './config.ts';
import { openInternet } from './open.ts';
import { createInternetServer, operations } from './server.ts';

export interface TestInternet extends AsyncDisposable {
  farm: SiteFarm;
  call: Connection['call'];
  client: Connection['client'];
  metrics(): Promise<string>;
}

/** The whole server on a network that is a farm of sites, called by a real client. No search provider unless the settings have one. */
export async function withInternet(
  sites: Readonly<Record<string, Site>>,
  settings: Record<string, string> = {},
): Promise<TestInternet> {
  const farm = await withSites(sites);
  const config = InternetSettings.parse({ WEB_SEARCH_DUCKDUCKGO: 'false', ...settings });
  const log = createLog({ name: 'test', level: 'silent' });
  const metrics = createMetrics({ prefix: 'mcp', operations });
  const internet = openInternet(config, { log, metrics, network: farm.network });
  const connection = await connect(createInternetServer({ deps: internet.deps, log, metrics }));
  return {
    farm,
    call: connection.call,
    client: connection.client,
    metrics: () => metrics.text(),
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await internet.close();
      await farm[Symbol.asyncDispose]();
    },
  };
}

/** A page with headings, paragraphs enough to be an article, and links. */
export function article(
  title: string,
  { sections = 3, links = [], head = '' }: { sections?: number; links?: readonly string[]; head?: string } = {},
): string {
  const paragraphs = Array.from({ length: sections }, (_, n) => {
    const text = `Part ${n + 1} of ${title} tells in some detail what the reader wants to know, with commas, and with sentences. It goes on for a while, so that it counts as text. Number ${n + 1} is the subject here.`;
    return `<h2 id="s${n + 1}">Section ${n + 1}</h2><p>${text}</p><p>${text.replace('tells', 'also tells')}</p>`;
  });
  const list = links.map((link) => `<li><a href="${link}">${link}</a></li>`).join('');
  return `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><article><h1>${title}</h1>${paragraphs.join('')}</article><ul>${list}</ul></body></html>`;
}
