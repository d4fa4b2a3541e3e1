import { NotFoundError } from '@mcp-servers/core';
import type { Block } from './block.ts';
import type { OutlineEntry, Page } from './page.ts';

const listed = 40;

/**
 * The heading that `wanted` names: its number in the outline, its anchor (with or without `#`), its text or its slug, in this
 * order, upper and lower case alike; then a part of its text if only one heading has it. Throws NotFoundError that lists the outline.
 */
export function findSection({ outline }: Pick<Page, 'outline'>, wanted: string): OutlineEntry {
  const text = flat(wanted);
  const name = text.replace(/^#+\s*/, '');
  const tests: ((entry: OutlineEntry) => boolean)[] = [
    ({ number }) => number === text.replace(/\.$/, ''),
    ({ anchor }) => anchor !== undefined && anchor.toLowerCase() === name,
    ({ title }) => flat(title) === name,
    ({ number, title }) => flat(`${number} ${title}`) === name,
    ({ title }) => slug(title) === slug(name) && slug(name) !== '',
  ];
  for (const test of tests) {
    const found = outline.find(test);
    if (found) return found;
  }
  const parts = outline.filter(({ title }) => name.length > 2 && flat(title).includes(name));
  if (parts.length === 1 && parts[0]) return parts[0];
  const lines = (parts.length > 1 ? parts : outline).slice(0, listed).map(({ number, title }) => `${number} ${title}`);
  const rest = outline.length > listed ? `; ${outline.length - listed} more in mode "outline"` : '';
  throw new NotFoundError(
    parts.length > 1 ? `Several sections match "${wanted}".` : `The page has no section "${wanted}".`,
    {
      hint:
        lines.length > 0
          ? `Give one of: ${lines.join('; ')}${rest}.`
          : 'The page has no headings: read it without `section`.',
    },
  );
}

/** The blocks of a section: its heading and all up to the next heading of its level or above. */
export function sectionOf({ blocks }: Pick<Page, 'blocks'>, { block, level }: OutlineEntry): Block[] {
  const end = blocks.findIndex(
    (other, index) => index > block && other.kind === 'heading' && (other.level ?? 1) <= level,
  );
  return blocks.slice(block, end < 0 ? undefined : end);
}

const flat = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
