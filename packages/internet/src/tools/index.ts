import type { AnyTool } from '@mcp-servers/core';
import type { InternetDeps } from './deps.ts';
import { webCrawl } from './web-crawl.ts';
import { webFetch } from './web-fetch.ts';
import { webSearch } from './web-search.ts';
import { webSearchAndFetch } from './web-search-and-fetch.ts';
import { webSitemap } from './web-sitemap.ts';
import { webStatus } from './web-status.ts';

/** In the order clients see them. */
export const tools: readonly AnyTool<InternetDeps>[] = [
  webSearch,
  webFetch,
  webSearchAndFetch,
  webSitemap,
  webCrawl,
  webStatus,
];
