import type { Block } from './block.ts';
import { toText } from './block.ts';
import { buildPage } from './build-page.ts';
import type { Page } from './page.ts';

/** A page of `https://example.org/dir/page`, parsed on this thread. */
export const pageOf = (html: string, format: 'markdown' | 'plain' = 'markdown'): Promise<Page> =>
  buildPage(html, { url: 'https://example.org/dir/page', format });

/** Markdown of all that is visible of a body. */
export async function markdownOf(body: string): Promise<string> {
  return toText((await pageOf(`<!doctype html><html><body>${body}</body></html>`)).full);
}

export async function blocksOf(body: string): Promise<Block[]> {
  return (await pageOf(`<!doctype html><html><body>${body}</body></html>`)).full;
}
