import { readFeed } from '../documents/feeds/index.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { Block } from '../page/block.ts';
import type { PageReader } from '../page/index.ts';
import { splitBlocks } from '../page/index.ts';
import { treeLimits } from '../page/parse-document.ts';
import type { DocumentRequest } from './document.ts';
import type { Reading } from './readers.ts';

type FeedItem = Awaited<ReturnType<typeof readFeed>>['items'][number];

/** Newest as the feed has them; `full` has the text of the items, the other modes their summaries. */
export async function readFeedDocument(
  fetched: Fetched,
  { mode, signal }: DocumentRequest,
  reader: PageReader,
): Promise<Reading> {
  const withText = mode === 'full' || mode === 'text';
  let chars = 0;
  const htmlToBlocks = async (html: string, url: string): Promise<readonly Block[]> => {
    chars += withText ? html.length : 0;
    return withText && chars <= treeLimits.characters ? (await reader.readPage(html, { url, signal })).full : [];
  };
  const feed = await readFeed(fetched, { htmlToBlocks });
  const blocks = feed.items.flatMap((item) => blocksOf(item, withText));
  return {
    blocks: splitBlocks(blocks),
    facts: {
      title: feed.title,
      ...(feed.description && { description: feed.description }),
      ...(feed.language && { language: feed.language }),
      ...(feed.updated && { modified: feed.updated }),
      ...(feed.home && { canonical_url: feed.home }),
    },
    notes: [
      `A feed (${feed.format}) with ${feed.items.length} items${feed.cut ? ', the first of more' : ''}.`,
      ...(chars > treeLimits.characters ? ['Its later items have their summaries only: it is too large.'] : []),
      ...(withText ? [] : ['mode full has the text of the items, where the feed carries it.']),
    ],
  };
}

function blocksOf(item: FeedItem, withText: boolean): Block[] {
  const heading: Block = { kind: 'heading', level: 2, text: `## ${item.title || item.url || item.id}`, headings: [] };
  const headings = [item.title];
  const facts = [
    item.published ?? item.updated,
    item.authors.join(', '),
    item.url,
    ...item.media.slice(0, 3).map(({ url, type }) => `${type ?? 'media'}: ${url}`),
  ].filter(Boolean);
  const text: Block[] = withText && item.content.length > 0 ? inside(item.content, headings) : summary(item, headings);
  return [heading, ...(facts.length > 0 ? [paragraph(facts.join(' · '), headings)] : []), ...text];
}

const paragraph = (text: string, headings: readonly string[]): Block => ({ kind: 'paragraph', text, headings });

const summary = (item: FeedItem, headings: readonly string[]): Block[] =>
  item.summary ? [paragraph(item.summary, headings)] : [];

/** Headings of an item stand below its own. */
const inside = (blocks: readonly Block[], above: readonly string[]): Block[] =>
  blocks.map((block) => ({ ...block, headings: [...above, ...block.headings] }));
