import type { Block } from './block.ts';
import { escapeProse } from './escape.ts';
import { encodeTarget } from './inline.ts';
import type { LinkData } from './links.ts';
import type { OutlineEntry, Page } from './page.ts';
import { findSection, sectionOf } from './sections.ts';
import { splitBlocks } from './split.ts';
import type { TableData } from './table-block.ts';

/** What can be shown of a page. */
export const pageModes = ['article', 'full', 'outline', 'text', 'links', 'tables', 'metadata'] as const;
export type PageMode = (typeof pageModes)[number];

interface View {
  mode: PageMode;
  /** A heading of the outline: its text, anchor or number. Only for article, full and text. */
  section?: string;
}

/** A page in one mode, as blocks. Throws NotFoundError for a section that is not there. */
export function viewOf(page: Page, { mode, section }: View): Block[] {
  if (section !== undefined) return sectionOf(page, findSection(page, section));
  switch (mode) {
    case 'article':
      return page.blocks;
    case 'full':
    case 'text':
      return page.full;
    case 'outline':
      return outlineBlocks(page.outline);
    case 'links':
      return linkBlocks(page.links);
    case 'tables':
      return tableBlocks(page.tables);
    case 'metadata':
      return metadataBlocks(page);
  }
}

const listBlock = (lines: readonly string[], headings: readonly string[] = []): Block[] =>
  lines.length === 0 ? [] : splitBlocks([{ kind: 'list', text: lines.join('\n'), headings }]);

/** `2.1 Title (#anchor)`, indented by depth. */
function outlineBlocks(outline: readonly OutlineEntry[]): Block[] {
  return listBlock(
    outline.map(({ number, title, anchor }) => {
      const indent = '  '.repeat(number.split('.').length - 1);
      return `${indent}- ${number} ${title}${anchor ? ` (#${anchor})` : ''}`;
    }),
  );
}

/** Links of the content first, then those of the navigation. */
function linkBlocks(links: readonly LinkData[]): Block[] {
  const line = ({ text, url, internal, rel }: LinkData): string => {
    const told = rel.filter((word) => /^(nofollow|sponsored|ugc|next|prev|author|license)$/.test(word));
    const marks = [...(internal ? [] : ['external']), ...told];
    return `- [${escapeProse(text || url).replace(/[[\]]/g, '\\$&')}](${encodeTarget(url)})${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  };
  const part = (title: string, place: LinkData['place']): Block[] => {
    const lines = links.filter((link) => link.place === place).map(line);
    if (lines.length === 0) return [];
    return [{ kind: 'heading', level: 2, text: `## ${title}`, headings: [] }, ...listBlock(lines, [title])];
  };
  return [...part('Links in the content', 'content'), ...part('Navigation', 'navigation')];
}

function tableBlocks(tables: readonly TableData[]): Block[] {
  const cell = (text: string): string => text.replace(/\|/g, '\\|');
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return tables.flatMap(({ caption, header, rows, omittedRows, headings }, index): Block[] => {
    const columns = header.length || rows[0]?.length || 0;
    const head = header.length > 0 ? header : Array.from({ length: columns }, () => '');
    const name = caption ?? headings.at(-1) ?? '';
    const size = `${rows.length} rows, ${columns} columns${omittedRows ? `, ${omittedRows} more rows left out` : ''}`;
    const title = `Table ${index + 1}${name ? `: ${name}` : ''} (${size})`;
    const text = [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n').replace(/\| --- /g, '| --- ');
    return [{ kind: 'paragraph', text: title, headings }, ...splitBlocks([{ kind: 'table', text, headings }])];
  });
}

/** One line for each thing known of the page, and what was taken out of it. */
function metadataBlocks({ url, metadata, hidden, invisible, extracted, why, notes, ...page }: Page): Block[] {
  const { types, ...known } = metadata;
  const names: Record<string, string> = { siteName: 'site name', canonicalUrl: 'canonical URL' };
  const lines = [
    ...Object.entries({ url, ...known }).map(([key, value]) => `- ${names[key] ?? key}: ${value}`),
    ...(types.length > 0 ? [`- types: ${types.join(', ')}`] : []),
    `- content: ${extracted} (${why})`,
    `- counts: ${page.outline.length} headings, ${page.links.length} links, ${page.tables.length} tables, ${page.codes.length} code blocks, ${page.images.length} images`,
    ...(hidden.characters > 0 ? [`- hidden text removed: ${hiddenLine(hidden)}`] : []),
    ...(invisible.shown + invisible.removed > 0
      ? [
          `- invisible characters: ${invisible.shown} shown, ${invisible.removed} removed (${invisible.kinds.join(', ')})`,
        ]
      : []),
    ...notes.map((note) => `- note: ${note}`),
  ];
  return listBlock(lines);
}

/** `120 characters (display: none 100, comment 20)`. */
export const hiddenLine = ({ characters, reasons }: Page['hidden']): string =>
  `${characters} characters (${reasons.map((reason) => `${reason.reason} ${reason.characters}`).join(', ')})`;
