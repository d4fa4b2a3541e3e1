import { fence, newMark } from '@mcp-servers/core/outside';
import type { CrawlAnswer } from '../crawl/index.ts';
import { inLine } from '../read/in-line.ts';

const stops: Readonly<Record<CrawlAnswer['stopped'], string>> = {
  done: 'every page that may be followed was read',
  max_pages: 'the limit of pages was reached',
  max_seconds: 'the limit of time was reached',
  max_bytes: 'the limit of bytes was reached',
};

/** Pages with what was found on each, then what was left out, and why it stopped. */
export function renderCrawl(answer: CrawlAnswer): string {
  const { pages, failed = [], failed_total, without_match, skipped = {}, stopped, waiting, next_cursor } = answer;
  const mark = newMark();
  const read = pages.map(({ url, title, depth, chars, text, passages = [] }, n) => {
    const found = passages.map((passage) => [passage.headings.join(' > '), passage.text].filter(Boolean).join('\n'));
    const body = [title, text, ...found].filter(Boolean).join('\n\n');
    const head = `${n + 1}. ${inLine(url, 4_096)} (depth ${depth}, ${chars} characters)`;
    return body ? `${head}\n${fence(body, { source: url }, mark)}` : head;
  });
  const left = Object.entries(skipped).map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  return [
    ...read,
    ...failed.map(
      ({ url, message }) => `Not read: ${inLine(message.includes(url) ? message : `${url}: ${message}`, 1_000)}`,
    ),
    ...(failed_total ? [`${failed_total - failed.length} more were not read.`] : []),
    ...(without_match ? [`${without_match} more pages were read and have nothing about the question.`] : []),
    `${pages.length + (without_match ?? 0)} pages read, ${waiting} more known; ${stops[stopped]}.`,
    ...(left.length > 0 ? [`Links not followed: ${left.join(', ')}.`] : []),
    ...(next_cursor ? [`More: call web_crawl with cursor "${next_cursor}"`] : []),
  ].join('\n\n');
}
