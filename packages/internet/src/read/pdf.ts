import type { Fetched } from '../fetch/fetched.ts';
import { type Block, toText } from '../page/block.ts';
import type { PageReader } from '../page/index.ts';
import type { DocumentRequest } from './document.ts';
import type { Reading } from './readers.ts';

export async function readPdfDocument(
  { body }: Fetched,
  { mode, pages, section, signal }: DocumentRequest,
  reader: PageReader,
): Promise<Reading> {
  const pdf = await reader.readPdf(body, { signal, ...(pages && { pages }) });
  const { title, author, created } = pdf;
  const isOutline = mode === 'outline';
  return {
    blocks: isOutline ? outlineOf(pdf.blocks) : pdf.blocks,
    facts: {
      pages: pdf.total,
      ...(title && { title }),
      ...(author && { byline: author }),
      ...(created && { published: created }),
    },
    notes: [
      ...(pdf.cut
        ? [`Only pages ${pdf.pages.at(0)} to ${pdf.pages.at(-1)} of ${pdf.total} were read: ask for others with pages.`]
        : []),
      ...(pdf.withoutText.length > 0 ? [`Pages without text, probably scanned: ${listOf(pdf.withoutText)}.`] : []),
      ...(isOutline ? ['Headings are guessed by the size of their letters.'] : []),
      ...(section ? ['A PDF has no sections: find or question leads to a place in it.'] : []),
    ],
  };
}

function outlineOf(blocks: readonly Block[]): Block[] {
  const lines = blocks
    .filter(({ kind }) => kind === 'heading')
    .map(({ text, level = 1, page }) => ({
      kind: 'paragraph' as const,
      text: `${'  '.repeat(level - 1)}- ${text.replace(/^#+ /, '')}${page === undefined ? '' : ` (page ${page})`}`,
      headings: [],
    }));
  return lines.length === 0 ? [] : [{ kind: 'list', text: toText(lines).replaceAll('\n\n', '\n'), headings: [] }];
}

const listOf = (pages: readonly number[]): string =>
  pages.length > 20 ? `${pages.slice(0, 20).join(', ')} and ${pages.length - 20} more` : pages.join(', ');
