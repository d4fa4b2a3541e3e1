import type { Crawls } from '../crawl/index.ts';
import type { ReadDocument } from '../read/document.ts';
import type { Search } from '../search/index.ts';
import type { ReadSite } from '../site/read-site.ts';

/** What the tools work with. */
export interface InternetDeps {
  read: ReadDocument;
  search: Search;
  site: ReadSite;
  crawls: Crawls;
  status(): Record<string, unknown>;
}
